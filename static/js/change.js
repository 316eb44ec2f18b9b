// The map of change: earlier or later photograph under it, map on or off; also where a page loads it later.
function show(section, which) {
  section.querySelector("[data-change-later]").hidden = which !== "second";
  for (const button of section.querySelectorAll("[data-change-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.changeShow === which));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-change-show]");
  if (button) show(button.closest("[data-change]"), button.dataset.changeShow);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-change-switch]")) return;
  event.target.closest("[data-change]").querySelector("[data-change-map]").hidden = !event.target.checked;
});

// B goes back and forth between the two photographs, M switches the map.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  for (const section of document.querySelectorAll("[data-change]")) {
    const later = section.querySelector("[data-change-later]");
    if (!later) continue;
    if (event.key === "b") show(section, later.hidden ? "second" : "first");
    if (event.key === "m") section.querySelector("[data-change-switch]").click();
  }
});
