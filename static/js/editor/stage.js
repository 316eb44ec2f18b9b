// The picture and the masks on two canvases, and the brush above them. Drawn at most once a frame, and only what
// the screen shows: the rectangle that was painted on, or all of it when the view has moved. While a hand moves
// the view, what was drawn is carried along, and drawn anew now and then, coarsely until it rests.
import { Viewport } from "../viewport.js";
import { drawMasks, screenRect } from "./drawing.js";

const MOST_PIXELS = 2_500_000; // of the canvas; a larger screen is drawn a little coarser
const REST = 120; // milliseconds after which a view counts as at rest
const CARRIED = 150; // milliseconds that a moving picture is carried along before it is drawn anew
const SVG = "http://www.w3.org/2000/svg";

export class Stage {
  constructor(root, surface, onFrame) {
    Object.assign(this, { root, surface, onFrame });
    this.photoCanvas = root.querySelector("[data-photo-canvas]");
    this.maskCanvas = root.querySelector("[data-mask-canvas]");
    this.ring = root.querySelector("[data-ring]");
    this.sketch = root.querySelector("[data-sketch]");
    this.look = { shown: { face: true, vitiligo: true, model: false }, opacity: 0.45 };
    this.pictures = [];
    this.measure();
    this.view = new Viewport(surface, this.room);
    this.isStale = true;
    this.movedAt = this.drawnAt = -Infinity;
    new ResizeObserver(() => this.resize()).observe(root);
    this.tick = this.tick.bind(this);
    requestAnimationFrame(this.tick);
  }

  measure() {
    const { clientWidth, clientHeight } = this.root;
    const most = Math.sqrt(MOST_PIXELS / Math.max(1, clientWidth * clientHeight));
    this.density = Math.min(window.devicePixelRatio, most);
    this.room = { width: Math.round(clientWidth * this.density), height: Math.round(clientHeight * this.density) };
    for (const canvas of [this.photoCanvas, this.maskCanvas]) Object.assign(canvas, this.room);
    this.drawnAt = -Infinity; // a canvas that was given a size is empty
    this.sketch.setAttribute("viewBox", `0 0 ${this.room.width} ${this.room.height}`);
  }

  resize() {
    this.measure();
    this.view.resize(this.room);
    this.refresh();
  }

  // Pictures of the photograph, the coarse one first; the finest that is needed is shown.
  addPicture(bitmap) {
    this.pictures.push(bitmap);
    this.refresh();
  }

  refresh() {
    this.isStale = true;
  }

  // The view was moved by a hand: now coarsely and often, once more when it rests.
  move() {
    this.movedAt = performance.now();
    this.isCoarse = true;
    this.isStale = true;
  }

  place(event) {
    const box = this.root.getBoundingClientRect();
    return { x: (event.clientX - box.left) * this.density, y: (event.clientY - box.top) * this.density };
  }

  tick() {
    requestAnimationFrame(this.tick);
    const now = performance.now();
    const moves = now - this.movedAt < REST;
    if (moves && now - this.drawnAt < CARRIED) {
      this.carry();
      return;
    }
    const dirty = this.surface.takeDirty();
    if (!moves && this.isCoarse) [this.isStale, this.isCoarse] = [true, false];
    if (!dirty && !this.isStale) return;
    if (this.isStale) {
      this.isStale = false;
      this.drawnAt = now;
      this.drawn = { ...this.view };
      this.carry();
      this.drawPhoto();
      this.drawRect({ left: 0, top: 0, ...this.room }, moves ? 1 : undefined);
    } else {
      const rect = screenRect(this.view, dirty, this.room);
      if (rect) this.drawRect(rect);
    }
    this.onFrame();
  }

  // Where what was drawn lies in the view of now: a matter of the compositor, whatever the size of the picture.
  carry() {
    const { view, drawn, density } = this;
    const scale = view.scale / drawn.scale;
    const [x, y] = [view.x - drawn.x * scale, view.y - drawn.y * scale];
    const matrix = scale === 1 && !x && !y ? "" : `matrix(${scale}, 0, 0, ${scale}, ${x / density}, ${y / density})`;
    for (const canvas of [this.photoCanvas, this.maskCanvas]) canvas.style.transform = matrix;
  }

  drawPhoto() {
    const pen = this.photoCanvas.getContext("2d", { alpha: false });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = getComputedStyle(this.root).backgroundColor;
    pen.fillRect(0, 0, this.room.width, this.room.height);
    const { view } = this;
    const needed = view.picture.width * view.scale;
    const bitmap = this.pictures.find((picture) => picture.width >= needed) ?? this.pictures.at(-1);
    if (!bitmap) return;
    const scale = (view.scale * view.picture.width) / bitmap.width;
    pen.imageSmoothingEnabled = view.scale < 3;
    pen.setTransform(scale, 0, 0, scale, view.x, view.y);
    pen.drawImage(bitmap, 0, 0);
  }

  drawRect(rect, finest) {
    const pixels = drawMasks(this.surface, this.view, rect, this.look, finest);
    const pen = this.maskCanvas.getContext("2d");
    pen.putImageData(new ImageData(pixels, rect.width, rect.height), rect.left, rect.top);
  }

  // The brush as a ring, in pixels of the photograph; null hides it.
  showRing(point, radius) {
    this.ring.hidden = point === null;
    if (point === null) return;
    const size = Math.max(4, (2 * radius * this.view.scale) / this.density);
    const seen = this.view.toRoom(point);
    this.ring.style.inlineSize = this.ring.style.blockSize = `${size}px`;
    const [x, y] = [seen.x / this.density - size / 2, seen.y / this.density - size / 2];
    this.ring.style.transform = `translate(${x}px, ${y}px)`;
  }

  // The polygon that is being drawn, and the crosshair of the keyboard.
  showSketch(points, cross) {
    const shapes = [];
    const shape = (name, attributes) => {
      const element = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      shapes.push(element);
    };
    const seen = points.map((point) => this.view.toRoom(point));
    const line = seen.map(({ x, y }) => `${x},${y}`).join(" ");
    for (const layer of ["dark", "light"]) if (seen.length) shape("polyline", { points: line, class: `sketch__${layer}` });
    for (const { x, y } of seen) shape("circle", { cx: x, cy: y, r: 4 * this.density, class: "sketch__point" });
    if (cross) {
      const { x, y } = this.view.toRoom(cross);
      const arm = 12 * this.density;
      const path = `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}`;
      for (const layer of ["dark", "light"]) shape("path", { d: path, class: `sketch__${layer}` });
    }
    this.sketch.replaceChildren(...shapes);
  }
}
