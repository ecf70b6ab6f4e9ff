// Asks before a page is left whose form holds unsent words (form[data-dirty]); "saved" on the form calms it again.

const unsent = new Set();

for (const form of document.querySelectorAll("form[data-dirty]")) {
  form.addEventListener("input", () => unsent.add(form));
  for (const calm of ["saved", "submit", "reset"]) form.addEventListener(calm, () => unsent.delete(form));
}

window.addEventListener("beforeunload", (event) => {
  if (unsent.size) event.preventDefault();
});
