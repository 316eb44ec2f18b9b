// Where a picture lies in the room that shows it: a point p of the picture is seen at p * scale + (x, y).
const MOST = 32; // pixels of the screen for one of the picture

export class Viewport {
  constructor(picture, room) {
    this.picture = picture;
    this.room = room;
    this.fit();
  }

  get fitting() {
    return Math.min(this.room.width / this.picture.width, this.room.height / this.picture.height);
  }

  get isFitted() {
    return this.scale <= this.fitting * 1.001;
  }

  fit() {
    this.scale = this.fitting;
    this.x = (this.room.width - this.picture.width * this.scale) / 2;
    this.y = (this.room.height - this.picture.height * this.scale) / 2;
  }

  // The room changed its size: a fitted picture stays fitted, any other keeps its middle.
  resize(room) {
    const wasFitted = this.isFitted;
    const middle = this.toPicture({ x: this.room.width / 2, y: this.room.height / 2 });
    this.room = room;
    if (wasFitted) {
      this.fit();
      return;
    }
    this.x = room.width / 2 - middle.x * this.scale;
    this.y = room.height / 2 - middle.y * this.scale;
    this.bound();
  }

  zoomTo(scale, at = { x: this.room.width / 2, y: this.room.height / 2 }) {
    const next = Math.min(MOST, Math.max(this.fitting, scale));
    const ratio = next / this.scale;
    this.x = at.x - ratio * (at.x - this.x);
    this.y = at.y - ratio * (at.y - this.y);
    this.scale = next;
    this.bound();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.bound();
  }

  // Bring a point of the picture into the room, `margin` pixels of the screen from its rim.
  reveal(point, margin = 40) {
    const seen = this.toRoom(point);
    const dx = Math.max(0, margin - seen.x) - Math.max(0, seen.x - (this.room.width - margin));
    const dy = Math.max(0, margin - seen.y) - Math.max(0, seen.y - (this.room.height - margin));
    if (dx || dy) this.pan(dx, dy);
    return Boolean(dx || dy);
  }

  // No side of the picture leaves a gap that the picture could fill; a smaller one stands in the middle.
  bound() {
    this.x = bounded(this.x, this.room.width, this.picture.width * this.scale);
    this.y = bounded(this.y, this.room.height, this.picture.height * this.scale);
  }

  toPicture(point) {
    return { x: (point.x - this.x) / this.scale, y: (point.y - this.y) / this.scale };
  }

  toRoom(point) {
    return { x: point.x * this.scale + this.x, y: point.y * this.scale + this.y };
  }
}

function bounded(offset, room, length) {
  if (length <= room) return (room - length) / 2;
  return Math.min(0, Math.max(room - length, offset));
}
