// The picture with its highlights reduced, laid over the photograph but under the layers: for viewing only, and
// said so for as long as it is shown.
const content = document.querySelector("[data-viewer-content]");
const box = document.querySelector("[data-highlights]");
const note = document.querySelector("[data-highlights-note]");

function picture(address) {
  const image = new Image();
  image.className = "stage__photo";
  image.alt = "";
  image.draggable = false;
  image.src = address;
  content.querySelector("[data-viewer-photo]").after(image);
  return image;
}

if (box) {
  let image = null;
  box.addEventListener("change", () => {
    if (box.checked) image ??= picture(box.dataset.highlights);
    if (image) image.hidden = !box.checked;
    note.hidden = !box.checked;
  });
}
