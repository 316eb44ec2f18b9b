// The brush that stops at the border of a lesion. Inside its circle it asks whether the brightness falls into
// two kinds of skin (Otsu's threshold, 1979); if so it takes the kind that the stroke began on, as far as it is
// connected with the middle of the brush. Otherwise it takes all of the circle or nothing of it.
const LEAST_CONTRAST = 8; // grey levels between the means of the two kinds
const APART = 3.2; // the same distance in standard deviations within the kinds; 2.65 for one bell curve cut in two
const HEART = 0.3; // share of the radius from which the region grows
const FINEST = 64; // pixels from the middle to the rim of what is looked at; a larger brush looks less closely
const LEARNING = 0.15; // how fast the stroke follows light that changes along its way

export function brightnessOf({ data, width, height }) {
  const grey = new Float32Array(width * height);
  for (let index = 0; index < grey.length; index += 1) {
    grey[index] = 0.299 * data[4 * index] + 0.587 * data[4 * index + 1] + 0.114 * data[4 * index + 2];
  }
  return { grey, width, height };
}

// A mean over a square of 2 * reach + 1 pixels, row by row, then column by column.
export function smooth({ grey, width, height }, reach) {
  if (reach < 1) return { grey, width, height };
  const pass = (from, count, length, stride, step) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < count; line += 1) {
      const start = line * stride;
      let sum = 0;
      let held = 0;
      for (let at = 0; at < Math.min(reach, length); at += 1, held += 1) sum += from[start + at * step];
      for (let at = 0; at < length; at += 1) {
        if (at + reach < length) [sum, held] = [sum + from[start + (at + reach) * step], held + 1];
        if (at - reach - 1 >= 0) [sum, held] = [sum - from[start + (at - reach - 1) * step], held - 1];
        to[start + at * step] = sum / held;
      }
    }
    return to;
  };
  const rows = pass(grey, height, width, width, 1);
  return { grey: pass(rows, width, height, 1, width), width, height };
}

// Otsu's threshold over a histogram of 256 levels, with the means of both kinds and how far they are apart.
export function twoKinds(histogram) {
  let [count, sum, squares] = [0, 0, 0];
  histogram.forEach((number, level) => {
    count += number;
    sum += number * level;
    squares += number * level * level;
  });
  let [below, sumBelow, best] = [0, 0, { between: -1, threshold: 0, dark: 0, bright: 0 }];
  for (let level = 0; level < 255; level += 1) {
    below += histogram[level];
    sumBelow += histogram[level] * level;
    if (!below || below === count) continue;
    const dark = sumBelow / below;
    const bright = (sum - sumBelow) / (count - below);
    const between = (below / count) * (1 - below / count) * (bright - dark) ** 2;
    if (between > best.between) best = { between, threshold: level, dark, bright };
  }
  const mean = count ? sum / count : 0;
  const within = Math.sqrt(Math.max(0.25, (count ? squares / count : 0) - mean * mean - Math.max(0, best.between)));
  const contrast = best.bright - best.dark;
  const areTwo = contrast >= LEAST_CONTRAST && contrast / within >= APART;
  return { ...best, mean, areTwo };
}

// How many pixels of the photograph one pixel of a patch stands for.
export function coarseness(radius) {
  return Math.max(1, radius / FINEST);
}

// Whether a pixel of the photograph, `x` and `y` from the patch's corner, is taken: the patch's answer, made
// smooth between its pixels.
export function isTaken(taken, { width, height }, x, y, coarse) {
  const [column, row] = [(x + 0.5) / coarse - 0.5, (y + 0.5) / coarse - 0.5];
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [right, low] = [column - left, row - top];
  const at = (dx, dy) => {
    const place = Math.min(height - 1, Math.max(0, top + dy)) * width + Math.min(width - 1, Math.max(0, left + dx));
    return taken[place];
  };
  if (coarse === 1) return at(0, 0) === 1;
  const above = at(0, 0) * (1 - right) + at(1, 0) * right;
  const below = at(0, 1) * (1 - right) + at(1, 1) * right;
  return above * (1 - low) + below * low >= 0.5;
}

function discOf(width, height, centre, radius) {
  const inside = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const distance = Math.hypot(x + 0.5 - centre.x, y + 0.5 - centre.y);
      if (distance <= radius) inside[y * width + x] = distance <= HEART * radius ? 2 : 1;
    }
  }
  return inside;
}

// What the stroke is about: the brightness under the heart of its first mark.
function begin(grey, disc) {
  let [sum, count] = [0, 0];
  for (let index = 0; index < grey.length; index += 1) {
    if (disc[index] === 2) [sum, count] = [sum + grey[index], count + 1];
  }
  return { wanted: count ? sum / count : null, other: null };
}

function grow(isWanted, disc, width, height) {
  const taken = new Uint8Array(disc.length);
  const waiting = [];
  for (let index = 0; index < disc.length; index += 1) if (disc[index] === 2 && isWanted(index)) waiting.push(index);
  while (waiting.length) {
    const index = waiting.pop();
    if (taken[index] || !disc[index] || !isWanted(index)) continue;
    taken[index] = 1;
    const x = index % width;
    if (x > 0) waiting.push(index - 1);
    if (x < width - 1) waiting.push(index + 1);
    if (index >= width) waiting.push(index - width);
    if (index < width * (height - 1)) waiting.push(index + width);
  }
  return taken;
}

// One mark of the brush on a patch of the photograph (RGBA). `memory` is what the stroke has learnt so far, or
// null for its first mark; `side` says what is looked for beside a border: 1 its brighter side (vitiligo), -1 its
// darker one, 0 either. Returns { taken, memory }; `taken` holds a 1 for every pixel of the patch to paint.
export function mark(patch, centre, radius, memory, side = 0) {
  const { grey, width, height } = smooth(brightnessOf(patch), Math.min(4, Math.round(radius / 12)));
  const disc = discOf(width, height, centre, radius);
  const histogram = new Uint32Array(256);
  for (let index = 0; index < grey.length; index += 1) if (disc[index]) histogram[Math.round(grey[index])] += 1;
  const kinds = twoKinds(histogram);
  const known = memory ?? begin(grey, disc);
  const nothing = { taken: new Uint8Array(disc.length), memory: known };
  if (known.wanted === null) return nothing;
  const all = (mean) => ({ taken: disc.map((value) => (value ? 1 : 0)), memory: learn(known, mean, known.other) });
  if (!kinds.areTwo) return isOther(kinds.mean, known) ? nothing : all(kinds.mean);
  const wantsBright = Math.abs(known.wanted - kinds.bright) < Math.abs(known.wanted - kinds.dark);
  const [wanted, other] = wantsBright ? [kinds.bright, kinds.dark] : [kinds.dark, kinds.bright];
  if (isOther(wanted, known)) return nothing;
  if (isShading(other, wantsBright, known, side)) return all(wanted);
  const isWanted = (index) => grey[index] > kinds.threshold + 0.5 === wantsBright;
  return { taken: grow(isWanted, disc, width, height), memory: learn(known, wanted, other) };
}

// Whether a brightness is nearer to the skin beyond the border than to what the stroke is about.
function isOther(mean, { wanted, other }) {
  return other !== null && Math.abs(mean - other) < Math.abs(mean - wanted);
}

// Whether the second kind is the same skin in another light, such as the shine on a lesion, and no border.
function isShading(second, wantsBright, known, side) {
  if (known.other !== null) return !isOther(second, known);
  return side !== 0 && wantsBright !== side > 0;
}

function learn(known, wanted, other) {
  return { wanted: known.wanted + LEARNING * (wanted - known.wanted), other };
}
