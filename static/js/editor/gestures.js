// Mouse, pen and fingers on the stage. The first button, the pen and one finger draw; the wheel and two fingers
// zoom; the middle button, or the space bar held down, moves the picture. Once a pen was seen, fingers only move:
// a hand that rests on the glass draws nothing.
const ERASER = 32;

function weightOf(event) {
  // Half the pressure is the size that was chosen.
  return event.pointerType === "pen" && event.pressure > 0 ? 0.4 + 1.2 * event.pressure : 1;
}

export class Gestures {
  // `desk` is told: begin(point, other), move(point), end(), cancel(), hover(point), leave(), viewMoved().
  constructor(stage, desk) {
    Object.assign(this, { stage, desk });
    this.pointers = new Map();
    this.deed = null;
    this.holdsSpace = false;
    this.hasPen = false;
    const root = stage.root;
    root.addEventListener("pointerdown", (event) => this.down(event));
    root.addEventListener("pointermove", (event) => this.move(event));
    root.addEventListener("pointerup", (event) => this.up(event));
    root.addEventListener("pointercancel", (event) => this.up(event, true));
    root.addEventListener("pointerleave", () => this.desk.leave());
    root.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    root.addEventListener("contextmenu", (event) => event.preventDefault());
    document.addEventListener("keydown", (event) => this.space(event, true));
    document.addEventListener("keyup", (event) => this.space(event, false));
    window.addEventListener("blur", () => this.space({ key: " " }, false));
  }

  space(event, isDown) {
    if (event.key !== " ") return;
    if (isDown && event.target.closest("input, textarea, select, button, a, summary, dialog")) return;
    if (isDown) event.preventDefault();
    this.holdsSpace = isDown;
    this.stage.root.classList.toggle("stage--moving", isDown);
  }

  toPicture(event) {
    return { ...this.stage.view.toPicture(this.stage.place(event)), weight: weightOf(event) };
  }

  down(event) {
    if (event.target.closest(".stage__bar")) return;
    event.preventDefault();
    this.stage.root.focus({ preventScroll: true });
    this.stage.root.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.stage.place(event));
    if (event.pointerType === "pen") this.hasPen = true;
    if (this.pointers.size > 1) {
      if (this.deed === "draw") this.desk.cancel();
      this.deed = "move";
      return;
    }
    const moves = event.button === 1 || this.holdsSpace || (event.pointerType === "touch" && this.hasPen);
    const isEraser = event.button === 5 || (event.buttons & ERASER) !== 0;
    if (!moves && event.button !== 0 && !isEraser) return;
    this.deed = moves ? "move" : "draw";
    if (!moves) this.desk.begin(this.toPicture(event), event.altKey || isEraser);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      if (!event.target.closest(".stage__bar")) this.desk.hover(this.toPicture(event));
      else this.desk.leave();
      return;
    }
    const now = this.stage.place(event);
    if (this.deed === "draw") {
      const all = event.getCoalescedEvents?.() ?? [];
      for (const part of all.length ? all : [event]) this.desk.move(this.toPicture(part));
    } else if (this.deed === "move") this.moveView(event.pointerId, before, now);
    this.pointers.set(event.pointerId, now);
  }

  moveView(id, before, now) {
    const { view } = this.stage;
    const other = [...this.pointers].find(([key]) => key !== id)?.[1];
    if (other) {
      const spread = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      view.zoomTo((view.scale * spread(now)) / spread(before), middle);
      view.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else view.pan(now.x - before.x, now.y - before.y);
    this.desk.viewMoved();
  }

  up(event, isLost = false) {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size) return;
    if (this.deed === "draw") {
      if (isLost) this.desk.cancel();
      else this.desk.end();
    }
    this.deed = null;
  }

  wheel(event) {
    if (event.target.closest(".stage__bar")) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 30 : 1;
    const { view } = this.stage;
    view.zoomTo(view.scale * Math.exp((-event.deltaY * lines) / 400), this.stage.place(event));
    this.desk.viewMoved();
  }
}
