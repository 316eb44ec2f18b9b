// The lesion under a click: grown from the pixel that was clicked, over pixels on its side of Otsu's threshold
// between the two kinds of skin around it. It counts only where its border closes within what is looked at; what
// is not skin, such as the background, is a border as well.
import { brightnessOf, smooth, twoKinds } from "./smart.js";

export const REACHES = [24, 48, 96, 192, 384, 768]; // pixels of the photograph that are looked at, in turn
const HEART = 2; // pixels of the patch about the click whose mean says on which side it lies

function meanAt({ grey, width, height }, { x, y }) {
  let [sum, count] = [0, 0];
  for (let row = Math.floor(y) - HEART; row <= Math.floor(y) + HEART; row += 1) {
    for (let column = Math.floor(x) - HEART; column <= Math.floor(x) + HEART; column += 1) {
      if (row < 0 || column < 0 || row >= height || column >= width) continue;
      [sum, count] = [sum + grey[row * width + column], count + 1];
    }
  }
  return sum / count;
}

// The pixels connected with `start` for which `isInside` holds, and whether they stay clear of the disc's rim.
function grow(start, isInside, isOnRim, { width, height }) {
  const taken = new Uint8Array(width * height);
  const waiting = [start];
  let isClosed = true;
  while (waiting.length) {
    const index = waiting.pop();
    if (taken[index] || !isInside(index)) continue;
    taken[index] = 1;
    if (isOnRim(index)) isClosed = false;
    const x = index % width;
    if (x > 0) waiting.push(index - 1);
    if (x < width - 1) waiting.push(index + 1);
    if (index >= width) waiting.push(index - width);
    if (index < width * (height - 1)) waiting.push(index + width);
  }
  return { taken, isClosed };
}

// Looks at the disc of `radius` about `centre` on a patch of the photograph (RGBA); `isSkin(index)` says which of
// its pixels count. `side`: 1 looks for a brighter region (vitiligo), -1 for a darker one, 0 for either. Returns { taken, answer }: "found", "otherSide" where the
// click lies on the kind of skin that is not looked for, or "open" where no border closes within the disc.
export function segmentAt(patch, centre, radius, side = 0, isSkin = () => true) {
  const picture = smooth(brightnessOf(patch), 1);
  const { grey, width, height } = picture;
  const far = (index) => Math.hypot((index % width) + 0.5 - centre.x, Math.floor(index / width) + 0.5 - centre.y);
  const isSeen = (index) => far(index) <= radius && isSkin(index);
  const histogram = new Uint32Array(256);
  for (let index = 0; index < grey.length; index += 1) if (isSeen(index)) histogram[Math.round(grey[index])] += 1;
  const kinds = twoKinds(histogram);
  const nothing = new Uint8Array(grey.length);
  if (!kinds.areTwo) return { taken: nothing, answer: "open" };
  const level = kinds.threshold + 0.5;
  const wantsBright = meanAt(picture, centre) > level;
  if (side !== 0 && wantsBright !== side > 0) return { taken: nothing, answer: "otherSide" };
  const isInside = (index) => grey[index] > level === wantsBright && isSeen(index);
  const start = Math.floor(centre.y) * width + Math.floor(centre.x);
  const { taken, isClosed } = grow(start, isInside, (index) => far(index) > radius - 1.5, picture);
  return isClosed && taken[start] ? { taken, answer: "found" } : { taken: nothing, answer: "open" };
}
