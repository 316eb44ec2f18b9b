import { figuresOf, groupedText, percentText, signedText } from "/static/js/editor/figures.js";
import { History } from "/static/js/editor/history.js";
import { FACE, MODEL_FACE, MODEL_VITILIGO, Surface, VITILIGO } from "/static/js/editor/surface.js";
import { close, dice, equal, holds } from "/static/tests/expect.js";

function counted(surface) {
  const tally = new Array(16).fill(0);
  for (const cell of surface.cells) tally[cell] += 1;
  return tally;
}

function scribble(surface, roll, times) {
  for (let time = 0; time < times; time += 1) {
    const from = Math.floor(roll() * surface.width) - 20;
    const bit = roll() < 0.5 ? FACE : VITILIGO;
    surface.setRun(Math.floor(roll() * surface.height), from, from + Math.floor(roll() * 300), bit, roll() < 0.6);
  }
}

export function test_counts_are_those_of_the_pixels_after_any_writing() {
  const surface = new Surface(301, 270);
  scribble(surface, dice(1), 500);
  equal([...surface.tally], counted(surface));
}

export function test_steps_are_undone_and_done_again_to_the_pixel() {
  const surface = new Surface(301, 270);
  const history = new History();
  const roll = dice(2);
  const states = [surface.cells.slice()];
  for (let step = 0; step < 25; step += 1) {
    scribble(surface, roll, 12);
    history.push(surface.finishStep());
    states.push(surface.cells.slice());
  }
  for (let step = 24; step >= 0; step -= 1) {
    surface.flip(history.undo());
    holds(surface.cells.every((cell, index) => cell === states[step][index]), `undo to ${step}`);
  }
  equal(history.undo(), null);
  equal([...surface.tally], counted(surface));
  for (let step = 1; step <= 25; step += 1) {
    surface.flip(history.redo());
    holds(surface.cells.every((cell, index) => cell === states[step][index]), `redo to ${step}`);
  }
  equal(history.redo(), null);
}

export function test_an_abandoned_step_leaves_no_trace() {
  const surface = new Surface(200, 200);
  scribble(surface, dice(3), 50);
  surface.finishStep();
  const before = surface.cells.slice();
  scribble(surface, dice(4), 50);
  surface.abandonStep();
  holds(surface.cells.every((cell, index) => cell === before[index]), "pixels differ");
  holds(surface.finishStep().isEmpty, "a step is left");
}

export function test_a_step_costs_memory_for_its_edge_not_its_area() {
  const surface = new Surface(2832, 4240);
  for (let y = 1000; y < 3000; y += 1) surface.setRun(y, 500, 2300, FACE, true);
  const step = surface.finishStep();
  holds(step.bytes < 250_000, `${step.bytes} bytes for 3.6 million pixels`);
}

export function test_at_least_twenty_steps_are_kept_however_large() {
  const history = new History({ bytes: 1 });
  for (let number = 0; number < 50; number += 1) history.push({ isEmpty: false, bytes: 1e9, number });
  equal(history.done.length, 20);
  holds(history.isChanged, "what was saved is out of reach");
  while (history.canUndo) history.undo();
  holds(history.isChanged, "undoing what is left does not lead back to what was saved");
}

export function test_what_was_saved_is_found_again_by_undo() {
  const history = new History();
  const step = (number) => ({ isEmpty: false, bytes: 1, number });
  holds(!history.isChanged, "new");
  history.push(step(1));
  holds(history.isChanged, "after a step");
  history.markSaved();
  holds(!history.isChanged, "saved");
  history.push(step(2));
  history.undo();
  holds(!history.isChanged, "back at what was saved");
  history.undo();
  holds(history.isChanged, "before what was saved");
}

export function test_writing_outside_the_photograph_is_cut_off() {
  const surface = new Surface(10, 5);
  surface.setRun(-1, 0, 10, FACE, true);
  surface.setRun(5, 0, 10, FACE, true);
  surface.setRun(2, -5, 3, FACE, true);
  surface.setRun(2, 8, 30, FACE, true);
  equal(surface.count(FACE), 5);
  equal(surface.takeDirty(), { left: 0, top: 2, right: 10, bottom: 3 });
  equal(surface.takeDirty(), null);
}

export function test_vitiligo_counts_inside_the_face_alone() {
  const surface = new Surface(100, 10);
  for (let y = 0; y < 10; y += 1) {
    surface.setRun(y, 0, 50, FACE, true);
    surface.setRun(y, 45, 55, VITILIGO, true);
    surface.setRun(y, 0, 50, MODEL_FACE, true);
    surface.setRun(y, 40, 50, MODEL_VITILIGO, true);
  }
  const figures = figuresOf(surface);
  equal([figures.face, figures.vitiligo, figures.outside], [500, 50, 50]);
  close(figures.share, 10, 1e-9);
  close(figures.points, -10, 1e-9);
  close(figures.diceFace, 1, 1e-9);
  close(figures.diceVitiligo, 0.5, 1e-9);
}

export function test_without_a_face_there_is_no_share() {
  const figures = figuresOf(new Surface(10, 10));
  equal([figures.share, figures.points, percentText(figures.share), signedText(figures.points)], [null, null, "–", "–"]);
}

export function test_numbers_are_written_as_the_server_writes_them() {
  equal(percentText(0), "0.0 %");
  equal(percentText(0.01), "< 0.1 %");
  equal(percentText(12.34), "12.3 %");
  equal(signedText(-0.04), "0.0");
  equal(signedText(-1.26), "\u22121.3");
  equal(signedText(2), "+2.0");
  equal(groupedText(1234567), "1\u202f234\u202f567");
}
