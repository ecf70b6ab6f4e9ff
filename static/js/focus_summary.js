// Puts the focus on the summary of errors, and on the field when one of its links is followed.

const summary = document.querySelector("[data-summary]");

if (summary) {
  // The autofocus attribute has done it already, except where the address names a place on the page.
  requestAnimationFrame(() => setTimeout(() => {
    if (document.activeElement === document.body) summary.focus();
  }));

  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
  });
}
