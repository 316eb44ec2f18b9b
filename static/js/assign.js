// Several photographs at once: the server tells which view each shows, the nurse corrects it, then each is sent
// into its slot as if it had been chosen there.
const dialog = document.querySelector("[data-assign]");
const list = dialog.querySelector("[data-assign-files]");
const pattern = dialog.querySelector("[data-assign-file]");
const save = dialog.querySelector("[data-assign-save]");
const LOOK_SIDE = 1280;

let chosen = [];

function sayError(sentence) {
  const box = dialog.querySelector("[data-assign-error]");
  box.textContent = sentence;
  box.hidden = !sentence;
}

// The detector needs no more than a small picture; what the browser cannot read is sent whole.
async function smallCopy(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return file;
  }
  const scale = Math.min(1, LOOK_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
}

async function recognise(entry) {
  const said = entry.item.querySelector("[data-said]");
  const body = new FormData();
  body.append("file", await smallCopy(entry.file), entry.file.name);
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await fetch(dialog.dataset.assign, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token },
    });
    const seen = await answer.json();
    said.textContent = seen.sentence;
    if (!entry.isTouched) entry.place.value = seen.view;
  } catch {
    said.textContent = dialog.dataset.lost;
  }
  entry.item.dataset.recognised = "true";
}

function entryOf(file) {
  const item = pattern.content.firstElementChild.cloneNode(true);
  const image = item.querySelector("img");
  image.src = URL.createObjectURL(file);
  item.querySelector("[data-name]").textContent = file.name;
  item.querySelector("[data-said]").textContent = dialog.dataset.looking;
  const entry = { file, item, place: item.querySelector("[data-place]"), isTouched: false };
  entry.place.addEventListener("change", () => {
    entry.isTouched = true;
    sayError("");
  });
  return entry;
}

async function open(files) {
  sayError(files.length > 3 ? dialog.dataset.more : "");
  chosen = [...files].slice(0, 3).map(entryOf);
  list.replaceChildren(...chosen.map((entry) => entry.item));
  save.disabled = true;
  dialog.showModal();
  // One after the other: the first answer loads the detector.
  for (const entry of chosen) await recognise(entry);
  save.disabled = false;
  save.focus();
}

// One upload after the other: a visit's slots wait for one another anyway.
function upload(file, view) {
  const form = document.querySelector(`form[data-upload][data-view="${view}"]`);
  const answered = new Promise((resolve) => {
    const hear = (event) => {
      if (event.detail.requestConfig?.elt !== form) return;
      document.removeEventListener("htmx:afterRequest", hear);
      resolve();
    };
    // A file that is too large is refused in its slot and never sent.
    if (file.size > Number(form.dataset.maxBytes)) resolve();
    else document.addEventListener("htmx:afterRequest", hear);
  });
  form.dispatchEvent(new CustomEvent("photoaccepted", { bubbles: true, detail: { file } }));
  return answered;
}

async function send() {
  const placed = chosen.filter((entry) => entry.place.value);
  const views = placed.map((entry) => entry.place.value);
  if (!views.length) {
    sayError(dialog.dataset.none);
    return;
  }
  if (new Set(views).size < views.length) {
    sayError(dialog.dataset.twice);
    return;
  }
  dialog.close();
  for (const { file, place } of placed) await upload(file, place.value);
}

save.addEventListener("click", send);
dialog.querySelector("[data-assign-cancel]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  for (const { item } of chosen) URL.revokeObjectURL(item.querySelector("img").src);
});

document.querySelector("[data-together]").addEventListener("change", (event) => {
  const files = [...event.target.files];
  event.target.value = "";
  if (files.length) open(files);
});

document.addEventListener("photosdropped", (event) => open(event.detail.files));
