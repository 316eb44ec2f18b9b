import { segmentAt } from "/static/js/editor/click.js";
import { dice, equal, holds } from "/static/tests/expect.js";

const SIDE = 129;
const MIDDLE = { x: SIDE / 2, y: SIDE / 2 };
const REACH = 60;

// A patch whose pixels are `level(x, y)` with noise that looks like a camera's.
function photograph(level, noise = 6) {
  const roll = dice(11);
  const data = new Uint8ClampedArray(4 * SIDE * SIDE);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const value = level(x, y) + noise * (roll() + roll() + roll() + roll() - 2);
      data.set([value, value, value, 255], 4 * (y * SIDE + x));
    }
  }
  return { data, width: SIDE, height: SIDE };
}

function agreement(taken, isLesion) {
  let [both, either] = [0, 0];
  for (let index = 0; index < taken.length; index += 1) {
    const wanted = isLesion(index % SIDE, Math.floor(index / SIDE)) ? 1 : 0;
    both += taken[index] & wanted;
    either += taken[index] | wanted;
  }
  return both / either;
}

export function test_a_lesion_is_taken_to_its_border_in_weak_and_strong_contrast() {
  const isLesion = (x, y) => Math.hypot((x - 70) / 1.4, y - 62) < 24;
  for (const contrast of [30, 60, 120]) {
    const { taken, answer } = segmentAt(photograph((x, y) => (isLesion(x, y) ? 60 + contrast : 60)), MIDDLE, REACH, 1);
    equal(answer, "found");
    holds(agreement(taken, isLesion) > 0.95, `contrast ${contrast}: ${agreement(taken, isLesion)}`);
  }
}

export function test_only_the_lesion_that_was_clicked_is_taken() {
  const isHere = (x, y) => Math.hypot(x - 60, y - 64) < 16;
  const isThere = (x, y) => Math.hypot(x - 95, y - 64) < 10;
  const { taken } = segmentAt(photograph((x, y) => (isHere(x, y) || isThere(x, y) ? 130 : 60)), MIDDLE, REACH, 1);
  holds(agreement(taken, isHere) > 0.93, "two lesions at once");
}

export function test_an_island_of_pigment_is_the_darker_side() {
  const isIsland = (x, y) => Math.hypot(x - 64, y - 64) < 14;
  const patch = photograph((x, y) => (isIsland(x, y) ? 60 : 140));
  equal(segmentAt(patch, MIDDLE, REACH, 1).answer, "otherSide");
  const { taken, answer } = segmentAt(patch, MIDDLE, REACH, -1);
  equal(answer, "found");
  holds(agreement(taken, isIsland) > 0.93, agreement(taken, isIsland));
}

export function test_the_edge_of_the_face_is_a_border_too() {
  const isFace = (x) => x > 40;
  const isLesion = (x, y) => isFace(x) && Math.hypot(x - 42, y - 64) < 24;
  const patch = photograph((x, y) => (isLesion(x, y) ? 130 : isFace(x) ? 70 : 10));
  const at = { x: 52, y: 64 };
  const { taken, answer } = segmentAt(patch, at, 48, 1, (index) => isFace(index % SIDE));
  equal(answer, "found");
  holds(agreement(taken, isLesion) > 0.95, agreement(taken, isLesion));
}

export function test_what_does_not_close_is_left_alone() {
  const stripe = photograph((x) => (x > 40 && x < 90 ? 130 : 60));
  for (const patch of [stripe, photograph(() => 90, 12)]) {
    const { taken, answer } = segmentAt(patch, MIDDLE, REACH, 1);
    equal(answer, "open");
    equal(taken.reduce((sum, value) => sum + value, 0), 0);
  }
}
