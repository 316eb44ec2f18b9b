// The regions of the face, tinted by how much vitiligo each has and lettered with its value, over the photograph.
const content = document.querySelector("[data-viewer-content]");
const box = document.querySelector("[data-region-heat]");

function tint(address) {
  const image = new Image();
  image.className = "stage__photo stage__heat";
  image.alt = "";
  image.draggable = false;
  image.src = address;
  content.append(image);
  return image;
}

if (box) {
  let image = null;
  box.addEventListener("change", () => {
    if (box.checked) image ??= tint(box.dataset.regionHeat);
    if (image) image.hidden = !box.checked;
  });
}
