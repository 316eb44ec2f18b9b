// Wheel, drag and pinch over the panes of the compare page, and the hand that draws the curtain.
export class Movement {
  // `deeds`: zoom(element, factor, at), pan(element, dx, dy), curtain(share), isOnCurtain(share).
  constructor(stage, deeds) {
    Object.assign(this, { stage, deeds });
    this.fingers = new Map();
    this.drawsCurtain = false;
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.down(event));
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => this.up(event));
  }

  paneAt(event) {
    return event.target.closest("[data-pane]");
  }

  // Where the event is, inside its pane.
  place(event, pane) {
    const box = (pane ?? this.stage).getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  share(event) {
    const box = this.stage.getBoundingClientRect();
    return (100 * (event.clientX - box.left)) / box.width;
  }

  wheel(event) {
    if (event.target.closest(".stage__bar")) return;
    event.preventDefault();
    const pane = this.paneAt(event);
    const lines = event.deltaMode === 1 ? 30 : 1;
    this.deeds.zoom(pane, Math.exp((-event.deltaY * lines) / 400), this.place(event, pane));
  }

  down(event) {
    if (event.target.closest(".stage__bar, a")) return;
    const pane = this.paneAt(event);
    this.stage.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { ...this.place(event, pane), pane });
    this.drawsCurtain = this.fingers.size === 1 && this.deeds.isOnCurtain(this.share(event));
    this.stage.classList.add("stage--dragging");
  }

  move(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) {
      this.stage.classList.toggle("stage--curtain", this.deeds.isOnCurtain(this.share(event)));
      return;
    }
    if (this.drawsCurtain) {
      this.deeds.curtain(Math.min(100, Math.max(0, this.share(event))));
      return;
    }
    const now = { ...this.place(event, before.pane), pane: before.pane };
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const spread = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      this.deeds.zoom(before.pane, spread(now) / spread(before), middle);
    } else this.deeds.pan(before.pane, now.x - before.x, now.y - before.y);
    this.fingers.set(event.pointerId, now);
  }

  up(event) {
    this.fingers.delete(event.pointerId);
    if (!this.fingers.size) {
      this.drawsCurtain = false;
      this.stage.classList.remove("stage--dragging");
    }
  }
}
