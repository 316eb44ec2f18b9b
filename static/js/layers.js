// The layers over a photograph, painted from its masks: the face as an outline, vitiligo and glare as areas
// with an edge. What is switched on stays so from photograph to photograph.
const content = document.querySelector("[data-viewer-content]");
const photo = document.querySelector("[data-viewer-photo]");
const boxes = [...document.querySelectorAll("[data-layer]")];
const slider = document.querySelector("[data-opacity]");
const MEMORY = "vititrack-layers";
const PAINT = {
  face: [86, 180, 233],
  vitiligo: [230, 159, 0],
  glare: [204, 121, 167],
  uncertain: [240, 228, 66],
};
const canvases = new Map();

function remembered() {
  return JSON.parse(sessionStorage.getItem(MEMORY) ?? "{}");
}

function remember() {
  const shown = Object.fromEntries(boxes.map((box) => [box.dataset.layer, box.checked]));
  sessionStorage.setItem(MEMORY, JSON.stringify({ shown, opacity: slider.value }));
}

async function fetchMask(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  return picture;
}

// An edge pixel is inside the mask and has a neighbour, two pixels away, outside it.
function isEdge(inside, index, x, y, width, height) {
  const reach = 2;
  if (x < reach || y < reach || x >= width - reach || y >= height - reach) return true;
  return !(
    inside[index - reach] &&
    inside[index + reach] &&
    inside[index - reach * width] &&
    inside[index + reach * width]
  );
}

function paint(kind, mask) {
  const canvas = document.createElement("canvas");
  canvas.className = "stage__layer";
  canvas.width = mask.naturalWidth;
  canvas.height = mask.naturalHeight;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(mask, 0, 0);
  const image = pen.getImageData(0, 0, canvas.width, canvas.height);
  const inside = new Uint8Array(canvas.width * canvas.height);
  for (let index = 0; index < inside.length; index += 1) inside[index] = image.data[4 * index + 3] > 0 ? 1 : 0;
  colour(image.data, inside, canvas, kind);
  pen.putImageData(image, 0, 0);
  return canvas;
}

function colour(pixels, inside, { width, height }, kind) {
  const filled = kind === "face" ? 0 : Math.round(2.55 * Number(slider.value));
  const [red, green, blue] = PAINT[kind];
  for (let index = 0; index < inside.length; index += 1) {
    const edge = inside[index] && isEdge(inside, index, index % width, Math.floor(index / width), width, height);
    pixels[4 * index] = red;
    pixels[4 * index + 1] = green;
    pixels[4 * index + 2] = blue;
    pixels[4 * index + 3] = edge ? 255 : inside[index] * filled;
  }
}

async function show(box) {
  const kind = box.dataset.layer;
  if (box.checked && !canvases.has(kind)) {
    const loading = fetchMask(box.dataset.mask);
    canvases.set(kind, { loading });
    const mask = await loading;
    const canvas = paint(kind, mask);
    canvases.set(kind, { mask, canvas });
    content.append(canvas);
    content.dataset.painted = [...canvases.keys()].join(" ");
  }
  const { canvas } = canvases.get(kind) ?? {};
  if (canvas) canvas.hidden = !box.checked;
}

function repaint() {
  for (const [kind, layer] of canvases) {
    if (!layer.canvas || kind === "face") continue;
    const fresh = paint(kind, layer.mask);
    fresh.hidden = layer.canvas.hidden;
    layer.canvas.replaceWith(fresh);
    layer.canvas = fresh;
  }
}

if (boxes.length) {
  const { shown = {}, opacity } = remembered();
  if (opacity) slider.value = opacity;
  for (const box of boxes) {
    box.checked = shown[box.dataset.layer] ?? box.checked;
    box.addEventListener("change", () => {
      remember();
      show(box);
    });
  }
  slider.addEventListener("input", () => {
    remember();
    repaint();
  });
  photo.decode().then(() => boxes.forEach(show));
}
