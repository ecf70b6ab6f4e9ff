// Saves form[data-autosave] sealed on the server every few seconds and on leaving a field; keeps nothing in the browser.

const EVERY = 3000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = document.querySelector("[data-saved]");
    this.version = form.elements.namedItem("version");
    this.changed = false;
    this.saving = null;
    form.addEventListener("input", () => { this.changed = true; });
    form.addEventListener("change", () => { this.changed = true; });
    form.addEventListener("focusout", () => this.save());
    form.addEventListener("submit", (event) => this.leave(event));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.save(); });
    window.addEventListener("online", () => this.save());
    window.setInterval(() => this.save(), EVERY);
  }

  async save() {
    if (!this.changed || this.saving || this.stopped) return;
    this.changed = false;
    this.saving = this.send();
    await this.saving;
    this.saving = null;
  }

  // what is under way must arrive first: the form's version is the one it brings back
  async leave(event) {
    this.stopped = true;
    if (!this.saving) return;
    event.preventDefault();
    const { submitter } = event;
    await this.saving;
    this.form.requestSubmit(submitter);
  }

  async send() {
    try {
      const answer = await fetch(this.form.action, {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json" },
        redirect: "manual",
        credentials: "same-origin",
      });
      if (answer.ok) this.saved(await answer.json());
      else if (answer.status === 409) this.conflict(await answer.json());
      else if (answer.type === "opaqueredirect" || answer.status === 403) this.failed("You are signed out. Sign in again in another tab; your words stay here.");
      else if (answer.status === 422) this.failed("Too long to save. Shorten the text.");
      else this.failed();
    } catch {
      this.failed();
    }
  }

  saved({ version, saved_at }) {
    this.version.value = version;
    this.last = saved_at;
    this.say(`Saved ${saved_at}, sealed`);
    if (!this.changed) this.form.dispatchEvent(new Event("saved"));
  }

  conflict({ signed }) {
    this.stopped = true;
    this.say(signed ? "This note was signed in another tab. Copy what you still need." : "Another tab saved this note. Press “Keep as draft” to see both texts.", "late");
  }

  failed(why) {
    this.changed = true;
    this.say(why ?? (this.last ? `Not saved since ${this.last.slice(0, 5)}` : "Not saved yet"), "late");
  }

  say(words, state = "") {
    if (!this.status) return;
    this.status.classList.toggle("late", state === "late");
    if (this.status.textContent !== words) this.status.textContent = words;
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
