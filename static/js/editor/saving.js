// Sends the masks to the server as a new version, and never over somebody else's: when another version was saved
// meanwhile, the work stays on the page and the reader decides.
import { encodeMask } from "./png.js";
import { FACE, VITILIGO } from "./surface.js";

const STATUS_SUPERSEDED = 409;

export class Saving {
  constructor(form, dialog, surface, desk) {
    Object.assign(this, { form, dialog, surface, desk });
    this.basedOn = Number(form.dataset.basedOn);
    this.button = form.querySelector("[data-save]");
    this.notice = form.parentElement.querySelector("[data-save-notice]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    dialog.querySelector("[data-theirs]").addEventListener("click", () => this.takeTheirs());
    dialog.querySelector("[data-mine]").addEventListener("click", () => this.saveOnTop());
    dialog.querySelector("[data-download]").addEventListener("click", () => this.download());
    window.addEventListener("beforeunload", (event) => {
      if (this.desk.isChanged()) event.preventDefault();
    });
  }

  async pictures() {
    const [face, vitiligo] = await Promise.all([
      encodeMask(this.surface, FACE),
      encodeMask(this.surface, FACE | VITILIGO),
    ]);
    return { face, vitiligo };
  }

  async save() {
    if (!this.form.reportValidity()) return;
    this.desk.settle();
    this.button.disabled = true;
    this.tell("saving");
    try {
      await this.send(await this.pictures());
    } catch (error) {
      this.tell("lost", "error");
      if (!(error instanceof TypeError)) throw error; // what fetch raises when nobody answers
    } finally {
      this.button.disabled = false;
    }
  }

  async send({ face, vitiligo }) {
    const mark = this.desk.mark();
    const body = new FormData(this.form);
    body.set("based_on", this.basedOn);
    body.set("face", face, "face.png");
    body.set("vitiligo", vitiligo, "vitiligo.png");
    const token = body.get("csrfmiddlewaretoken");
    body.delete("csrfmiddlewaretoken");
    const answer = await fetch(this.form.action, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
    const said = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
    if (answer.ok) this.succeed(said, mark);
    else if (answer.status === STATUS_SUPERSEDED) this.ask(said);
    else if (answer.status === 401 || answer.status === 403) this.tell("loggedOut", "error");
    else this.tell("refused", "error", said.detail ?? sentencesOf(said));
  }

  succeed({ version }, mark) {
    this.basedOn = version;
    this.form.querySelector("textarea").value = "";
    this.desk.saved(version, mark);
    this.tell("saved", "success", String(version));
  }

  // Somebody was faster. Where the whole run was overtaken there is no version to build on.
  ask({ newest, detail }) {
    this.newest = newest;
    this.tell("conflict", "warning");
    const sentence = newest ? filled(this.desk.word("theirs"), newest) : detail;
    this.dialog.querySelector("[data-conflict-sentence]").textContent = sentence;
    for (const choice of ["theirs", "mine"]) this.dialog.querySelector(`[data-${choice}]`).hidden = !newest;
    this.dialog.querySelector("[data-next-version]").textContent = newest ? newest.version + 1 : "";
    this.dialog.showModal();
  }

  async takeTheirs() {
    this.dialog.close();
    await this.desk.reload(this.newest);
    this.basedOn = this.newest.version;
    this.tell("reloaded", "success", String(this.basedOn));
  }

  async saveOnTop() {
    this.dialog.close();
    this.basedOn = this.newest.version;
    await this.save();
  }

  async download() {
    for (const [kind, picture] of Object.entries(await this.pictures())) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(picture);
      link.download = `${this.form.dataset.fileName}-${kind}.png`;
      link.click();
      URL.revokeObjectURL(link.href);
    }
  }

  tell(word, kind = "info", detail = "") {
    this.notice.hidden = false;
    this.notice.className = `notice notice--${kind}`;
    this.notice.querySelector("[data-save-words]").textContent = this.desk.word(word).replace("{}", detail);
  }
}

function filled(sentence, { author, version, reason }) {
  return sentence.replace("{who}", author).replace("{version}", version).replace("{reason}", reason);
}

// The sentences of a refused form, whichever field they belong to.
function sentencesOf(said) {
  return Object.values(said).flat().join(" ");
}
