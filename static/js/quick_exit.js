// Escape pressed twice within a second leaves the page, like its button does.

const form = document.querySelector("form[data-quick-exit]");
let last = 0;

// The page is blanked before the request is sent: the network may be slow, the person in the door is not.
form?.addEventListener("submit", () => setTimeout(() => { document.body.hidden = true; }));

if (form) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat || event.isComposing) return;
    if (event.timeStamp - last < 1000) form.requestSubmit();
    last = event.timeStamp;
  });
}
