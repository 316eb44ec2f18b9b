// The page of the mask editor: brings the photograph, its masks, the tools, the numbers and the form together.
import { decodeMask } from "./editor/png.js";
import { figuresOf, groupedText, percentText, signedText } from "./editor/figures.js";
import { Gestures } from "./editor/gestures.js";
import { History } from "./editor/history.js";
import { Keyboard } from "./editor/keyboard.js";
import { Saving } from "./editor/saving.js";
import { Stage } from "./editor/stage.js";
import { FACE, MODEL_FACE, MODEL_VITILIGO, Surface, VITILIGO } from "./editor/surface.js";
import { RADIUS, Tools } from "./editor/tools.js";

const root = document.querySelector("[data-editor]");
const words = JSON.parse(document.querySelector("#editor-words").textContent);
const status = document.querySelector("[data-status]");
const slider = root.querySelector("[data-size]");
const surface = new Surface(Number(root.dataset.width), Number(root.dataset.height));
const history = new History();
const stage = new Stage(root, surface, showNumbers);
const patch = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
let fine = null; // the photograph at its own size
let hovered = null;

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}.`);
  return answer;
}

async function fetchPicture(address) {
  return createImageBitmap(await (await fetched(address)).blob());
}

async function fetchMask(address) {
  const { width, height, mask } = await decodeMask(new Uint8Array(await (await fetched(address)).arrayBuffer()));
  if (width !== surface.width || height !== surface.height) throw new RangeError(`${address} has another size.`);
  return mask;
}

function patchAt(left, top, width, height, coarse) {
  if (!fine) return null;
  const [columns, rows] = [Math.ceil(width / coarse), Math.ceil(height / coarse)];
  if (patch.canvas.width < columns) patch.canvas.width = columns;
  if (patch.canvas.height < rows) patch.canvas.height = rows;
  patch.drawImage(fine, left, top, columns * coarse, rows * coarse, 0, 0, columns, rows);
  return patch.getImageData(0, 0, columns, rows);
}

function say(word) {
  status.textContent = words[word];
}

const tools = new Tools(surface, history, { patchAt, say });

const desk = {
  begin(point, other) {
    status.textContent = "";
    tools.begin(point, { other, reach: stage.density / stage.view.scale });
    desk.hover(point);
  },
  move(point) {
    tools.move(point);
    desk.hover(point);
  },
  end() {
    tools.end();
    showState();
  },
  cancel() {
    tools.cancel();
    showState();
  },
  hover(point) {
    hovered = point;
    const isBrush = tools.tool === "brush" || tools.tool === "smart";
    stage.showRing(isBrush ? point : null, tools.radius * (point.weight ?? 1));
    desk.sketch();
  },
  leave() {
    hovered = null;
    stage.showRing(null);
  },
  viewMoved() {
    stage.move();
    root.querySelector("[data-scale]").value = `${Math.round((100 * stage.view.scale) / stage.density)} %`;
    if (hovered) desk.leave();
    desk.sketch();
  },
  sketch() {
    stage.showSketch(tools.corners, keyboard.cross);
  },
  undo() {
    if (!tools.undo()) say("nothingToUndo");
    showState();
  },
  redo() {
    if (!tools.redo()) say("nothingToRedo");
    showState();
  },
  settle: () => tools.cancel(),
  isChanged: () => history.isChanged,
  mark: () => history.done.at(-1) ?? null,
  saved(version, mark) {
    history.saved = mark;
    document.querySelector("[data-version]").replaceChildren(String(version));
    showState();
  },
  async reload({ face, vitiligo }) {
    const [first, second] = await Promise.all([fetchMask(face), fetchMask(vitiligo)]);
    tools.cancel();
    surface.load(FACE, first);
    surface.load(VITILIGO, second);
    history.clear();
    stage.refresh();
    showState();
  },
  word: (word) => words[word],
};

const keyboard = new Keyboard(stage, tools, desk);

function showNumbers() {
  const figures = figuresOf(surface);
  const texts = {
    share: percentText(figures.share),
    face: `${groupedText(figures.face)} px`,
    vitiligo: `${groupedText(figures.vitiligo)} px`,
    model: percentText(figures.modelShare),
    points: figures.points === null ? "–" : words.points.replace("{}", signedText(figures.points)),
    diceFace: figures.diceFace.toFixed(3),
    diceVitiligo: figures.diceVitiligo.toFixed(3),
  };
  for (const [name, text] of Object.entries(texts)) {
    const place = document.querySelector(`[data-figure=${name}]`);
    if (place.textContent !== text) place.textContent = text;
  }
  document.querySelector("[data-outside]").hidden = figures.outside === 0;
}

// Everything on the page that says what is switched on.
function showState() {
  for (const button of root.querySelectorAll("[data-tool]")) {
    button.setAttribute("aria-pressed", button.dataset.tool === tools.tool);
  }
  root.querySelector("[data-erase]").setAttribute("aria-pressed", tools.isErasing);
  root.querySelector("[data-undo]").disabled = !history.canUndo;
  root.querySelector("[data-redo]").disabled = !history.canRedo;
  slider.value = Math.round(100 * Math.log(tools.radius));
  root.querySelector("[data-size-text]").value = `${2 * tools.radius} px`;
  document.querySelector("[data-unsaved]").hidden = !history.isChanged;
  document.querySelector("[data-save]").disabled = !history.isChanged;
  if (hovered) desk.hover(hovered);
  desk.sketch();
}

function press(selector, deed) {
  for (const button of root.querySelectorAll(selector)) {
    button.addEventListener("click", () => {
      deed(button);
      showState();
    });
  }
}

function wire() {
  press("[data-tool]", (button) => tools.choose(button.dataset.tool));
  press("[data-erase]", () => (tools.isErasing = !tools.isErasing));
  press("[data-undo]", () => desk.undo());
  press("[data-redo]", () => desk.redo());
  press("[data-holes]", () => tools.fillHoles());
  press("[data-resize]", (button) => tools.resize(Number(button.dataset.resize)));
  press("[data-zoom]", ({ dataset }) => {
    const { view } = stage;
    if (dataset.zoom === "fit") view.fit();
    else view.zoomTo(view.scale * (dataset.zoom === "in" ? 1.4 : 1 / 1.4));
    desk.viewMoved();
  });
  slider.min = Math.round(100 * Math.log(RADIUS.least));
  slider.max = Math.round(100 * Math.log(RADIUS.most));
  slider.addEventListener("input", () => {
    tools.radius = Math.round(Math.exp(slider.value / 100));
    showState();
  });
  for (const radio of root.querySelectorAll("[data-paint-layer]")) {
    radio.addEventListener("change", () => {
      tools.cancel();
      tools.layer = radio.dataset.paintLayer === "face" ? FACE : VITILIGO;
      showState();
    });
  }
  for (const box of root.querySelectorAll("[data-show-layer]")) {
    box.addEventListener("change", () => {
      stage.look.shown[box.dataset.showLayer] = box.checked;
      stage.refresh();
    });
  }
  root.querySelector("[data-opacity]").addEventListener("input", ({ target }) => {
    stage.look.opacity = Number(target.value) / 100;
    stage.refresh();
  });
}

async function open() {
  const { dataset } = root;
  const masks = [dataset.face, dataset.vitiligo, dataset.modelFace, dataset.modelVitiligo];
  const [preview, ...loaded] = await Promise.all([fetchPicture(dataset.display), ...masks.map(fetchMask)]);
  stage.addPicture(preview);
  [FACE, VITILIGO, MODEL_FACE, MODEL_VITILIGO].forEach((bit, number) => surface.load(bit, loaded[number]));
  new Gestures(stage, desk);
  new Saving(document.querySelector("[data-save-form]"), document.querySelector("[data-conflict]"), surface, desk);
  wire();
  desk.viewMoved();
  showState();
  showNumbers();
  root.dataset.ready = "masks";
  fine = await fetchPicture(dataset.full);
  stage.addPicture(fine);
  root.dataset.ready = "all";
}

open().catch((error) => {
  say("notOpened");
  throw error;
});
