// The compare page: two photographs side by side, under a curtain, or in turn, moved and scaled together.
// What is switched on stays so from pair to pair.
import { matrixOf, multiply, overlay } from "./compare/alignment.js";
import { Laying } from "./compare/laying.js";
import { Movement } from "./compare/movement.js";
import { Viewport } from "./viewport.js";

const MEMORY = "vititrack-compare";
const BLINK = 700; // milliseconds each photograph is seen
const NUDGE = 60;
const MOVES = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const stage = document.querySelector("[data-compare]");
const outlines = stage.querySelector("[data-outlines]");
const opacity = stage.querySelector("[data-opacity]");
const link = stage.querySelector("[data-link]");
const curtainAt = stage.querySelector("[data-curtain-at]");
const memory = JSON.parse(sessionStorage.getItem(MEMORY) ?? "{}");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let mode = memory.mode ?? "side";
let blinking = 0;

const panes = [...stage.querySelectorAll("[data-pane]")].map((element) => {
  const { width, height, landmarks, full } = element.dataset;
  return {
    element,
    full,
    content: element.querySelector("[data-content]"),
    picture: element.querySelector("[data-picture]"),
    size: { width: Number(width), height: Number(height), landmarks: landmarks ? JSON.parse(landmarks) : null },
  };
});
const [first, second] = panes;
const onFirst = overlay(first.size, second.size); // from the pixels of the second to those of the first
const laying = new Laying(stage, panes, () => [showOutlines(), show()]);

function roomOf({ element }) {
  return { width: element.clientWidth, height: element.clientHeight };
}

for (const pane of panes) {
  pane.view = new Viewport(pane.size, roomOf(pane));
  for (const picture of pane.content.children) {
    picture.style.inlineSize = `${pane.size.width}px`;
    picture.style.blockSize = `${pane.size.height}px`;
  }
}

// The view that the pane follows: linked, the second one lies on the first.
function viewOf(pane) {
  return link.checked ? first.view : pane.view;
}

function matrixFor(pane) {
  const own = matrixOf(viewOf(pane));
  return pane === second && link.checked ? multiply(own, onFirst) : own;
}

function show() {
  const isLaid = laying.use(mode !== "side" && link.checked);
  for (const pane of panes) {
    // The aligned photograph has the grid of the earlier one.
    const matrix = matrixFor(isLaid ? laying.earlier : pane);
    pane.content.style.transform = `matrix(${matrix.join(", ")})`;
    sharpen(pane, Math.hypot(matrix[0], matrix[1]));
  }
  stage.classList.toggle("stage--zoomed", !first.view.isFitted);
}

// The display rendition is enough until its pixels would be seen; then the photograph at its own size comes in.
async function sharpen(pane, scale) {
  const needed = pane.size.width * scale * window.devicePixelRatio;
  if (!pane.full || needed <= pane.picture.naturalWidth * 1.2 || !pane.picture.naturalWidth) return;
  const address = pane.full;
  pane.full = "";
  const fine = new Image();
  fine.src = address;
  await fine.decode();
  pane.picture.src = address;
}

function setMode(next) {
  mode = next;
  stage.dataset.mode = mode;
  for (const button of stage.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", button.dataset.show === mode);
  }
  stage.querySelector("[data-curtain-tools]").hidden = mode !== "curtain";
  clearInterval(blinking);
  delete stage.dataset.seen;
  if (mode === "blink") {
    stage.dataset.seen = "first";
    if (!calm.matches) blinking = setInterval(turn, BLINK);
  }
  for (const pane of panes) pane.view.resize(roomOf(pane));
  moveCurtain();
  show();
  remember();
}

function turn() {
  stage.dataset.seen = stage.dataset.seen === "first" ? "second" : "first";
}

function moveCurtain() {
  const share = `${curtainAt.value}%`;
  stage.querySelector("[data-curtain]").style.insetInlineStart = share;
  second.element.style.clipPath = mode === "curtain" ? `inset(0 0 0 ${share})` : "";
}

function showOutlines() {
  for (const outline of stage.querySelectorAll("[data-outline]")) {
    outline.hidden = !outlines.checked;
    outline.style.opacity = opacity.value / 100;
  }
  remember();
}

function remember() {
  const state = { mode, outlines: outlines.checked, opacity: opacity.value, link: link.checked };
  sessionStorage.setItem(MEMORY, JSON.stringify({ ...state, curtain: curtainAt.value }));
}

// The views that a gesture over an element moves: both when linked or when one lies over the other.
function moved(element) {
  if (link.checked) return [first.view];
  if (mode !== "side") return panes.map((pane) => pane.view);
  const pane = panes.find((each) => each.element.contains(element));
  return pane ? [pane.view] : panes.map((each) => each.view);
}

function changeViews(element, change) {
  for (const view of moved(element)) change(view);
  show();
}

new Movement(stage, {
  zoom: (element, factor, at) => changeViews(element, (view) => view.zoomTo(view.scale * factor, at)),
  pan: (element, dx, dy) => changeViews(element, (view) => view.pan(dx, dy)),
  curtain(share) {
    curtainAt.value = share;
    moveCurtain();
    remember();
  },
  isOnCurtain: (share) => mode === "curtain" && Math.abs(share - curtainAt.value) < 3,
});

for (const button of stage.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => setMode(button.dataset.show));
}
for (const button of stage.querySelectorAll("[data-zoom]")) {
  const change = { in: (view) => view.zoomTo(view.scale * 1.4), out: (view) => view.zoomTo(view.scale / 1.4), fit: (view) => view.fit() };
  button.addEventListener("click", () => changeViews(null, change[button.dataset.zoom]));
}
for (const button of stage.querySelectorAll("[data-curtain-step]")) {
  button.addEventListener("click", () => {
    if (mode !== "curtain") setMode("curtain");
    curtainAt.value = Number(curtainAt.value) + Number(button.dataset.curtainStep);
    moveCurtain();
    remember();
  });
}
for (const picker of document.querySelectorAll("[data-visit]")) {
  picker.addEventListener("change", () => picker.form.requestSubmit());
}
curtainAt.addEventListener("input", () => [moveCurtain(), remember()]);
outlines.addEventListener("change", showOutlines);
opacity.addEventListener("input", showOutlines);
link.addEventListener("change", () => {
  for (const pane of panes) pane.view.fit();
  show();
  remember();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, summary")) return;
  const move = MOVES[event.key];
  if (move) {
    event.preventDefault();
    changeViews(null, (view) => view.pan(NUDGE * move[0], NUDGE * move[1]));
  } else if (event.key === " " && mode === "blink" && !event.target.closest("button, a")) {
    event.preventDefault();
    clearInterval(blinking);
    turn();
  }
});

outlines.checked = memory.outlines ?? true;
opacity.value = memory.opacity ?? opacity.value;
link.checked = memory.link ?? true;
curtainAt.value = memory.curtain ?? curtainAt.value;
new ResizeObserver(() => {
  for (const pane of panes) pane.view.resize(roomOf(pane));
  show();
}).observe(stage);
showOutlines();
setMode(mode);
laying.load();
stage.dataset.ready = "true";
