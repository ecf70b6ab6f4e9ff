// Picks a passage by selecting it in [data-passages], for a comment in form[data-comments]; leads from a mark to its comment.

const form = document.querySelector("form[data-comments]");
const letters = (text) => [...text].length;

// where a selection stands in the letters of the part it is in; null for one across parts, or of nothing
function picked() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const start = range.startContainer;
  const part = (start.nodeType === Node.TEXT_NODE ? start.parentElement : start).closest("[data-passages]");
  if (!part || !part.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(part);
  before.setEnd(range.startContainer, range.startOffset);
  const quote = range.toString();
  if (!quote.trim()) return null;
  return { part: part.dataset.passages, start: letters(before.toString()), quote };
}

function writing() {
  const list = form.querySelector("[data-comment-forms]");
  const total = form.querySelector("[name$=TOTAL_FORMS]");
  const button = form.querySelector("[data-on-passage]");
  let last = null;

  const isEmpty = (one) => [...one.querySelectorAll("textarea")].every((field) => !field.value.trim()) && !one.querySelector(".errors");
  const shown = () => [...list.children];

  function fold() {
    for (const one of shown()) one.hidden = isEmpty(one);
  }

  function open() {
    const free = shown().find((one) => one.hidden) ?? added();
    if (!free) return null;
    free.hidden = false;
    return free;
  }

  function added() {
    const number = Number(total.value);
    if (number >= Number(form.querySelector("[name$=MAX_NUM_FORMS]").value)) return null;
    const made = list.lastElementChild.cloneNode(true);
    for (const one of made.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = one.getAttribute(name);
        if (value) one.setAttribute(name, value.replace(/c-\d+-/g, `c-${number}-`));
      }
    }
    for (const wrong of made.querySelectorAll(".errors")) wrong.remove();
    for (const field of made.querySelectorAll("textarea")) field.value = "";
    total.value = String(number + 1);
    list.append(made);
    return made;
  }

  function begin(passage) {
    const one = open();
    if (!one) return;
    one.querySelector("[data-quote]").value = passage?.quote ?? "";
    one.querySelector("[data-part]").value = passage?.part ?? "";
    one.querySelector("[data-start]").value = passage?.start ?? "";
    one.querySelector("[data-words]").focus();
  }

  form.querySelector("[data-pick]").hidden = false;
  fold();
  document.addEventListener("selectionchange", () => {
    const now = picked();
    // a click on the button takes the selection away before it is asked for
    if (now || document.activeElement !== button) last = now;
    button.disabled = !last;
  });
  button.addEventListener("click", () => begin(last));
  form.querySelector("[data-on-whole]").addEventListener("click", () => begin(null));
}

if (form) writing();

// a mark and its comment show each other
for (const mark of document.querySelectorAll("mark[data-comment]")) {
  const comment = document.getElementById(`comment-${mark.dataset.comment}`);
  if (!comment) continue;
  const look = (on) => [mark, comment].forEach((one) => one.classList.toggle("looked-at", on));
  for (const one of [mark, comment]) {
    one.addEventListener("pointerenter", () => look(true));
    one.addEventListener("pointerleave", () => look(false));
  }
  mark.addEventListener("click", () => comment.scrollIntoView({ block: "nearest" }));
}
