// Ctrl+Enter sends the form one is in, or the only form of the page that wants it (form[data-submit-shortcut]).

const wanting = () => [...document.querySelectorAll("form[data-submit-shortcut]")];

function formFor(target) {
  const own = target.closest?.("form[data-submit-shortcut]");
  if (own) return own;
  const all = wanting();
  return all.length === 1 && !target.closest?.("form") ? all[0] : null;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  const form = formFor(event.target);
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.primary:is([type=submit], :not([type])):not(:disabled)"));
});
