// Beside the editor: the last note opens in place, the record is shown as it will read, small forms are sent in place.
// What comes from the server is a page or a piece of one; without this script each of these is a page of its own.

const READ = "#main .two > .stack:first-child > :is(article, .addendum, .mine, .notice)";
const LATER = 400;

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

async function asked(url, options = {}) {
  const answer = await fetch(url, { redirect: "manual", credentials: "same-origin", ...options });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

function note(words) {
  const line = document.createElement("p");
  line.className = "muted";
  line.textContent = words;
  return line;
}

// opened once a visit: looking is recorded, and folding it up again is no second look
for (const fold of document.querySelectorAll("details[data-opens]")) {
  fold.addEventListener("toggle", async () => {
    if (!fold.open || fold.dataset.opened) return;
    fold.dataset.opened = "yes";
    const place = fold.querySelector("[data-place]");
    const link = place.firstElementChild;
    place.setAttribute("aria-busy", "true");
    try {
      const page = parsed(await (await asked(fold.dataset.opens)).text());
      place.replaceChildren(...[...page.querySelectorAll(READ)].map((part) => document.importNode(part, true)));
    } catch {
      delete fold.dataset.opened;
      place.replaceChildren(note("It cannot be shown here just now."), link);
    }
    place.removeAttribute("aria-busy");
  });
}

for (const button of document.querySelectorAll("button[data-preview]")) {
  const shown = document.getElementById(button.getAttribute("aria-controls"));
  const { form } = button;
  let timer = 0;

  async function show() {
    try {
      const typed = new FormData(form);
      typed.set("act", "preview");
      const answer = await asked(form.action, { method: "POST", body: typed, headers: { Accept: "application/json" } });
      const page = parsed((await answer.json()).html);
      shown.replaceChildren(...[...page.body.children].map((part) => document.importNode(part, true)));
    } catch {
      shown.replaceChildren(note("The preview cannot be made just now. Your words stay in the box."));
    }
  }

  function open(yes) {
    shown.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) show();
  }

  button.type = "button";
  open(!shown.hidden);
  button.addEventListener("click", () => {
    open(shown.hidden);
    if (!shown.hidden) shown.scrollIntoView({ block: "nearest" });
  });
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    if (!shown.hidden) timer = window.setTimeout(show, LATER);
  });
}

for (const form of document.querySelectorAll("form[data-in-place]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const options = { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } };
    try {
      await asked(form.action, options);
      const done = note(`${form.querySelector("button").textContent}: noted.`);
      done.setAttribute("role", "status");
      form.replaceWith(done);
    } catch {
      form.querySelector("button").after(note("Not noted. Please try again."));
    }
  });
}
