// Says while one types that a group's shared part names somebody ([data-names] beside the box it is [data-of]).
// The rule is the server's own, records/domain/roster.py; the names stay on this page and are stored nowhere.

const WORD = /(?:[\p{L}\p{N}]|[\u0300-\u036f])+/gu;
// so short a name is also an everyday word: it counts where it is written large
const SHORT = 3;
const PAUSE = 250;

const folded = (word) => word.toLowerCase().replaceAll("ß", "ss").normalize("NFKD").replace(/\p{M}/gu, "");

const fits = (said, run) =>
  said.length === run.length
  && run.slice(0, -1).every((word, place) => word === said[place])
  && (said.at(-1) === run.at(-1) || said.at(-1) === `${run.at(-1)}s`);

function namesIn(text, runs) {
  const words = [...text.matchAll(WORD)];
  const said = words.map(([word]) => folded(word));
  const found = new Set();
  for (let place = 0; place < said.length;) {
    const run = runs.find((one) => fits(said.slice(place, place + one.length), one));
    const length = run?.length ?? 0;
    const large = /^\p{Lu}/u.test(words[place][0]);
    if (length > 1 || (length && (large || said[place].length > SHORT))) {
      const last = words[place + length - 1];
      found.add(text.slice(words[place].index, last.index + last[0].length));
    }
    place += Math.max(1, length);
  }
  return [...found];
}

function watch(notice) {
  const box = document.getElementById(notice.dataset.of);
  if (!box) return;
  const runs = notice.dataset.names.split("|").map((run) => run.split(" ")).sort((a, b) => b.length - a.length);
  const shown = notice.querySelector("[data-found]");
  const look = () => {
    const found = namesIn(box.value, runs).join(", ");
    if (shown.textContent !== found) shown.textContent = found;
    notice.hidden = !found;
  };
  let waiting;
  box.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(look, PAUSE);
  });
  look();
}

for (const notice of document.querySelectorAll("[data-names]")) watch(notice);
