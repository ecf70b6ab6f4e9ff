// 1, 2 and 3 open what may be said of the finding one is at; the first field of it takes the focus.

const TYPED_INTO = "input, textarea, select, [contenteditable]";

function findingAt(target) {
  const items = [...document.querySelectorAll("[data-findings] > .finding, .finding[data-findings]")];
  return target.closest?.(".finding") ?? items[0] ?? null;
}

function say(key, target) {
  const choice = findingAt(target)?.querySelector(`details[data-key="${key}"]`);
  if (!choice?.querySelector("summary").checkVisibility()) return;
  choice.open = true;
  choice.querySelector("input:not([type=hidden]), textarea")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (!["1", "2", "3"].includes(event.key) || document.querySelector("dialog[open]")) return;
  if (event.target.closest?.(TYPED_INTO)) return;
  event.preventDefault();
  say(event.key, event.target);
});

// back from a decision: the next one that waits takes the focus, where the page was left
if (location.hash.startsWith("#finding-")) {
  document.querySelector("[data-findings] > .finding .what a")?.focus();
}
