// The two figures of the cohort, drawn by plotly in the colours of the current theme. A point opens its patients.
const holder = document.querySelector("[data-cohort]");

function themeName() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen !== "auto") return chosen;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function fitted(layout, box) {
  const font = { ...layout.font, family: getComputedStyle(box).fontFamily };
  if (box.clientWidth > 560) return { ...layout, font };
  const yaxis = { ...layout.yaxis, title: { text: "" } };
  return { ...layout, font: { ...font, size: 12 }, yaxis, margin: { ...layout.margin, l: 52, r: 8 } };
}

function openPoint(event) {
  const address = event.points[0]?.customdata;
  if (typeof address === "string" && address.startsWith("/")) location.assign(address);
}

async function draw() {
  const address = new URL(holder.dataset.cohort, location.href);
  address.searchParams.set("theme", themeName());
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The charts answered ${answer.status}.`);
  const figures = await answer.json();
  for (const box of holder.querySelectorAll("[data-figure]")) {
    const figure = figures[box.dataset.figure];
    box.querySelector(".chart__wait")?.remove();
    await window.Plotly.react(box, figure.data, fitted(figure.layout, box), figure.config);
    box.removeAllListeners?.("plotly_click");
    box.on("plotly_click", openPoint);
    box.dataset.drawn = "true";
  }
}

function fail(error) {
  for (const box of holder.querySelectorAll("[data-figure]")) {
    const notice = document.createElement("p");
    notice.className = "notice notice--error";
    notice.textContent = holder.dataset.failed;
    box.replaceChildren(notice);
  }
  throw error;
}

if (holder) {
  draw().catch(fail);
  document.addEventListener("themechange", () => draw().catch(fail));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw().catch(fail));
}
