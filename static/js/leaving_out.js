// Takes words that are selected in the preview into the list of what is left out.

const form = document.querySelector("form[data-leaving-out]");
const page = document.querySelector(".shared-page");

function selected() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  return page.contains(range.commonAncestorContainer) ? range.toString().replace(/\s+/g, " ").trim() : "";
}

if (form && page) {
  const button = form.querySelector("[data-selected]");
  const field = form.querySelector("textarea[name=passages]");
  let words = "";
  button.hidden = false;
  button.disabled = true;

  document.addEventListener("selectionchange", () => {
    const now = selected();
    // pressing the button itself ends the selection; what was chosen stays until something else is
    if (now) words = now;
    button.disabled = words.length < 3;
  });

  button.addEventListener("click", () => {
    field.value = [field.value.trim(), words].filter(Boolean).join("\n");
    words = "";
    button.disabled = true;
    field.focus();
  });
}
