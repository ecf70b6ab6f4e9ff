// The way out of every client page: its button, or Escape pressed twice within a second.
// The page is blanked at once, then the session ends, then a neutral page takes this one's place in the history.

const form = document.querySelector("form[data-quick-exit]");
const LONGEST_WAIT = 2000;
let last = 0;

async function leave() {
  document.body.hidden = true;
  document.title = form.dataset.neutral || "";
  // the network may be slow, the person in the door is not: what is sent is sent after the page has gone, too, and
  // never called back; offline the page is gone all the same, and the server's own limit counts
  const sent = fetch(form.action, {
    method: "POST", body: new FormData(form), redirect: "manual", keepalive: true,
  }).catch(() => {});
  await Promise.race([sent, new Promise((go) => setTimeout(go, LONGEST_WAIT))]);
  location.replace(form.action);
}

if (form) {
  form.addEventListener("submit", (event) => { event.preventDefault(); leave(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat || event.isComposing) return;
    if (event.timeStamp - last < 1000) form.requestSubmit();
    last = event.timeStamp;
  });
  // a page kept by the browser for going back is asked for anew: whoever left is signed out
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
