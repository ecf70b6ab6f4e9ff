// Hides the page after a time without an act, warns a minute before, and tells the server while somebody works.
// Nothing is kept in the browser's storage; windows of the same person tell each other through a channel.

const LONGEST_WARNING = 60_000;
const REPORT_EVERY = 60_000;

const dialog = document.querySelector("dialog[data-idle-seconds]");

function watch() {
  const limit = Number(dialog.dataset.idleSeconds) * 1000;
  const warning = Math.min(LONGEST_WARNING, limit / 2);
  const form = dialog.querySelector("form");
  const left = dialog.querySelector("[data-idle-left]");
  const others = new BroadcastChannel("activity");
  let active = Date.now();
  let reported = active;
  let hidden = false;

  async function report() {
    reported = Date.now();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      if (!answer.ok) hide();
    } catch {
      // Offline: the server's own limit still counts, and so does ours.
    }
  }

  function noteActivity() {
    if (hidden || dialog.open) return;
    active = Date.now();
    if (active - reported >= REPORT_EVERY) {
      report();
      others.postMessage("active");
    }
  }

  function stay() {
    active = Date.now();
    dialog.close();
    report();
    others.postMessage("active");
  }

  function hide() {
    if (!hidden) document.dispatchEvent(new Event("hide"));
  }

  function look() {
    if (hidden) return;
    const remaining = limit - (Date.now() - active);
    if (remaining <= 0) hide();
    else if (remaining <= warning) warn(remaining);
  }

  function warn(remaining) {
    left.textContent = String(Math.ceil(remaining / 1000));
    if (!dialog.open) dialog.showModal();
  }

  for (const kind of ["keydown", "input", "pointerdown", "wheel", "touchstart"]) {
    document.addEventListener(kind, noteActivity, { passive: true, capture: true });
  }
  for (const kind of ["visibilitychange", "pageshow"]) addEventListener(kind, look);
  document.addEventListener("hide", () => { hidden = true; dialog.close(); });
  document.addEventListener("back", () => { hidden = false; active = reported = Date.now(); });
  others.addEventListener("message", () => {
    active = Date.now();
    if (dialog.open) dialog.close();
  });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); stay(); });
  setInterval(look, 1000);
}

if (dialog) watch();
