// The last visit's outline as a ghost: over a chosen photograph before it is sent, and over the live camera.
const dialog = document.querySelector("[data-capture]");
const part = (name) => dialog.querySelector(`[data-capture-${name}]`);
const video = part("video");
const still = part("still");
const ghost = part("ghost");

let form = null;
let file = null;
let stream = null;
let isLive = false;

function show(names) {
  for (const name of ["shoot", "accept", "again"]) part(name).hidden = !names.includes(name);
  video.hidden = !names.includes("shoot");
  still.hidden = !names.includes("accept");
}

function sayError(sentence) {
  part("error").textContent = sentence;
  part("error").hidden = !sentence;
}

function open(chosen) {
  form = chosen;
  const { ghost: address, ghostDay, title } = form.dataset;
  part("view").textContent = title;
  part("note").textContent = address ? `${dialog.dataset.ghostWord} ${ghostDay}` : dialog.dataset.noGhost;
  ghost.hidden = part("fade").hidden = !address;
  if (address) ghost.src = address;
  sayError("");
  show([]);
  if (!dialog.open) dialog.showModal();
}

function stopCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video.srcObject = null;
}

function preview(chosen) {
  if (still.src) URL.revokeObjectURL(still.src);
  file = chosen;
  still.src = URL.createObjectURL(chosen);
  show(["accept", "again"]);
  part("accept").focus();
}

// Why there is no camera, in the words of the page.
function reason(error) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return dialog.dataset.denied;
  return error.name === "NotReadableError" ? dialog.dataset.busy : dialog.dataset.absent;
}

async function startCamera() {
  if (!navigator.mediaDevices?.getUserMedia) {
    sayError(dialog.dataset.insecure);
    return;
  }
  const wanted = { facingMode: { ideal: "environment" }, width: { ideal: 3840 }, height: { ideal: 2160 } };
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  } catch (error) {
    sayError(reason(error));
    return;
  }
  if (!dialog.open) {
    stopCamera();
    return;
  }
  video.srcObject = stream;
  await video.play();
  show(["shoot"]);
  part("shoot").focus();
}

function shoot() {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob(
    (blob) => {
      stopCamera();
      preview(new File([blob], `${form.dataset.view}.jpg`, { type: "image/jpeg" }));
    },
    "image/jpeg",
    0.95,
  );
}

// A chosen photograph is shown under the ghost first, where there is one and the browser can show the file.
document.addEventListener("photochosen", (event) => {
  const { form: chosenForm, file: chosen } = event.detail;
  if (!chosenForm.dataset.ghost || !["image/jpeg", "image/png"].includes(chosen.type)) return;
  event.preventDefault();
  isLive = false;
  open(chosenForm);
  preview(chosen);
});

// A file that the browser cannot show is sent as it is: the server says what is wrong with it.
still.addEventListener("error", () => {
  if (dialog.open && file) accept();
});

function accept() {
  const event = new CustomEvent("photoaccepted", { bubbles: true, detail: { file } });
  const target = form;
  file = null;
  dialog.close();
  target.dispatchEvent(event);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-live]");
  if (!button) return;
  isLive = true;
  open(button.closest("form"));
  startCamera();
});

part("shoot").addEventListener("click", shoot);
part("accept").addEventListener("click", accept);
part("again").addEventListener("click", () => {
  if (isLive) {
    show([]);
    startCamera();
    return;
  }
  const chooser = form.querySelector("[data-file]");
  dialog.close();
  chooser.click();
});
part("cancel").addEventListener("click", () => dialog.close());
part("opacity").addEventListener("input", (event) => {
  ghost.style.opacity = event.target.value / 100;
});
dialog.addEventListener("close", () => {
  stopCamera();
  if (file) form.reset();
  file = null;
});

function offerCamera(root) {
  for (const button of root.querySelectorAll("[data-live]")) button.hidden = false;
}
offerCamera(document);
document.addEventListener("htmx:load", (event) => offerCamera(event.target.parentElement ?? document));
