// Switches between light and dark. The choice is kept in a cookie, so that the server renders the next page
// in it and nothing flashes.
const root = document.documentElement;
const YEAR = 365 * 24 * 60 * 60;

function isDark() {
  if (root.dataset.theme !== "auto") return root.dataset.theme === "dark";
  return window.matchMedia("(prefers-color-scheme: dark)").matches;
}

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
    document.dispatchEvent(new CustomEvent("themechange", { detail: root.dataset.theme }));
  });
}
