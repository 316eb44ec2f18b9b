// The tools: what they make of the points they are led over. Each gesture is one step that can be taken back.
import { REACHES, segmentAt } from "./click.js";
import { holesOf, regionAt } from "./fill.js";
import { visitDisc, visitPath, visitPolygon } from "./shapes.js";
import { coarseness, isTaken, mark } from "./smart.js";
import { FACE, VITILIGO } from "./surface.js";

const SPACING = { brush: 0.25, smart: 0.3 }; // between two marks, in radii
const CLOSE = 10; // pixels of the screen from the first corner that close a polygon
export const RADIUS = { least: 1, most: 400 };

export class Tools {
  // `patchAt(left, top, width, height, coarse)` gives pixels of the photograph (RGBA), each for `coarse` by
  // `coarse` of its own; `say(word)` tells the reader.
  constructor(surface, history, { patchAt, say }) {
    Object.assign(this, { surface, history, patchAt, say });
    this.tool = "brush";
    this.layer = VITILIGO;
    this.isErasing = false;
    this.radius = Math.max(4, Math.round(Math.min(surface.width, surface.height) / 100));
    this.corners = [];
    this.stroke = null;
  }

  choose(tool) {
    this.cancel();
    this.tool = tool;
  }

  resize(factor) {
    const next = this.radius * factor;
    const radius = Math.abs(next - this.radius) < 1 ? this.radius + Math.sign(factor - 1) : Math.round(next);
    this.radius = Math.min(RADIUS.most, Math.max(RADIUS.least, radius));
  }

  // A gesture begins; `other` asks for the opposite of what is switched on (Alt, or the end of a pen).
  begin(point, { other = false, reach = 1 } = {}) {
    const on = this.isErasing === other;
    if (this.tool === "polygon") this.addCorner(point, on, reach);
    else if (this.tool === "fill") this.fill(point, on);
    else if (this.tool === "click") this.click(point, on);
    else {
      this.stroke = { on, last: this.sized(point), memory: null };
      this.touch(this.stroke.last);
    }
  }

  move(point) {
    if (!this.stroke) return;
    const visit = (place) => this.touch(place);
    this.stroke.last = visitPath(this.stroke.last, this.sized(point), SPACING[this.tool], visit);
  }

  end() {
    if (!this.stroke) return;
    this.stroke = null;
    this.keep();
  }

  // Drop what is half done: a stroke on its way, or a polygon without its last corner.
  cancel() {
    if (this.stroke) this.surface.abandonStep();
    this.stroke = null;
    this.corners = [];
  }

  sized(point) {
    return { x: point.x, y: point.y, radius: this.radius * (point.weight ?? 1) };
  }

  touch(place) {
    if (this.tool === "smart") this.touchSmartly(place);
    else visitDisc(place.x, place.y, place.radius, (y, from, to) => this.paint(y, from, to, this.stroke.on));
  }

  // Vitiligo is the brighter side of its border; what is erased from it by mistake the darker one.
  sideFor(on) {
    if (this.layer !== VITILIGO) return 0;
    return on ? 1 : -1;
  }

  // What the photograph shows within `reach` of a point; null outside it, and while it is loading.
  patchAround({ x, y }, reach) {
    const coarse = coarseness(reach);
    const left = Math.max(0, Math.floor(x - reach));
    const top = Math.max(0, Math.floor(y - reach));
    const width = Math.min(this.surface.width, Math.ceil(x + reach) + 1) - left;
    const height = Math.min(this.surface.height, Math.ceil(y + reach) + 1) - top;
    if (width <= 0 || height <= 0) return null;
    const patch = this.patchAt(left, top, width, height, coarse);
    if (!patch) this.say("notLoaded");
    return patch && { patch, left, top, width, height, coarse, centre: { x: (x - left) / coarse, y: (y - top) / coarse } };
  }

  touchSmartly(place) {
    const reach = Math.max(3, place.radius);
    const seen = this.patchAround(place, reach);
    if (!seen) return;
    const { on, memory } = this.stroke;
    const found = mark(seen.patch, seen.centre, reach / seen.coarse, memory, this.sideFor(on));
    this.stroke.memory = found.memory;
    this.paintTaken(found.taken, seen, on);
  }

