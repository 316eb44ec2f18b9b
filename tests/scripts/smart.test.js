import { brightnessOf, coarseness, isTaken, mark, smooth, twoKinds } from "/static/js/editor/smart.js";
import { close, dice, equal, holds } from "/static/tests/expect.js";

const SIDE = 121;
const MIDDLE = { x: SIDE / 2, y: SIDE / 2 };

// A patch whose pixels are `level(x, y)` with noise that looks like a camera's.
function photograph(level, noise = 6) {
  const roll = dice(7);
  const data = new Uint8ClampedArray(4 * SIDE * SIDE);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const value = level(x, y) + noise * (roll() + roll() + roll() + roll() - 2);
      data.set([value, value, value, 255], 4 * (y * SIDE + x));
    }
  }
  return { data, width: SIDE, height: SIDE };
}

function wrongPixels(taken, isLesion, radius) {
  let [wrong, inside] = [0, 0];
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      if (Math.hypot(x + 0.5 - MIDDLE.x, y + 0.5 - MIDDLE.y) > radius) continue;
      inside += 1;
      if (Boolean(taken[y * SIDE + x]) !== isLesion(x, y)) wrong += 1;
    }
  }
  return wrong / inside;
}

export function test_it_stops_at_the_border_of_a_lesion() {
  for (const contrast of [25, 50, 120]) {
    const isLesion = (x) => x < 75;
    const patch = photograph((x) => (isLesion(x) ? 60 + contrast : 60));
    const { taken } = mark(patch, MIDDLE, 55, null);
    holds(wrongPixels(taken, isLesion, 55) < 0.03, `contrast ${contrast}: ${wrongPixels(taken, isLesion, 55)}`);
  }
}

export function test_it_follows_a_curved_border_under_uneven_light() {
  const isLesion = (x, y) => Math.hypot(x - 50, y - 60) < 32;
  const patch = photograph((x, y) => (isLesion(x, y) ? 130 : 70) + x / 6);
  const { taken } = mark(patch, MIDDLE, 55, null);
  holds(wrongPixels(taken, isLesion, 55) < 0.04, wrongPixels(taken, isLesion, 55));
}

export function test_it_begins_on_dark_skin_as_well() {
  const isDark = (x) => x < 75;
  const { taken } = mark(photograph((x) => (isDark(x) ? 60 : 130)), MIDDLE, 55, null);
  holds(wrongPixels(taken, isDark, 55) < 0.03, "the side under its heart");
}

export function test_even_skin_under_the_first_mark_is_taken_whole() {
  const { taken } = mark(photograph(() => 90), MIDDLE, 40, null);
  holds(wrongPixels(taken, () => true, 40) === 0, "some of the circle is left out");
}

export function test_a_stroke_that_wanders_off_the_lesion_paints_nothing() {
  const border = photograph((x) => (x < 75 ? 130 : 60));
  const { memory } = mark(border, MIDDLE, 55, null);
  const beyond = mark(photograph(() => 60), MIDDLE, 40, memory);
  equal(beyond.taken.reduce((sum, value) => sum + value, 0), 0);
  equal(beyond.memory, memory);
}

export function test_a_lesion_that_is_not_connected_is_left_alone() {
  const isHere = (x, y) => Math.hypot(x - 60, y - 60) < 20;
  const isThere = (x, y) => Math.hypot(x - 100, y - 60) < 8;
  const { taken } = mark(photograph((x, y) => (isHere(x, y) || isThere(x, y) ? 130 : 60)), MIDDLE, 55, null);
  holds(wrongPixels(taken, isHere, 55) < 0.03, "two lesions at once");
}

export function test_one_bell_curve_is_not_two_kinds_of_skin() {
  const grey = brightnessOf(photograph(() => 100, 12)).grey;
  const histogram = new Uint32Array(256);
  for (const value of grey) histogram[Math.round(value)] += 1;
  holds(!twoKinds(histogram).areTwo, "noise was taken for a border");
  close(twoKinds(histogram).mean, 100, 0.5);
}

export function test_smoothing_keeps_the_mean_of_a_plane_and_its_edges() {
  const plane = { grey: Float32Array.from({ length: 35 }, () => 7), width: 7, height: 5 };
  holds(smooth(plane, 2).grey.every((value) => Math.abs(value - 7) < 1e-5), "a plane stays a plane");
  const point = { grey: new Float32Array(49), width: 7, height: 7 };
  point.grey[24] = 9;
  close(smooth(point, 1).grey[24], 1, 1e-5);
  close(smooth(point, 1).grey[16], 1, 1e-5);
  close(smooth(point, 1).grey[15], 0, 1e-5);
}

export function test_a_large_brush_looks_less_closely_and_answers_smoothly() {
  equal([coarseness(10), coarseness(64), coarseness(128)], [1, 1, 2]);
  const taken = Uint8Array.from({ length: 25 }, (_, index) => (index % 5 < 2 ? 1 : 0));
  const patch = { width: 5, height: 5 };
  const row = (coarse, length) => Array.from({ length }, (_, x) => (isTaken(taken, patch, x, 2, coarse) ? 1 : 0));
  equal(row(1, 5), [1, 1, 0, 0, 0]);
  equal(row(4, 20), [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
}

export function test_the_shine_on_a_lesion_is_no_border() {
  const shine = photograph((x) => (x < 60 ? 130 : 210));
  const whole = mark(shine, { x: 40, y: 60 }, 38, null, 1).taken.reduce((sum, value) => sum + value, 0);
  holds(whole > 0.98 * Math.PI * 38 ** 2, "the first mark stops at the shine");
  const { memory } = mark(photograph((x) => (x < 75 ? 130 : 60)), MIDDLE, 55, null, 1);
  const later = mark(shine, MIDDLE, 55, memory, 1).taken.reduce((sum, value) => sum + value, 0);
  holds(later > 0.98 * Math.PI * 55 ** 2, "a later mark stops at the shine");
}

export function test_erasing_begins_on_the_darker_side_and_spares_the_lesion() {
  const isSkin = (x) => x < 75;
  const { taken } = mark(photograph((x) => (isSkin(x) ? 60 : 130)), MIDDLE, 55, null, -1);
  holds(wrongPixels(taken, isSkin, 55) < 0.03, "the lesion was erased with it");
}
