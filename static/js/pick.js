// Two ticked photographs of a view lead to their comparison. The first tick leaves only its own view to choose.
const area = document.querySelector("[data-picks]");
const boxes = area ? [...area.querySelectorAll("[data-pick]")] : [];

function picked() {
  return boxes.filter((box) => box.checked);
}

function choose() {
  const [first, second] = picked(); // in the order of the visits
  for (const box of boxes) box.disabled = Boolean(first) && box.dataset.view !== first.dataset.view;
  area.classList.toggle("picking", Boolean(first));
  if (!second) return;
  const pair = { view: first.dataset.view, first: first.dataset.visit, second: second.dataset.visit };
  location.assign(`${area.dataset.picks}?${new URLSearchParams(pair)}`);
}

function count(view) {
  return boxes.filter((box) => box.dataset.view === view).length;
}

for (const box of boxes) {
  box.parentElement.hidden = count(box.dataset.view) < 2;
  box.addEventListener("change", choose);
}
if (area) area.querySelector("[data-pick-hint]").hidden = !boxes.some((box) => !box.parentElement.hidden);
// A page that comes back from the browser's memory starts afresh.
window.addEventListener("pageshow", () => {
  for (const box of boxes) box.checked = false;
  if (area) choose();
});
