import { decodeMask, encodeMask, NotAMask } from "/static/js/editor/png.js";
import { FACE, Surface, VITILIGO } from "/static/js/editor/surface.js";
import { dice, equal, holds } from "/static/tests/expect.js";

function scribbled(width, height) {
  const surface = new Surface(width, height);
  const roll = dice(5);
  for (let index = 0; index < surface.cells.length; index += 1) if (roll() < 0.4) surface.replace(index, FACE | VITILIGO);
  return surface;
}

async function bytesOf(picture) {
  return new Uint8Array(await picture.arrayBuffer());
}

export async function test_a_mask_comes_through_unchanged() {
  for (const [width, height] of [[1, 1], [7, 3], [8, 8], [321, 200]]) {
    const surface = scribbled(width, height);
    const found = await decodeMask(await bytesOf(await encodeMask(surface, FACE)));
    equal([found.width, found.height], [width, height]);
    holds(found.mask.every((value, index) => value === (surface.cells[index] ? 1 : 0)), `${width} x ${height}`);
  }
}

export async function test_only_pixels_with_all_bits_are_written() {
  const surface = new Surface(4, 1);
  surface.setRun(0, 0, 2, FACE, true);
  surface.setRun(0, 1, 4, VITILIGO, true);
  const { mask } = await decodeMask(await bytesOf(await encodeMask(surface, FACE | VITILIGO)));
  equal([...mask], [0, 1, 0, 0]);
}

export async function test_a_browser_reads_what_we_write() {
  const surface = scribbled(33, 20);
  const bitmap = await createImageBitmap(await encodeMask(surface, VITILIGO));
  equal([bitmap.width, bitmap.height], [33, 20]);
  const pen = new OffscreenCanvas(33, 20).getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  const { data } = pen.getImageData(0, 0, 33, 20);
  holds(surface.cells.every((cell, index) => data[4 * index] === (cell ? 255 : 0)), "other pixels");
}

export async function test_other_files_are_refused() {
  const canvas = new OffscreenCanvas(5, 5);
  canvas.getContext("2d").fillRect(0, 0, 2, 2);
  const colourful = await bytesOf(await canvas.convertToBlob({ type: "image/png" }));
  for (const bytes of [new Uint8Array(20), colourful]) {
    const error = await decodeMask(bytes).then(() => null, (reason) => reason);
    holds(error instanceof NotAMask, String(error));
  }
}
