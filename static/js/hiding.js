// On "hide" the page's content leaves the screen; one factor, asked for in the same page, brings it back.
// Words that no server has yet stay in this window's memory alone, out of the document, until then.

const main = document.getElementById("main");
const template = document.querySelector("template[data-idle-hidden]");
const others = new BroadcastChannel("hidden");
const title = document.title;
let hidden = false;
let kept = null;
// a sitting that is still going to sleep would fall asleep again behind who comes back
let asleep = Promise.resolve();
const PATIENCE = 10000;

function hide() {
  if (hidden) return;
  hidden = true;
  // who saves by itself does so now, and says whether all is safe
  const saving = [];
  const safe = document.dispatchEvent(new CustomEvent("idle", { cancelable: true, detail: saving }));
  kept = safe && !holdsWords() ? null : taken();
  document.title = "Hidden";
  main.replaceChildren(template.content.cloneNode(true));
  const form = main.querySelector("form[data-wake]");
  if (!form) {
    main.querySelector("a").href = location.href;
    main.focus();
    return;
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); comesBack(form); });
  form.elements.namedItem("answer").focus();
  asleep = Promise.allSettled(saving).then(sleep);
}

function taken() {
  const everything = document.createDocumentFragment();
  everything.append(...main.childNodes);
  return everything;
}

// what stands in a form that does not save itself
function holdsWords() {
  const fields = main.querySelectorAll("form:not([data-autosave]) :is(textarea, input:not([type]), input[type=text])");
  return [...fields].some((field) => field.value.trim());
}

// from here the server opens nothing either, whatever this browser asks
async function sleep() {
  const form = main.querySelector("form[data-sleep]");
  try {
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    // Offline: the server's own limit counts.
  }
}

async function comesBack(form) {
  const wrong = form.querySelector("[data-wrong]");
  const ask = { headers: { Accept: "application/json" }, redirect: "manual", credentials: "same-origin" };
  wrong.hidden = true;
  await asleep;
  let answer;
  try {
    answer = await fetch(form.action, ask);
    if (answer.status === 422) answer = await fetch(form.action, { ...ask, method: "POST", body: new FormData(form) });
    said(form, wrong, answer, await answer.json());
  } catch {
    tell(wrong, "The server cannot be reached. What you typed is still here; please try again.");
  }
}

function said(form, wrong, answer, words) {
  if (answer.ok && words.who === form.dataset.who) back(words.token);
  else if (answer.ok) location.assign("/");
  else if (answer.status !== 410) tell(wrong, words.wrong, form);
  else if (kept) tell(wrong, "You are signed out. Sign in in another tab, then press “Come back”: what you typed is still here.");
  else leave();
}

function tell(wrong, words, form) {
  wrong.textContent = words;
  wrong.hidden = false;
  const field = form?.elements.namedItem("answer");
  field?.focus();
  field?.select();
}

function back(token) {
  if (!hidden) return;
  others.postMessage("back");
  if (!kept) return leave();
  hidden = false;
  main.replaceChildren(kept);
  kept = null;
  document.title = title;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  main.focus();
  document.dispatchEvent(new Event("back"));
}

// the same page anew; never what was posted to it
function leave() {
  location.replace(location.pathname + location.search);
}

// somebody was refused while they typed: if the sitting only sleeps, it is woken here
async function refused() {
  const url = template?.content.querySelector("form[data-wake]")?.getAttribute("action");
  if (!url || hidden) return;
  const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual" }).catch(() => null);
  if (answer?.status === 422) document.dispatchEvent(new Event("hide"));
}

// another window: somebody is back, or the device goes into a client's hands, who then sees nothing of staff's pages
function heard(event) {
  const form = main.querySelector("form[data-wake]");
  if (event.data === "handed" && template.content.querySelector("form[data-wake]")) hide();
  else if (hidden && form) comesBack(form);
}

if (template) {
  document.addEventListener("hide", hide);
  document.addEventListener("refused", refused);
  others.addEventListener("message", heard);
}
