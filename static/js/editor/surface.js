// The pixels of a photograph as the editor knows them: one byte a pixel, one bit a mask. Every write keeps the
// counts, so that the share is known at once, and what was there before, so that a step can be taken back.
export const FACE = 1;
export const VITILIGO = 2;
export const MODEL_FACE = 4;
export const MODEL_VITILIGO = 8;
const KINDS = 16;
const TILE = 128;

// A step: runs of neighbouring pixels and the bits that were flipped in them. Flipping twice undoes.
export class Step {
  constructor(starts, lengths, flips) {
    this.starts = Uint32Array.from(starts);
    this.lengths = Uint8Array.from(lengths);
    this.flips = Uint8Array.from(flips);
  }

  get isEmpty() {
    return this.starts.length === 0;
  }

  get bytes() {
    return this.starts.byteLength + this.lengths.byteLength + this.flips.byteLength;
  }
}

export class Surface {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.cells = new Uint8Array(width * height);
    this.tally = new Uint32Array(KINDS);
    this.tally[0] = width * height;
    this.columns = Math.ceil(width / TILE);
    this.before = new Map();
    this.forgetDirty();
  }

  // Take over a mask of zeros and ones; this is no step.
  load(bit, mask) {
    if (mask.length !== this.cells.length) throw new RangeError("The mask has another size than the photograph.");
    for (let index = 0; index < mask.length; index += 1) {
      const next = mask[index] ? this.cells[index] | bit : this.cells[index] & ~bit;
      this.replace(index, next);
    }
  }

  // How many pixels carry all bits of `bits`.
  count(bits) {
    let sum = 0;
    for (let kind = 0; kind < KINDS; kind += 1) if ((kind & bits) === bits) sum += this.tally[kind];
    return sum;
  }

  has(x, y, bit) {
    return x >= 0 && y >= 0 && x < this.width && y < this.height && (this.cells[y * this.width + x] & bit) !== 0;
  }

  // Set or clear `bit` in row `y` from column `from` up to, not including, column `to`.
  setRun(y, from, to, bit, on) {
    if (y < 0 || y >= this.height) return;
    const left = Math.max(0, from);
    const right = Math.min(this.width, to);
    if (left >= right) return;
    this.keep(y, left, right);
    const row = y * this.width;
    for (let index = row + left; index < row + right; index += 1) {
      this.replace(index, on ? this.cells[index] | bit : this.cells[index] & ~bit);
    }
    this.markDirty(left, y, right, y + 1);
  }

  replace(index, next) {
    const old = this.cells[index];
    if (old === next) return;
    this.cells[index] = next;
    this.tally[old] -= 1;
    this.tally[next] += 1;
  }

  // Remember the tiles of a run as they are, unless the present step has touched them already.
  keep(y, left, right) {
    const row = Math.floor(y / TILE);
    for (let column = Math.floor(left / TILE); column <= Math.floor((right - 1) / TILE); column += 1) {
      const tile = row * this.columns + column;
      if (!this.before.has(tile)) this.before.set(tile, this.copyTile(row, column));
    }
  }

  copyTile(row, column) {
    const copy = new Uint8Array(TILE * TILE);
    const width = Math.min(TILE, this.width - column * TILE);
    const height = Math.min(TILE, this.height - row * TILE);
    for (let line = 0; line < height; line += 1) {
      const start = (row * TILE + line) * this.width + column * TILE;
      copy.set(this.cells.subarray(start, start + width), line * TILE);
    }
    return copy;
  }

  // End the present step: what changed since the last one.
  finishStep() {
    const starts = [];
    const lengths = [];
    const flips = [];
    for (const [tile, copy] of this.before) {
      const row = Math.floor(tile / this.columns) * TILE;
      const column = (tile % this.columns) * TILE;
      const width = Math.min(TILE, this.width - column);
      for (let line = 0; line < Math.min(TILE, this.height - row); line += 1) {
        const start = (row + line) * this.width + column;
        for (let x = 0; x < width; x += 1) {
          const flip = copy[line * TILE + x] ^ this.cells[start + x];
          if (!flip) continue;
          const last = starts.length - 1;
          if (x > 0 && last >= 0 && flips[last] === flip && starts[last] + lengths[last] === start + x) {
            lengths[last] += 1;
          } else {
            starts.push(start + x);
            lengths.push(1);
            flips.push(flip);
          }
        }
      }
    }
    this.before.clear();
    return new Step(starts, lengths, flips);
  }

  // Take back what was drawn since the last step.
  abandonStep() {
    this.flip(this.finishStep());
  }

  // Do or undo a step.
  flip(step) {
    for (let run = 0; run < step.starts.length; run += 1) {
      const start = step.starts[run];
      const end = start + step.lengths[run];
      for (let index = start; index < end; index += 1) this.replace(index, this.cells[index] ^ step.flips[run]);
      const y = Math.floor(start / this.width);
      const x = start - y * this.width;
      this.markDirty(x, y, x + step.lengths[run], y + 1);
    }
  }

  markDirty(left, top, right, bottom) {
    const dirty = this.dirty;
    dirty.left = Math.min(dirty.left, left);
    dirty.top = Math.min(dirty.top, top);
    dirty.right = Math.max(dirty.right, right);
    dirty.bottom = Math.max(dirty.bottom, bottom);
  }

  forgetDirty() {
    this.dirty = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  }

  // The smallest rectangle that holds everything written since the last call, or null.
  takeDirty() {
    const dirty = this.dirty;
    this.forgetDirty();
    return dirty.left < dirty.right ? dirty : null;
  }
}
