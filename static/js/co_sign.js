// Lets a note be co-signed once its end was on the screen: form[data-after-end] stands right after the text.

const form = document.querySelector("form[data-after-end]");

if (form) {
  const button = form.querySelector("button.primary");
  const hint = form.querySelector("[data-not-yet]");
  const body = document.querySelectorAll("[data-passages]");
  const end = document.createElement("span");
  let seen = false;

  const arrive = () => {
    seen = true;
    button.disabled = false;
    hint.hidden = true;
  };

  body[body.length - 1].after(end);
  button.disabled = true;
  hint.hidden = false;
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((one) => one.isIntersecting)) return;
    watcher.disconnect();
    arrive();
  });
  watcher.observe(end);

  // the shortcut sends the form without its button
  form.addEventListener("submit", (event) => { if (!seen) event.preventDefault(); });
}
