// The search box behind `/`: results as one types. Enter without a choice opens the only result
// there is, unless other words were searched than typed, or the page of all; pressed before the results
// have come, it waits for them, however often.
import { Finder } from "comptoir/finder.js";

const ORDER = "comptoir:order";
const PAUSE_MS = 70;
const dialog = document.getElementById("search-box");
const page = document.getElementById("search-text");
let timer = 0;
let asking = null;
let looking = null; // the text asked for, and the promise of its results
let answered = ""; // the text whose results are shown

export async function results(text, size = "") {
  asking?.abort();
  asking = new AbortController();
  const asked = new URLSearchParams({ q: text, size });
  const answer = await fetch(`/search/box?${asked}`, { signal: asking.signal }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text().catch(() => null) : null;
}

function look(text) {
  if (looking?.text !== text) {
    const found = fetched(text).finally(() => {
      if (looking?.found === found) looking = null;
    });
    looking = { text, found };
  }
  return looking.found;
}

async function fetched(text) {
  const html = await results(text);
  if (html === null || finder.input.value !== text) return;
  answered = text;
  finder.show(html);
  const said = finder.list.querySelector("[data-status]");
  finder.status.textContent = said?.dataset.status ?? "";
  said?.remove();
}

async function openWhatFits(text) {
  if (answered !== text) {
    clearTimeout(timer);
    await look(text);
    if (finder.input.value !== text || !dialog.open) return;
  }
  const found = answered === text ? finder.list.querySelectorAll(".hit") : [];
  const isMeant = found.length === 1 && !finder.list.querySelector("[data-corrected]");
  if (isMeant) openHit(found[0]);
  else location.assign(`/search?${new URLSearchParams({ q: text })}`);
}

// What was found is the list one came from: `j` and `k` walk it, `u` leads to its page.
function openHit(hit) {
  const ids = [...finder.list.querySelectorAll(".hit")].map((one) => one.dataset.address.split("/").at(-1));
  const address = `/search?${new URLSearchParams({ q: finder.input.value })}`;
  sessionStorage.setItem(ORDER, JSON.stringify({ ids, address }));
  location.assign(hit.dataset.address);
}

const finder = dialog && new Finder(dialog, {
  fill(text) {
    clearTimeout(timer);
    answered = "";
    if (!text.trim()) finder.show("");
    else timer = setTimeout(look, PAUSE_MS, text);
  },
  choose(option) {
    if (option.matches(".hit")) openHit(option);
    else if (option.dataset.address) location.assign(option.dataset.address);
    else {
      finder.input.value = option.dataset.text;
      finder.input.focus();
      finder.fill(finder.input.value);
    }
  },
  submit(text) {
    if (text.trim()) openWhatFits(text);
    return false;
  },
});

export function openSearch() {
  if (page) {
    page.focus();
    page.select();
  } else finder?.open();
}
