// The response chart: a figure from the server, drawn by plotly, in the colours of the current theme.
// A point opens the photograph that it stands for.
const holder = document.querySelector("[data-chart]");

function themeName() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen !== "auto") return chosen;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

async function drawn() {
  const answer = await fetch(`${holder.dataset.chart}?theme=${themeName()}`, {
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) throw new Error(`The chart answered ${answer.status}.`);
  return answer.json();
}

function openPoint(event) {
  const address = event.points[0] && event.points[0].customdata;
  if (typeof address === "string" && address.startsWith("/")) location.assign(address);
}

// What only the page knows: its typeface, and how much room there is.
function fitted(layout) {
  const font = { ...layout.font, family: getComputedStyle(holder).fontFamily };
  if (holder.clientWidth > 560) return { ...layout, font };
  const yaxis = { ...layout.yaxis, title: { text: "" } };
  return { ...layout, font: { ...font, size: 12 }, yaxis, margin: { ...layout.margin, l: 60, r: 8 } };
}

// Beside an adverse event there is room for its text on a wide page, and for its grade on a narrow one.
function shortened(traces) {
  if (holder.clientWidth > 560) return traces;
  return traces.map((trace) => (trace.meta?.short ? { ...trace, text: trace.meta.short } : trace));
}

function sayInWords(lines) {
  const items = lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  });
  document.querySelector("[data-chart-summary]").replaceChildren(...items);
}

async function draw() {
  const figure = await drawn();
  holder.querySelector(".chart__wait")?.remove();
  holder.style.setProperty("--lanes", figure.lanes ?? 0);
  await window.Plotly.react(holder, shortened(figure.data), fitted(figure.layout), figure.config);
  sayInWords(figure.summary ?? []);
  holder.removeAllListeners?.("plotly_click");
  holder.on("plotly_click", openPoint);
  holder.dataset.drawn = "true";
}

function fail(error) {
  holder.hidden = true;
  document.querySelector("[data-chart-failed]").hidden = false;
  throw error;
}

if (holder) {
  draw().catch(fail);
  document.addEventListener("themechange", () => draw().catch(fail));
  window
    .matchMedia("(prefers-color-scheme: dark)")
    .addEventListener("change", () => draw().catch(fail));
}
