// Opens the question why so much is needed once more than a few, or all, are picked.

for (const items of document.querySelectorAll("[data-few]")) {
  const few = Number(items.dataset.few);
  const why = items.parentElement.querySelector("details");
  const boxes = [...items.querySelectorAll("input[type=checkbox]")];
  if (!few || !why) continue;

  const ask = () => {
    const picked = boxes.filter((box) => box.checked).length;
    if (picked > few || (picked > 1 && picked === boxes.length)) why.open = true;
  };
  items.addEventListener("change", ask);
  ask();
}
