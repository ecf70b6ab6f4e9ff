// While work runs, [data-progress] is fetched again every few seconds, as long as somebody looks at it.

const EVERY = 3000;
const place = document.querySelector("[data-progress]");

async function again() {
  if (document.hidden || place.contains(document.activeElement)) return;
  try {
    const answer = await fetch(window.location.href, { redirect: "manual", credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-progress]");
    if (!fresh) return;
    place.replaceChildren(...[...fresh.children].map((part) => document.importNode(part, true)));
    if (!page.querySelector("script[src*=progress]")) window.clearInterval(timer);
  } catch {
    // the next turn asks again
  }
}

const timer = place ? window.setInterval(again, EVERY) : 0;
