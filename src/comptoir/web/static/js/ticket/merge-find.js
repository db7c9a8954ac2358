// The merge dialog finds tickets as one types. What was offered before anything was typed comes back
// when the box is empty again; an answer that is overtaken is dropped. Arrow down leads to what was
// found, arrow up from its first line back; whoever opens the dialog again begins anew. A question about
// one ticket goes when another is chosen.
const PAUSE_MS = 150;
let timer = 0;
let asked = 0;
const offered = new WeakMap();

async function find(input) {
  const place = input.form.querySelector("[data-merge-found]");
  const number = ++asked;
  if (!offered.has(place)) offered.set(place, place.innerHTML);
  const text = input.value.trim();
  if (!text) return void (place.innerHTML = offered.get(place));
  const answer = await fetch(`${input.dataset.mergeFind}?q=${encodeURIComponent(text)}`).catch(() => null);
  if (!answer?.ok || answer.redirected || number !== asked || !place.isConnected) return;
  place.innerHTML = await answer.text();
  const said = input.form.querySelector("[role=status]");
  said.textContent = place.querySelector("legend, p")?.textContent ?? "";
}

const takeQuestionAway = (form) => form?.querySelector("#two-buyers")?.replaceChildren();

document.addEventListener("input", ({ target }) => {
  takeQuestionAway(target.form);
  if (!target.matches("[data-merge-find]")) return;
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE_MS, target);
});

function beginAnew(dialog) {
  const input = dialog.querySelector("[data-merge-find]");
  if (!input) return;
  clearTimeout(timer);
  asked += 1;
  const place = dialog.querySelector("[data-merge-found]");
  if (offered.has(place)) place.innerHTML = offered.get(place);
  dialog.querySelector("form").reset();
  takeQuestionAway(input.form);
  dialog.querySelector("[role=status]").textContent = "";
}

function walk(event) {
  const { key, target } = event;
  if (event.isComposing || !target.form?.querySelector("[data-merge-found]")) return;
  const input = target.form.querySelector("[data-merge-find]");
  const [first] = target.form.querySelectorAll("[data-merge-found] input[type=radio]");
  if (!first) return;
  if (key === "ArrowDown" && target === input) {
    first.checked = true;
    first.focus();
    takeQuestionAway(target.form);
  } else if (key === "ArrowUp" && target === first) input.focus();
  else return;
  event.preventDefault();
}

// The question takes the place of the button that asked: whoever pressed it goes on from there.
function leadToQuestion({ detail: { target } }) {
  const asked = target?.id === "two-buyers" && document.querySelector("#two-buyers [role=alert]");
  if (!asked || document.activeElement?.checkVisibility?.() && document.activeElement !== document.body) return;
  asked.tabIndex = -1;
  asked.focus();
}

document.addEventListener("keydown", walk);
document.addEventListener("htmx:oobAfterSwap", leadToQuestion);
document.addEventListener("close", ({ target }) => beginAnew(target), true);
