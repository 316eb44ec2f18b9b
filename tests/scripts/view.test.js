import { drawMasks, REACH, screenRect } from "/static/js/editor/drawing.js";
import { FACE, Surface, VITILIGO } from "/static/js/editor/surface.js";
import { Viewport } from "/static/js/viewport.js";
import { close, equal, holds } from "/static/tests/expect.js";

const LOOK = { shown: { face: true, vitiligo: true, model: false }, opacity: 0.5 };

export function test_a_picture_is_fitted_into_the_middle() {
  const view = new Viewport({ width: 200, height: 400 }, { width: 400, height: 400 });
  equal([view.scale, view.x, view.y], [1, 100, 0]);
  equal(view.toPicture({ x: 100, y: 0 }), { x: 0, y: 0 });
}

export function test_zooming_keeps_the_point_under_the_finger() {
  const view = new Viewport({ width: 2832, height: 4240 }, { width: 900, height: 800 });
  view.zoomTo(1);
  const at = { x: 321, y: 123 };
  const before = view.toPicture(at);
  view.zoomTo(3.7, at);
  const after = view.toPicture(at);
  close(after.x, before.x, 1e-6);
  close(after.y, before.y, 1e-6);
}

export function test_a_picture_never_leaves_its_room() {
  const view = new Viewport({ width: 1000, height: 1000 }, { width: 500, height: 400 });
  view.zoomTo(2);
  view.pan(1e6, -1e6);
  equal([view.x, view.y], [0, 400 - 2000]);
  view.zoomTo(0);
  equal([view.scale, view.isFitted], [0.4, true]);
  equal([view.x, view.y], [50, 0]);
}

export function test_a_fitted_picture_stays_fitted_when_the_room_changes() {
  const view = new Viewport({ width: 1000, height: 1000 }, { width: 500, height: 500 });
  view.resize({ width: 800, height: 700 });
  close(view.scale, 0.7, 1e-9);
  view.zoomTo(2);
  const middle = view.toPicture({ x: 400, y: 350 });
  view.resize({ width: 600, height: 600 });
  close(view.toPicture({ x: 300, y: 300 }).x, middle.x, 1e-6);
}

export function test_the_crosshair_is_brought_into_sight() {
  const view = new Viewport({ width: 1000, height: 1000 }, { width: 500, height: 500 });
  view.zoomTo(2);
  holds(view.reveal({ x: 990, y: 990 }), "it had to move");
  const seen = view.toRoom({ x: 990, y: 990 });
  holds(seen.x <= 500 && seen.y <= 500, "still out of sight");
  holds(!view.reveal({ x: 900, y: 900 }), "nothing to move");
}

function alphaAt(pixels, width, x, y) {
  return pixels[4 * (y * width + x) + 3];
}

export function test_the_smallest_lesion_is_seen_from_the_farthest_away() {
  const surface = new Surface(900, 900);
  for (let y = 0; y < 900; y += 1) surface.setRun(y, 0, 900, FACE, true);
  surface.setRun(450, 450, 453, VITILIGO, true);
  const view = new Viewport(surface, { width: 300, height: 300 });
  const pixels = drawMasks(surface, view, { left: 0, top: 0, width: 300, height: 300 }, LOOK);
  equal(alphaAt(pixels, 300, 150, 150), 255);
  equal(alphaAt(pixels, 300, 100, 100), 0);
}

export function test_a_lesion_has_a_tint_an_edge_and_is_paler_outside_the_face() {
  const surface = new Surface(100, 100);
  for (let y = 0; y < 100; y += 1) surface.setRun(y, 0, 50, FACE, true);
  for (let y = 20; y < 80; y += 1) surface.setRun(y, 20, 80, VITILIGO, true);
  const view = new Viewport(surface, { width: 100, height: 100 });
  const pixels = drawMasks(surface, view, { left: 0, top: 0, width: 100, height: 100 }, LOOK);
  equal(alphaAt(pixels, 100, 21, 50), 255, "edge");
  close(alphaAt(pixels, 100, 35, 50), 127, 1, "tint");
  holds(alphaAt(pixels, 100, 65, 50) < 60, "outside the face");
  equal(alphaAt(pixels, 100, 10, 50), 0, "skin");
}

export function test_a_part_of_the_screen_looks_as_it_does_in_the_whole() {
  const surface = new Surface(400, 300);
  for (let y = 40; y < 260; y += 1) surface.setRun(y, 60 + (y % 17), 340 - (y % 23), y % 3 ? FACE : FACE | VITILIGO, true);
  const view = new Viewport(surface, { width: 200, height: 200 });
  view.zoomTo(1.3);
  view.pan(-30, -20);
  const whole = drawMasks(surface, view, { left: 0, top: 0, width: 200, height: 200 }, LOOK);
  const part = drawMasks(surface, view, { left: 50, top: 70, width: 60, height: 40 }, LOOK);
  for (let y = 0; y < 40; y += 1) {
    const first = whole.slice(4 * ((70 + y) * 200 + 50), 4 * ((70 + y) * 200 + 110));
    equal([...part.slice(4 * y * 60, 4 * (y + 1) * 60)], [...first], `row ${y}`);
  }
}

export function test_a_change_is_drawn_with_room_for_its_edges_and_only_where_it_is_seen() {
  const view = new Viewport({ width: 1000, height: 1000 }, { width: 500, height: 500 });
  const dirty = { left: 100, top: 100, right: 120, bottom: 120 };
  const rect = screenRect(view, dirty, view.room);
  equal(rect, { left: 50 - REACH - 1, top: 50 - REACH - 1, width: 10 + 2 * REACH + 2, height: 10 + 2 * REACH + 2 });
  view.zoomTo(4);
  view.pan(-1e5, -1e5);
  equal(screenRect(view, dirty, view.room), null);
}
