// After each save of a form in writing, [data-measured] shows anew what is missing and how it reads.

for (const form of document.querySelectorAll("form[data-autosave]")) {
  form.addEventListener("answered", ({ detail }) => {
    const place = document.querySelector("[data-measured]");
    if (!place || !detail.beside) return;
    const page = new DOMParser().parseFromString(detail.beside, "text/html");
    place.replaceChildren(...[...page.body.children].map((part) => document.importNode(part, true)));
  });
}
