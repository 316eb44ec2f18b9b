// How one photograph is laid over another: by five points of the face (eyes, nose, corners of the mouth), or,
// without them, by size alone. A matrix is [a, b, c, d, e, f] as CSS writes it: x' = a x + c y + e.
export function multiply([a, b, c, d, e, f], [g, h, i, j, k, l]) {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

export function apply([a, b, c, d, e, f], { x, y }) {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

function meanOf(points) {
  const sum = points.reduce(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return sum.map((value) => value / points.length);
}

// The rotation, scale and shift that bring `from` closest to `to` by least squares; both are lists of [x, y].
export function similarity(from, to) {
  const [fromMean, toMean] = [meanOf(from), meanOf(to)];
  let [along, across, size] = [0, 0, 0];
  from.forEach(([x, y], index) => {
    const [dx, dy] = [x - fromMean[0], y - fromMean[1]];
    const [tx, ty] = [to[index][0] - toMean[0], to[index][1] - toMean[1]];
    along += dx * tx + dy * ty;
    across += dx * ty - dy * tx;
    size += dx * dx + dy * dy;
  });
  const [a, b] = [along / size, across / size];
  return [a, b, -b, a, toMean[0] - a * fromMean[0] + b * fromMean[1], toMean[1] - b * fromMean[0] - a * fromMean[1]];
}

// A picture of one size in the middle of another's place.
function fitted(from, to) {
  const scale = Math.min(to.width / from.width, to.height / from.height);
  return [scale, 0, 0, scale, (to.width - from.width * scale) / 2, (to.height - from.height * scale) / 2];
}

// From the pixels of `second` to those of `first`; each is { width, height, landmarks } with landmarks or null.
export function overlay(first, second) {
  if (!first.landmarks || !second.landmarks) return fitted(second, first);
  return similarity(second.landmarks, first.landmarks);
}

export function matrixOf(view) {
  return [view.scale, 0, 0, view.scale, view.x, view.y];
}
