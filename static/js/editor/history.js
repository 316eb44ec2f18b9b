// What can be taken back, and done again. Never fewer than LEAST steps; beyond that, as many as the memory set
// aside for them holds.
const LEAST = 20;
const MOST = 200;
const BYTES = 48 * 1024 * 1024;

export class History {
  constructor({ least = LEAST, most = MOST, bytes = BYTES } = {}) {
    Object.assign(this, { least, most, bytes });
    this.done = [];
    this.undone = [];
    this.saved = null;
  }

  get canUndo() {
    return this.done.length > 0;
  }

  get canRedo() {
    return this.undone.length > 0;
  }

  // Whether anything differs from what was last saved.
  get isChanged() {
    return (this.done.at(-1) ?? null) !== this.saved;
  }

  get size() {
    return this.done.reduce((sum, step) => sum + step.bytes, 0);
  }

  push(step) {
    if (step.isEmpty) return;
    this.done.push(step);
    this.undone = [];
    while (this.done.length > this.most || (this.done.length > this.least && this.size > this.bytes)) {
      const forgotten = this.done.shift();
      // Once the first change is out of reach, no number of steps back leads to what was saved.
      if (this.saved === null || this.saved === forgotten) this.saved = undefined;
    }
  }

  undo() {
    const step = this.done.pop();
    if (step) this.undone.push(step);
    return step ?? null;
  }

  redo() {
    const step = this.undone.pop();
    if (step) this.done.push(step);
    return step ?? null;
  }

  markSaved() {
    this.saved = this.done.at(-1) ?? null;
  }

  clear() {
    this.done = [];
    this.undone = [];
    this.saved = null;
  }
}