  // The lesion under a click, looked for in ever larger circles until its border closes.
  click(point, on) {
    const { width, height } = this.surface;
    if (point.x < 0 || point.y < 0 || point.x >= width || point.y >= height) return;
    if (this.layer === VITILIGO && !this.surface.has(Math.floor(point.x), Math.floor(point.y), FACE)) {
      this.say("outsideFace");
      return;
    }
    let word = "noBorder";
    for (const reach of REACHES) {
      const seen = this.patchAround(point, reach);
      if (!seen) return;
      const { taken, answer } = segmentAt(seen.patch, seen.centre, reach / seen.coarse, this.sideFor(on), this.skinOf(seen));
      if (answer === "found") {
        this.paintTaken(taken, seen, on);
        this.keep();
        return;
      }
      if (answer === "otherSide") word = on ? "clickDarker" : "clickBrighter";
    }
    this.say(word);
  }

  // Which pixels of a patch are skin: all of them while the face itself is edited.
  skinOf({ patch, left, top, coarse }) {
    if (this.layer !== VITILIGO) return undefined;
    const at = (start, step) => Math.floor(start + (step + 0.5) * coarse);
    return (index) => this.surface.has(at(left, index % patch.width), at(top, Math.floor(index / patch.width)), FACE);
  }

  paintTaken(found, { patch, left, top, width, height, coarse }, on) {
    const taken = (column, row) => isTaken(found, patch, column, row, coarse);
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        if (!taken(column, row)) continue;
        const from = column;
        while (column < width && taken(column, row)) column += 1;
        this.paint(top + row, left + from, left + column, on);
      }
    }
  }

  paint(y, from, to, on) {
    this.surface.setRun(y, from, to, this.layer, on);
  }

  addCorner(point, on, reach) {
    const [first] = this.corners;
    if (this.corners.length > 2 && Math.hypot(point.x - first.x, point.y - first.y) < CLOSE * reach) this.closePolygon();
    else this.corners.push({ x: point.x, y: point.y, on });
  }

  dropCorner() {
    return this.corners.pop() !== undefined;
  }

  closePolygon() {
    const corners = this.corners;
    this.corners = [];
    if (corners.length < 3) return;
    visitPolygon(corners, (y, from, to) => this.paint(y, from, to, corners[0].on));
    this.keep();
  }

  // Adding fills the gap around the point as far as the mask, or the face, encloses it; erasing removes the
  // whole region of the mask around the point.
  fill(point, on) {
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    if (x < 0 || y < 0 || x >= this.surface.width || y >= this.surface.height) return;
    const [care, wanted] = this.wantedCells(on);
    if ((this.surface.cells[y * this.surface.width + x] & care) !== wanted) {
      this.say(on && this.layer === VITILIGO && !this.surface.has(x, y, FACE) ? "outsideFace" : "nothingToFill");
      return;
    }
    const { runs, touchesRim } = regionAt(this.surface, x, y, care, wanted);
    if (on && this.layer === FACE && touchesRim) {
      this.say("openRegion");
      return;
    }
    this.paintRuns(runs, on);
  }

  wantedCells(on) {
    if (!on) return [this.layer, this.layer];
    return this.layer === VITILIGO ? [FACE | VITILIGO, FACE] : [FACE, 0];
  }

  fillHoles() {
    this.cancel();
    const runs = holesOf(this.surface, this.layer);
    if (runs.length) this.paintRuns(runs, true);
    this.say(runs.length ? "holesFilled" : "noHoles");
  }

  paintRuns(runs, on) {
    for (let at = 0; at < runs.length; at += 3) this.paint(runs[at], runs[at + 1], runs[at + 2], on);
    this.keep();
  }

  keep() {
    this.history.push(this.surface.finishStep());
  }

  undo() {
    this.cancel();
    return this.repeat(this.history.undo());
  }

  redo() {
    this.cancel();
    return this.repeat(this.history.redo());
  }

  repeat(step) {
    if (step) this.surface.flip(step);
    return step !== null;
  }
}
