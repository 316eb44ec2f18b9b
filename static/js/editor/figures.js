// Numbers from the counts of a surface: the share, and how far the masks have moved from the model's.
import { FACE, MODEL_FACE, MODEL_VITILIGO, VITILIGO } from "./surface.js";

function share(part, whole) {
  return whole > 0 ? (100 * part) / whole : null;
}

// Dice of two masks; two empty masks agree.
function dice(surface, first, second) {
  const sum = surface.count(first) + surface.count(second);
  return sum > 0 ? (2 * surface.count(first | second)) / sum : 1;
}

export function figuresOf(surface) {
  const face = surface.count(FACE);
  const vitiligo = surface.count(FACE | VITILIGO);
  const now = share(vitiligo, face);
  const model = share(surface.count(MODEL_FACE | MODEL_VITILIGO), surface.count(MODEL_FACE));
  return {
    face,
    vitiligo,
    outside: surface.count(VITILIGO) - vitiligo,
    share: now,
    modelShare: model,
    points: now === null || model === null ? null : now - model,
    diceFace: dice(surface, FACE, MODEL_FACE),
    diceVitiligo: dice(surface, VITILIGO, MODEL_VITILIGO),
  };
}

// As the server writes it: one decimal, and what is there never reads as nothing.
export function percentText(value) {
  if (value === null) return "–";
  if (value > 0 && value < 0.05) return "< 0.1 %";
  return `${value.toFixed(1)} %`;
}

export function signedText(value, digits = 1) {
  if (value === null) return "–";
  const size = Math.abs(value).toFixed(digits);
  if (Number(size) === 0) return size;
  return `${value < 0 ? "\u2212" : "+"}${size}`;
}

export function groupedText(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}
