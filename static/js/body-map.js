// The spot of a lesion: a click on a drawing fills the numbers, and the numbers move the spot.
const form = document.querySelector("[data-place]");
const across = form.elements.map_x;
const down = form.elements.map_y;

function show() {
  const side = form.elements.map_side.value;
  for (const figure of form.querySelectorAll("[data-side]")) {
    const drawing = figure.querySelector("[data-drawing]");
    const spot = figure.querySelector("[data-spot]");
    const here = figure.dataset.side === side && across.value !== "" && down.value !== "";
    spot.setAttribute("visibility", here ? "visible" : "hidden");
    figure.classList.toggle("body-map__side--chosen", figure.dataset.side === side);
    if (!here) continue;
    spot.setAttribute("cx", across.value * drawing.viewBox.baseVal.width);
    spot.setAttribute("cy", down.value * drawing.viewBox.baseVal.height);
  }
}

function share(position, length) {
  return Math.min(1, Math.max(0, position / length)).toFixed(2);
}

for (const drawing of form.querySelectorAll("[data-drawing]")) {
  drawing.addEventListener("click", (event) => {
    const box = drawing.getBoundingClientRect();
    form.elements.map_side.value = drawing.closest("[data-side]").dataset.side;
    across.value = share(event.clientX - box.left, box.width);
    down.value = share(event.clientY - box.top, box.height);
    show();
  });
}

form.addEventListener("input", () => {
  if (form.elements.map_side.value === "") across.value = down.value = "";
  show();
});
show();
