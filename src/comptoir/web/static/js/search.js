// The search box behind `/`: results as one types; Enter without a choice opens the page of all.
import { Finder } from "comptoir/finder.js";

const PAUSE_MS = 70;
const dialog = document.getElementById("search-box");
const page = document.getElementById("search-text");
let timer = 0;
let asking = null;

export async function results(text, size = "") {
  asking?.abort();
  asking = new AbortController();
  const asked = new URLSearchParams({ q: text, size });
  const answer = await fetch(`/search/box?${asked}`, { signal: asking.signal }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text().catch(() => null) : null;
}

const finder = dialog && new Finder(dialog, {
  fill(text) {
    clearTimeout(timer);
    if (!text.trim()) finder.show("");
    else timer = setTimeout(async () => {
      const html = await results(text);
      if (html === null || finder.input.value !== text) return;
      finder.show(html);
      const said = finder.list.querySelector("[data-status]");
      finder.status.textContent = said?.dataset.status ?? "";
      said?.remove();
    }, PAUSE_MS);
  },
  choose(option) {
    if (option.dataset.address) location.assign(option.dataset.address);
    else {
      finder.input.value = option.dataset.text;
      finder.input.focus();
      finder.fill(finder.input.value);
    }
  },
  submit: (text) => Boolean(text.trim()),
});

export function openSearch() {
  if (page) {
    page.focus();
    page.select();
  } else finder?.open();
}

function hits() {
  return [...document.querySelectorAll("#hits .hit")];
}

// On the page, arrows go from the box into the results and back.
function onArrow(event) {
  const isIn = event.target === page || event.target.closest?.("#hits");
  if (!isIn || event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const all = hits();
  const at = all.indexOf(event.target.closest(".hit"));
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  if (next < 0) page.focus();
  else all[Math.min(next, all.length - 1)]?.focus();
}

if (page) {
  document.addEventListener("keydown", onArrow);
  document.addEventListener("htmx:afterSwap", () => {
    const asked = new URLSearchParams(page.value ? { q: page.value } : {});
    history.replaceState(null, "", `/search?${asked}`);
  });
  if (page.value) page.setSelectionRange(page.value.length, page.value.length);
}
