// The masks as the eye sees them, for a rectangle of the screen: the face as a line, vitiligo as a tinted area
// with an edge, the model's vitiligo as a dashed line. Only what is on the screen is ever drawn.
import { FACE, MODEL_VITILIGO, VITILIGO } from "./surface.js";

export const REACH = 2; // width of a line, and how far beyond a change its edge may move, in pixels of the screen
const SAMPLES = 3; // looked at along each side of a pixel of the screen that covers many of the photograph
const PAINT = { face: [86, 180, 233], vitiligo: [230, 159, 0], model: [255, 255, 255] };
const OUTSIDE_FACE = 0.35;

// The columns (or rows) of the photograph that are looked at for each pixel of the screen, -1 outside it.
function samples(first, count, offset, scale, length, finest) {
  const number = Math.max(1, Math.min(finest, Math.ceil(1 / scale)));
  const found = new Int32Array(count * number);
  for (let at = 0; at < count; at += 1) {
    for (let part = 0; part < number; part += 1) {
      const place = Math.floor((first + at + (part + 0.5) / number - offset) / scale);
      found[at * number + part] = place >= 0 && place < length ? place : -1;
    }
  }
  return { found, number };
}

// One byte for each pixel of the screen: every bit that any of its samples carries, so that the smallest lesion
// is seen from the farthest away.
function look({ cells, width, height }, viewport, { left, top, columns, rows }, finest) {
  const across = samples(left, columns, viewport.x, viewport.scale, width, finest);
  const down = samples(top, rows, viewport.y, viewport.scale, height, finest);
  const seen = new Uint8Array(columns * rows);
  for (let y = 0; y < rows; y += 1) {
    for (let part = 0; part < down.number; part += 1) {
      const row = down.found[y * down.number + part];
      if (row < 0) continue;
      const start = row * width;
      for (let x = 0, at = 0; x < columns; x += 1) {
        let bits = 0;
        for (let more = 0; more < across.number; more += 1, at += 1) {
          if (across.found[at] >= 0) bits |= cells[start + across.found[at]];
        }
        seen[y * columns + x] |= bits;
      }
    }
  }
  return seen;
}

// One pixel as the canvas wants it: red first in memory.
function colour([red, green, blue], alpha) {
  return ((Math.round(255 * alpha) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

// Pixels (RGBA) for `rect` = { left, top, width, height } of the screen. `shown` says which layers, `opacity`
// (0 to 1) how strong the tint; `finest` bounds the samples along a side, for a picture on the move.
export function drawMasks(surface, viewport, rect, { shown, opacity }, finest = SAMPLES) {
  const columns = rect.width + 2 * REACH;
  const area = { left: rect.left - REACH, top: rect.top - REACH, columns, rows: rect.height + 2 * REACH };
  const seen = look(surface, viewport, area, finest);
  const pixels = new Uint32Array(rect.width * rect.height);
  const up = REACH * columns;
  const [face, model, edge] = [colour(PAINT.face, 1), colour(PAINT.model, 1), colour(PAINT.vitiligo, 1)];
  const [inside, outside] = [colour(PAINT.vitiligo, opacity), colour(PAINT.vitiligo, opacity * OUTSIDE_FACE)];
  for (let y = 0, pixel = 0; y < rect.height; y += 1) {
    for (let x = 0, at = (y + REACH) * columns + REACH; x < rect.width; x += 1, at += 1, pixel += 1) {
      const bits = seen[at];
      if (!bits) continue;
      const rim = bits & ~(seen[at - REACH] & seen[at + REACH] & seen[at - up] & seen[at + up]);
      if (shown.face && rim & FACE) pixels[pixel] = face;
      else if (shown.model && rim & MODEL_VITILIGO && (rect.left + x + rect.top + y) % 8 < 4) pixels[pixel] = model;
      else if (shown.vitiligo && bits & VITILIGO) {
        if (rim & VITILIGO) pixels[pixel] = edge;
        else pixels[pixel] = bits & FACE ? inside : outside;
      }
    }
  }
  return new Uint8ClampedArray(pixels.buffer);
}

// The rectangle of the screen that shows a rectangle of the photograph, with room for its edges; null when it
// lies outside the room.
export function screenRect(viewport, dirty, room) {
  const left = Math.max(0, Math.floor(dirty.left * viewport.scale + viewport.x) - REACH - 1);
  const top = Math.max(0, Math.floor(dirty.top * viewport.scale + viewport.y) - REACH - 1);
  const right = Math.min(room.width, Math.ceil(dirty.right * viewport.scale + viewport.x) + REACH + 1);
  const bottom = Math.min(room.height, Math.ceil(dirty.bottom * viewport.scale + viewport.y) + REACH + 1);
  return left < right && top < bottom ? { left, top, width: right - left, height: bottom - top } : null;
}
