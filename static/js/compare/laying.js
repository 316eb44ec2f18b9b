// The later photograph as the earlier one would show it, where a worker has laid the two faces over each other
// point by point. Until it has, and side by side, the photographs stay as they are.
export class Laying {
  // `panes` with `element`, `content` and `size`; `changed()` is called when the aligned photograph is there.
  constructor(stage, panes, changed) {
    Object.assign(this, { stage, panes, changed });
    document.addEventListener("htmx:load", (event) => {
      if (event.target.matches("[data-laid]")) this.load();
    });
  }

  get words() {
    return this.stage.querySelector("[data-laid]");
  }

  async load() {
    const { photo, later } = this.words?.dataset ?? {};
    if (!photo) {
      this.changed();
      return;
    }
    const pane = this.panes.find(({ element }) => element.dataset.photo === later);
    const earlier = this.panes.find((each) => each !== pane);
    const picture = new Image();
    picture.src = photo;
    await picture.decode();
    const layers = [picture];
    // Its own outline was drawn on its own grid; both are seen within the outline of the earlier one.
    const outline = earlier.content.querySelector("[data-outline]")?.cloneNode();
    if (outline) layers.push(outline);
    for (const layer of layers) {
      layer.className = "pane__picture pane__laid";
      layer.alt = "";
      layer.draggable = false;
      layer.style.inlineSize = `${earlier.size.width}px`;
      layer.style.blockSize = `${earlier.size.height}px`;
      pane.content.append(layer);
    }
    outline?.classList.add("pane__outline");
    Object.assign(this, { pane, earlier });
    this.changed();
  }

  // Whether the two lie over each other by it now; says so on the stage.
  use(wanted) {
    const isUsed = Boolean(wanted && this.pane);
    this.pane?.element.toggleAttribute("data-is-laid", isUsed);
    this.words?.toggleAttribute("data-is-dense", isUsed);
    return isUsed;
  }
}
