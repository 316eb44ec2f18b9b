// Shapes as runs of pixels. A pixel belongs to a shape when its centre does. `visit(y, from, to)` is called
// for each run, `to` not included.
export function visitDisc(x, y, radius, visit) {
  if (radius < 0.75) {
    visit(Math.floor(y), Math.floor(x), Math.floor(x) + 1);
    return;
  }
  for (let row = Math.ceil(y - radius - 0.5); row + 0.5 <= y + radius; row += 1) {
    const half = Math.sqrt(Math.max(0, radius * radius - (row + 0.5 - y) ** 2));
    const from = Math.ceil(x - half - 0.5);
    const to = Math.floor(x + half - 0.5) + 1;
    if (from < to) visit(row, from, to);
  }
}

// The points at which a brush of `step` between its marks touches down on the way from `from` to `to`, which
// both are { x, y, radius }. Ends at the last mark, from which the next call goes on.
export function visitPath(from, to, share, visit) {
  let last = from;
  for (;;) {
    const distance = Math.hypot(to.x - last.x, to.y - last.y);
    const step = Math.max(1, share * Math.min(last.radius, to.radius));
    if (distance < step) return last;
    const part = step / distance;
    last = {
      x: last.x + part * (to.x - last.x),
      y: last.y + part * (to.y - last.y),
      radius: last.radius + part * (to.radius - last.radius),
    };
    visit(last);
  }
}

// The inside of a closed polygon of { x, y }; where it crosses itself, by the even-odd rule.
export function visitPolygon(points, visit) {
  const heights = points.map((point) => point.y);
  for (let row = Math.ceil(Math.min(...heights) - 0.5); row + 0.5 < Math.max(...heights); row += 1) {
    const crossings = [];
    for (let index = 0; index < points.length; index += 1) {
      const a = points[index];
      const b = points[(index + 1) % points.length];
      const level = row + 0.5;
      if (a.y <= level !== b.y <= level) crossings.push(a.x + ((level - a.y) / (b.y - a.y)) * (b.x - a.x));
    }
    crossings.sort((first, second) => first - second);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.ceil(crossings[pair] - 0.5);
      const to = Math.ceil(crossings[pair + 1] - 0.5);
      if (from < to) visit(row, from, to);
    }
  }
}
