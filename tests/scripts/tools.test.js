import { holesOf, regionAt } from "/static/js/editor/fill.js";
import { History } from "/static/js/editor/history.js";
import { visitDisc, visitPath, visitPolygon } from "/static/js/editor/shapes.js";
import { FACE, Surface, VITILIGO } from "/static/js/editor/surface.js";
import { Tools } from "/static/js/editor/tools.js";
import { close, equal, holds } from "/static/tests/expect.js";

function workshop(width = 200, height = 200) {
  const surface = new Surface(width, height);
  const history = new History();
  const said = [];
  const tools = new Tools(surface, history, { patchAt: () => null, say: (word) => said.push(word) });
  return { surface, history, tools, said };
}

function block(surface, bit, left, top, right, bottom, on = true) {
  for (let y = top; y < bottom; y += 1) surface.setRun(y, left, right, bit, on);
}

export function test_a_disc_has_the_area_of_a_disc() {
  for (const radius of [1, 3.3, 20, 97.5]) {
    let area = 0;
    visitDisc(200.2, 200.7, radius, (_y, from, to) => (area += to - from));
    close(area / (Math.PI * radius ** 2), 1, radius < 2 ? 0.35 : 0.03, radius);
  }
  const runs = [];
  visitDisc(7.9, 3.1, 0.5, (...run) => runs.push(run));
  equal(runs, [[3, 7, 8]]);
}

export function test_a_fast_hand_leaves_no_gap() {
  const { surface, tools } = workshop(400, 60);
  tools.radius = 5;
  tools.begin({ x: 20, y: 30 });
  tools.move({ x: 380, y: 30 });
  tools.end();
  for (let x = 20; x <= 376; x += 1) holds(surface.has(x, 30, VITILIGO), `gap at ${x}`);
  holds(surface.has(100, 26, VITILIGO) && !surface.has(100, 36, VITILIGO), "the stroke is as wide as the brush");
}

export function test_marks_are_evenly_spaced_whatever_the_hand_does() {
  const places = [];
  let last = { x: 0, y: 0, radius: 8 };
  for (const x of [1, 2, 5, 9, 9.5, 20]) last = visitPath(last, { x, y: 0, radius: 8 }, 0.25, ({ x: at }) => places.push(at));
  equal(places, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
}

export function test_a_polygon_takes_the_pixels_whose_centre_it_holds() {
  const runs = [];
  visitPolygon([{ x: 1, y: 1 }, { x: 5, y: 1 }, { x: 5, y: 3 }, { x: 1, y: 3 }], (...run) => runs.push(run));
  equal(runs, [[1, 1, 5], [2, 1, 5]]);
}

export function test_a_polygon_is_one_step_and_closes_at_its_first_corner() {
  const { surface, history, tools } = workshop();
  tools.choose("polygon");
  for (const [x, y] of [[20, 20], [120, 20], [120, 80], [20, 80], [22, 21]]) tools.begin({ x, y });
  equal(surface.count(VITILIGO), 100 * 60);
  equal([history.done.length, tools.corners.length], [1, 0]);
  tools.undo();
  equal(surface.count(VITILIGO), 0);
}

export function test_the_other_end_of_the_pen_erases() {
  const { surface, tools } = workshop();
  block(surface, VITILIGO, 0, 0, 200, 200);
  surface.finishStep();
  tools.radius = 10;
  tools.begin({ x: 100, y: 100 }, { other: true });
  tools.end();
  holds(!surface.has(100, 100, VITILIGO), "not erased");
  tools.isErasing = true;
  tools.begin({ x: 100, y: 100 }, { other: true });
  tools.end();
  holds(surface.has(100, 100, VITILIGO), "the opposite of erasing draws");
}

export function test_a_cancelled_stroke_is_no_step() {
  const { surface, history, tools } = workshop();
  tools.begin({ x: 50, y: 50 });
  tools.move({ x: 90, y: 50 });
  tools.cancel();
  equal([surface.count(VITILIGO), history.done.length], [0, 0]);
}

export function test_filling_vitiligo_stops_at_the_face() {
  const { surface, tools, said } = workshop();
  block(surface, FACE, 50, 50, 150, 150);
  surface.finishStep();
  tools.choose("fill");
  tools.begin({ x: 10, y: 10 });
  equal([surface.count(VITILIGO), said], [0, ["outsideFace"]]);
  tools.begin({ x: 100, y: 100 });
  equal(surface.count(VITILIGO), 100 * 100);
}

export function test_an_open_face_outline_is_not_filled_over_the_photograph() {
  const { surface, tools, said } = workshop();
  tools.layer = FACE;
  tools.choose("fill");
  tools.begin({ x: 100, y: 100 });
  equal([surface.count(FACE), said], [0, ["openRegion"]]);
  block(surface, FACE, 50, 50, 150, 150);
  block(surface, FACE, 60, 60, 140, 140, false);
  surface.finishStep();
  tools.begin({ x: 100, y: 100 });
  equal(surface.count(FACE), 100 * 100);
}

export function test_erasing_by_fill_takes_one_region_and_no_other() {
  const { surface, tools } = workshop();
  block(surface, VITILIGO, 10, 10, 30, 30);
  block(surface, VITILIGO, 30, 30, 50, 50); // they meet at a corner only
  surface.finishStep();
  tools.choose("fill");
  tools.isErasing = true;
  tools.begin({ x: 20, y: 20 });
  equal(surface.count(VITILIGO), 400);
  holds(surface.has(40, 40, VITILIGO), "the neighbour is gone");
}

export function test_holes_are_filled_and_bays_are_not() {
  const { surface, tools, said } = workshop();
  block(surface, FACE, 20, 20, 120, 120);
  block(surface, FACE, 40, 40, 50, 50, false); // a hole
  block(surface, FACE, 110, 60, 120, 70, false); // a bay
  surface.finishStep();
  tools.layer = FACE;
  tools.fillHoles();
  equal(surface.count(FACE), 100 * 100 - 100);
  tools.fillHoles();
  equal(said, ["holesFilled", "noHoles"]);
  equal(holesOf(new Surface(10, 10), FACE), []);
}

export function test_a_region_with_arms_is_found_whole() {
  const surface = new Surface(60, 60);
  for (let y = 0; y < 60; y += 4) surface.setRun(y, 0, 60, FACE, true); // a comb
  for (let y = 0; y < 60; y += 1) surface.setRun(y, 30, 31, FACE, true);
  let area = 0;
  const { runs } = regionAt(surface, 0, 0, FACE, FACE);
  for (let at = 0; at < runs.length; at += 3) area += runs[at + 2] - runs[at + 1];
  equal(area, surface.count(FACE));
}

export function test_the_brush_grows_and_shrinks_by_at_least_a_pixel_within_its_limits() {
  const { tools } = workshop();
  tools.radius = 1;
  tools.resize(1.15);
  equal(tools.radius, 2);
  for (let time = 0; time < 100; time += 1) tools.resize(1.15);
  equal(tools.radius, 400);
  for (let time = 0; time < 100; time += 1) tools.resize(0.87);
  equal(tools.radius, 1);
}

export function test_the_smart_brush_waits_for_the_photograph() {
  const { surface, tools, said } = workshop();
  tools.choose("smart");
  tools.begin({ x: 100, y: 100 });
  tools.end();
  equal([surface.count(VITILIGO), said], [0, ["notLoaded"]]);
}
