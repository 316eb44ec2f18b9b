// Connected regions of a surface, found run by run. Pixels are neighbours across an edge, not across a corner.
class Marks {
  constructor(size) {
    this.words = new Uint32Array(Math.ceil(size / 32));
  }

  has(index) {
    return (this.words[index >>> 5] & (1 << (index & 31))) !== 0;
  }

  add(index) {
    this.words[index >>> 5] |= 1 << (index & 31);
  }
}

// Floods from `seeds` (indices) through the pixels of `box` for which `isInside(cell)` holds.
// Returns the runs [y, from, to, ...] and whether the flood came to the rim of the box.
function flood({ cells, width }, box, seeds, marks, isInside) {
  const runs = [];
  const waiting = [...seeds];
  let touchesRim = false;
  const isFree = (index) => !marks.has(index) && isInside(cells[index]);
  while (waiting.length) {
    const seed = waiting.pop();
    if (!isFree(seed)) continue;
    const y = Math.floor(seed / width);
    const row = y * width;
    let from = seed - row;
    let to = from + 1;
    while (from > box.left && isFree(row + from - 1)) from -= 1;
    while (to < box.right && isFree(row + to)) to += 1;
    for (let x = from; x < to; x += 1) marks.add(row + x);
    runs.push(y, from, to);
    if (from === box.left || to === box.right || y === box.top || y === box.bottom - 1) touchesRim = true;
    for (const other of [y - 1, y + 1]) {
      if (other < box.top || other >= box.bottom) continue;
      let wasFree = false;
      for (let x = from; x < to; x += 1) {
        const free = isFree(other * width + x);
        if (free && !wasFree) waiting.push(other * width + x);
        wasFree = free;
      }
    }
  }
  return { runs, touchesRim };
}

function whole(surface) {
  return { left: 0, top: 0, right: surface.width, bottom: surface.height };
}

// The region around a pixel in which the bits of `care` read `wanted`.
export function regionAt(surface, x, y, care, wanted) {
  const marks = new Marks(surface.cells.length);
  const inside = (cell) => (cell & care) === wanted;
  return flood(surface, whole(surface), [y * surface.width + x], marks, inside);
}

function boundsOf({ cells, width, height }, bit) {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!(cells[y * width + x] & bit)) continue;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      if (y < box.top) box.top = y;
      box.bottom = y + 1;
    }
  }
  return box;
}

// The holes of a mask: what is not in it and has no way to the outside.
export function holesOf(surface, bit) {
  const box = boundsOf(surface, bit);
  if (box.left >= box.right) return [];
  const { cells, width } = surface;
  const marks = new Marks(cells.length);
  const isOutside = (cell) => !(cell & bit);
  const rim = [];
  for (let x = box.left; x < box.right; x += 1) rim.push(box.top * width + x, (box.bottom - 1) * width + x);
  for (let y = box.top; y < box.bottom; y += 1) rim.push(y * width + box.left, y * width + box.right - 1);
  flood(surface, box, rim, marks, isOutside);
  const runs = [];
  for (let y = box.top; y < box.bottom; y += 1) {
    for (let x = box.left; x < box.right; x += 1) {
      const index = y * width + x;
      if (!isOutside(cells[index]) || marks.has(index)) continue;
      const from = x;
      while (x < box.right && isOutside(cells[y * width + x]) && !marks.has(y * width + x)) x += 1;
      runs.push(y, from, x);
    }
  }
  return runs;
}
