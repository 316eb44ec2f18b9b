// The viewer: wheel, pinch, drag and keys move and scale the picture with everything drawn over it.
const stage = document.querySelector("[data-viewer]");
const content = stage.querySelector("[data-viewer-content]");
const photo = stage.querySelector("[data-viewer-photo]");
const readout = stage.querySelector("[data-scale]");
const MOST = 16;
const STEP = 1.25;
const NUDGE = 60;
const state = { scale: 1, x: 0, y: 0 };
const fingers = new Map();

// How many pixels of the photograph one pixel of the screen shows, so that 100 % is the photograph's own size.
function fitScale() {
  return Math.min(stage.clientWidth / photo.width, stage.clientHeight / photo.height);
}

function bounded(value, room) {
  return Math.min(0, Math.max(room * (1 - state.scale), value));
}

function show() {
  state.x = bounded(state.x, stage.clientWidth);
  state.y = bounded(state.y, stage.clientHeight);
  content.style.transform = `translate(${state.x}px, ${state.y}px) scale(${state.scale})`;
  readout.value = `${Math.round(100 * fitScale() * state.scale)} %`;
  stage.classList.toggle("stage--zoomed", state.scale > 1);
}

function zoomTo(scale, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const next = Math.min(MOST, Math.max(1, scale));
  const ratio = next / state.scale;
  state.x = x - ratio * (x - state.x);
  state.y = y - ratio * (y - state.y);
  state.scale = next;
  show();
}

function place(event) {
  const box = stage.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

stage.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const { x, y } = place(event);
    zoomTo(state.scale * Math.exp(-event.deltaY / 400), x, y);
  },
  { passive: false },
);

stage.addEventListener("dblclick", (event) => {
  if (event.target.closest(".stage__bar")) return;
  const { x, y } = place(event);
  zoomTo(state.scale > 1 ? 1 : 3, x, y);
});

stage.addEventListener("pointerdown", (event) => {
  if (event.target.closest(".stage__bar")) return;
  stage.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, place(event));
  stage.classList.add("stage--dragging");
});

stage.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const now = place(event);
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
  if (other) {
    const spread = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    zoomTo((state.scale * spread(now)) / spread(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
  } else {
    state.x += now.x - before.x;
    state.y += now.y - before.y;
    show();
  }
  fingers.set(event.pointerId, now);
});

for (const end of ["pointerup", "pointercancel"]) {
  stage.addEventListener(end, (event) => {
    fingers.delete(event.pointerId);
    if (!fingers.size) stage.classList.remove("stage--dragging");
  });
}

for (const button of stage.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => {
    const scales = { in: state.scale * STEP, out: state.scale / STEP, fit: 1 };
    zoomTo(scales[button.dataset.zoom]);
  });
}

// While the picture is zoomed, the arrow keys move it; otherwise they lead to the neighbouring visits.
const MOVES = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
document.addEventListener(
  "keydown",
  (event) => {
    const move = MOVES[event.key];
    if (!move || state.scale === 1 || event.target.closest("input, textarea, select, .panel")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    state.x += move[0] * NUDGE;
    state.y += move[1] * NUDGE;
    show();
  },
  { capture: true },
);

document.addEventListener("keydown", (event) => {
  if (event.key === "=" && !event.ctrlKey && !event.metaKey) zoomTo(state.scale * STEP);
});

window.addEventListener("resize", show);
show();
