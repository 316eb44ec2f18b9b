// The photo slots: choosing, dropping or taking a photograph sends it at once, with progress, and every
// failure is said inside its slot. The other slots and the fields above them are left alone.
function sayError(slot, sentence) {
  const template = document.createElement("p");
  template.className = "notice notice--error";
  template.textContent = sentence;
  slot.querySelector("[data-slot-error]").replaceChildren(template);
}

function send(form, file) {
  const slot = form.closest("[data-slot]");
  if (file.size > Number(form.dataset.maxBytes)) {
    sayError(slot, form.dataset.tooLarge);
    form.reset();
    return;
  }
  const holder = new DataTransfer();
  holder.items.add(file);
  form.querySelector("[data-file]").files = holder.files;
  form.requestSubmit();
}

// Another module may want to show the photograph first; it answers with "photoaccepted".
function offer(form, file) {
  const event = new CustomEvent("photochosen", { cancelable: true, detail: { form, file } });
  if (document.dispatchEvent(event)) send(form, file);
}

document.addEventListener("photoaccepted", (event) => send(event.target, event.detail.file));

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-file], [data-camera]")) return;
  const [file] = event.target.files;
  if (file) offer(event.target.closest("form"), file);
});

document.addEventListener("dragover", (event) => {
  const slot = event.target.closest("[data-slot]");
  // Otherwise the browser would leave the page and open the file.
  event.preventDefault();
  const isTaken = slot || document.querySelector("[data-together]");
  event.dataTransfer.dropEffect = isTaken ? "copy" : "none";
  for (const other of document.querySelectorAll("[data-slot]")) {
    other.classList.toggle("slot--over", other === slot);
  }
});

document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget) return;
  for (const slot of document.querySelectorAll(".slot--over")) slot.classList.remove("slot--over");
});

document.addEventListener("drop", (event) => {
  event.preventDefault();
  const slot = event.target.closest("[data-slot]");
  for (const other of document.querySelectorAll(".slot--over")) other.classList.remove("slot--over");
  const form = slot && slot.querySelector("form[data-upload]");
  const files = [...event.dataTransfer.files];
  if (files.length && (files.length > 1 || !slot) && document.querySelector("[data-together]")) {
    document.dispatchEvent(new CustomEvent("photosdropped", { detail: { files } }));
  } else if (form && files.length) {
    offer(form, files[0]);
  }
});

// Progress: the bytes on their way, then the check on the server, which has no number.
function progressOf(event) {
  const form = event.target.closest("form[data-upload]");
  return form && { form, box: form.querySelector("[data-progress]") };
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const upload = progressOf(event);
  if (!upload) return;
  upload.box.hidden = false;
  upload.form.closest("[data-slot]").querySelector("[data-slot-error]").replaceChildren();
  upload.form.classList.add("slot__form--busy");
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const upload = progressOf(event);
  if (!upload || !event.detail.lengthComputable) return;
  const share = (100 * event.detail.loaded) / event.detail.total;
  const bar = upload.box.querySelector("progress");
  if (share < 100) bar.value = share;
  else bar.removeAttribute("value");
  upload.box.querySelector("[data-progress-word=sending]").hidden = share >= 100;
  upload.box.querySelector("[data-progress-word=reading]").hidden = share < 100;
});

function abandon(event, sentence) {
  const upload = progressOf(event);
  if (!upload) return;
  upload.box.hidden = true;
  upload.form.classList.remove("slot__form--busy");
  upload.form.reset();
  sayError(upload.form.closest("[data-slot]"), upload.form.dataset[sentence]);
}

document.addEventListener("htmx:sendError", (event) => abandon(event, "lost"));
document.addEventListener("htmx:responseError", (event) => {
  abandon(event, event.detail.xhr.status === 413 ? "tooLarge" : "failed");
});
