// Single letters that lead somewhere, as dialog[data-keys] lists them; the dialog is missing where they are turned off.

const help = document.querySelector("dialog[data-keys]");
const TYPED_INTO = "input, textarea, select, [contenteditable]";

// J and K go through what stands in lists: each item's first link or button takes the focus
function step(by) {
  const stops = [...document.querySelectorAll("main [data-steps] > li")]
    .map((item) => item.querySelector("a[href], button:not(:disabled)"))
    .filter((stop) => stop?.checkVisibility());
  if (!stops.length) return;
  const here = stops.findIndex((stop) => stop.closest("li").contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(here + by, 0), stops.length - 1);
  stops[next].focus();
  stops[next].scrollIntoView({ block: "nearest" });
}

function search() {
  const field = document.querySelector("main [role=search] input:not([type=hidden])");
  field?.focus();
  return Boolean(field);
}

function press(key) {
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key === "?") return help.showModal();
  if (key === "/" && search()) return;
  help.querySelector(`a[data-key="${CSS.escape(key)}"]`)?.click();
}

if (help) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (event.key.length !== 1 || event.target.closest?.(TYPED_INTO) || document.querySelector("dialog[open]")) return;
    if (!/[a-z/?]/i.test(event.key)) return;
    if (event.key === "/") event.preventDefault();
    press(event.key.toLowerCase());
  });
}
