// The merge dialog finds tickets as one types. What was offered before anything was typed comes back
// when the box is empty again; an answer that is overtaken is dropped.
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

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-merge-find]")) return;
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE_MS, target);
});
