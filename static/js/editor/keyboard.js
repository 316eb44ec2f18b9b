// The keys that no button carries: steps back and forth, and drawing without a pointer. The arrows move a
// crosshair, with Shift they draw; Enter touches down. (Keys of buttons are in shortcuts.js.)
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keyboard {
  constructor(stage, tools, desk) {
    Object.assign(this, { stage, tools, desk });
    this.cross = null;
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.target.closest("input:not([type=range]):not([type=checkbox]), textarea, select, dialog")) return;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
      event.preventDefault();
      if (key === "y" || event.shiftKey) this.desk.redo();
      else this.desk.undo();
      return;
    }
    if (event.key === "Escape") this.escape();
    else if (event.key === "=") this.stage.root.querySelector("[data-zoom=in]").click();
    else if (document.activeElement === this.stage.root) this.draw(event);
  }

  escape() {
    this.desk.cancel();
    this.cross = null;
    this.desk.sketch();
  }

  draw(event) {
    const move = MOVES[event.key];
    if (!move && !["Enter", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Backspace") this.tools.dropCorner();
    else if (event.key === "Enter") this.touch(event);
    else this.step(move, event);
    this.desk.sketch();
  }

  start() {
    const { room, view } = this.stage;
    this.cross ??= view.toPicture({ x: room.width / 2, y: room.height / 2 });
  }

  step([dx, dy], event) {
    this.start();
    const { width, height } = this.stage.surface;
    const far = event.ctrlKey ? 1 : Math.max(1, this.tools.radius / 2);
    const from = this.cross;
    this.cross = {
      x: Math.min(width - 1, Math.max(0, from.x + far * dx)),
      y: Math.min(height - 1, Math.max(0, from.y + far * dy)),
    };
    if (event.shiftKey && ["brush", "smart"].includes(this.tools.tool)) {
      this.desk.begin(from, event.altKey);
      this.desk.move(this.cross);
      this.desk.end();
    }
    if (this.stage.view.reveal(this.cross)) this.desk.viewMoved();
  }

  touch(event) {
    this.start();
    if (event.ctrlKey) this.tools.closePolygon();
    else {
      this.desk.begin(this.cross, event.altKey);
      this.desk.end();
    }
  }
}
