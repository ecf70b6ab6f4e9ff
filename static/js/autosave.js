// Saves form[data-autosave] on the server, sealed unless it says "plain", every few seconds and on leaving a field; keeps nothing in the browser.
// What was typed leaves this page only for the server: it waits through lost networks and ended sittings.

const EVERY = 3000;
// a server that is silent for so long is away: people are told, and the words go again
const PATIENCE = 10000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = document.querySelector("[data-saved]");
    this.version = form.elements.namedItem("version");
    this.token = form.elements.namedItem("csrfmiddlewaretoken");
    this.last = this.status?.textContent.match(/\d\d:\d\d:\d\d/)?.[0];
    this.changed = false;
    this.saving = null;
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => { this.changed = true; });
    form.addEventListener("focusout", () => this.save());
    form.addEventListener("submit", (event) => this.leave(event));
    document.addEventListener("idle", (event) => this.hide(event));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.save(); });
    window.addEventListener("online", () => this.save());
    document.addEventListener("back", () => this.save());
    window.setInterval(() => this.save(), EVERY);
  }

  save() {
    if (this.changed && !this.saving && !this.stopped) {
      this.changed = false;
      this.saving = this.send().finally(() => { this.saving = null; });
    }
    return this.saving;
  }

  // saved first, sent after: a form that cannot be saved is not let go, or its words would go with it
  async leave(event) {
    if (this.through) return;
    event.preventDefault();
    const { submitter } = event;
    await this.saving;
    this.changed = true;
    this.stopped = false;
    if (!await this.save()) return;
    this.through = true;
    this.form.requestSubmit(submitter);
  }

  // the page is about to be hidden: it is kept out of sight until its words are safe
  hide(event) {
    event.detail.push(this.save());
    if (this.changed || this.saving || "unsaved" in this.form.dataset) event.preventDefault();
  }

  // true: the server has the words, or shows on its own page what is wrong with them
  async send(again = true) {
    let answer;
    try {
      answer = await this.post();
    } catch {
      return this.failed();
    }
    if (answer.ok) return this.saved(await answer.json());
    if (answer.status === 409) return this.conflict(await answer.json());
    if (answer.status === 422) return this.failed("Something is too long to be saved.", true);
    if (answer.type !== "opaqueredirect" && answer.status !== 403) return this.failed();
    if (again && await this.isBackIn()) return this.send(false);
    document.dispatchEvent(new Event("refused"));
    return this.failed("You are signed out. Sign in again in another tab; your words stay here and are saved then.");
  }

  post() {
    const late = new AbortController();
    const timer = window.setTimeout(() => late.abort(), PATIENCE);
    return fetch(this.form.action, {
      signal: late.signal,
      method: "POST",
      body: new FormData(this.form),
      headers: { Accept: "application/json" },
      redirect: "manual",
      credentials: "same-origin",
    }).finally(() => window.clearTimeout(timer));
  }

  // somebody who signed in again has a new token; the page they would see now holds it
  async isBackIn() {
    try {
      const answer = await fetch(this.form.action, { redirect: "manual", credentials: "same-origin" });
      if (!answer.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
      if (token) this.token.value = token.value;
      return Boolean(token);
    } catch {
      return false;
    }
  }

  saved(answer) {
    const { version, saved_at } = answer;
    this.version.value = version;
    delete this.form.dataset.unsaved;
    this.last = saved_at;
    this.say(`Saved ${saved_at}${this.form.dataset.autosave === "plain" ? "" : ", sealed"}`);
    this.form.dispatchEvent(new CustomEvent("answered", { detail: answer }));
    if (!this.changed) this.form.dispatchEvent(new Event("saved"));
    return true;
  }

  conflict({ signed }) {
    this.stopped = true;
    if (this.form.dataset.autosave === "plain") this.say("Another page saved this form. Press “Save” to see how they go together.", "late");
    else this.say(signed ? "This note was signed in another tab. Copy what you still need." : "Another tab saved this note. Press “Keep as draft” to see both texts.", "late");
    return true;
  }

  failed(why, through = false) {
    this.changed = true;
    this.say(why ?? (this.last ? `Not saved since ${this.last.slice(0, 5)}` : "Not saved yet"), "late");
    return through;
  }

  say(words, state = "") {
    if (!this.status) return;
    this.status.classList.toggle("late", state === "late");
    if (this.status.textContent !== words) this.status.textContent = words;
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
