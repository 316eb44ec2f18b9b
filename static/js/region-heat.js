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
  const label = box.closest("label");
  box.addEventListener("change", () => {
    if (box.checked && !image) {
      image = tint(box.dataset.regionHeat);
      label.setAttribute("aria-busy", "true"); // the first one takes the server some seconds
      for (const end of ["load", "error"]) image.addEventListener(end, () => label.removeAttribute("aria-busy"));
    }
    if (image) image.hidden = !box.checked;
  });
}
