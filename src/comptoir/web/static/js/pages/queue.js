// The list: a cursor, rows that change in place, and a pill for what is new.
import { tick } from "comptoir/clock.js";
import { areOn, isPlain, isTyping } from "comptoir/keys.js";
import "comptoir/lists/bulk.js";
import "comptoir/lists/filters.js";
import { markPlaces } from "comptoir/lists/places.js";
import { current, list, move, replace, rows, select } from "comptoir/lists/rows.js";
import { onKey as onSelectionKey, show as showSelection } from "comptoir/lists/selection.js";
import { write } from "comptoir/live/counts.js";
import { fill, words } from "comptoir/words.js";

const GATHER_MS = 150;
const TOO_MANY = 60;
const GONE_AFTER_MS = 4000;
const ORDER = "comptoir:order";
const pill = document.getElementById("news");
const news = new Map();
const asked = new Set();
let timer = 0;

function remember() {
  if (!list()) return;
  const ids = rows().map((row) => row.dataset.id);
  sessionStorage.setItem(ORDER, JSON.stringify({ ids, address: list().dataset.address }));
}

function showNews() {
  if (!pill) return;
  const claims = [...news.values()].filter((tier) => tier === 0).length;
  pill.hidden = news.size === 0;
  if (!news.size) return;
  const count = news.size === 1 ? words.new_one : fill(words.new_many, { count: news.size });
  const claim = claims === 1 ? words.new_claim_one : fill(words.new_claim_many, { count: claims });
  pill.textContent = claims ? `${count}, ${claim}` : count;
  pill.classList.toggle("pill--claim", claims > 0);
}

// A row that left the list is dimmed; it goes once neither cursor, tick nor mouse holds the list.
function dim(row) {
  row.classList.add("is-gone");
  const goes = () => {
    const isHeld = row.matches(".is-current, .is-picked, :hover") || list().matches(":hover");
    if (!row.classList.contains("is-gone")) return;
    if (isHeld) setTimeout(goes, GONE_AFTER_MS);
    else row.remove();
  };
  setTimeout(goes, GONE_AFTER_MS);
}

function apply(id, found) {
  const row = document.getElementById(`t${id}`);
  if (!row) {
    if (found?.belongs) news.set(id, found.tier);
    else news.delete(id);
    return;
  }
  const fresh = found ? replace(row, found.html) : row;
  if (!found?.belongs) dim(fresh);
}

async function fetchRows() {
  timer = 0;
  const place = list();
  if (!place || document.hidden) return;
  const ids = [...asked];
  asked.clear();
  if (ids.length > TOO_MANY) return reload();
  const { query } = place.dataset;
  const answer = await fetch(`/rows?ids=${ids.join(",")}${query ? `&${query}` : ""}`).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { rows: found, counts, now_ms: nowMs } = await answer.json();
  for (const [id, row] of Object.entries(found)) apply(id, row);
  write(counts, nowMs);
  showNews();
  markPlaces();
  tick();
}

function gather() {
  if (!timer) timer = setTimeout(fetchRows, GATHER_MS);
}

async function reload() {
  const before = current()?.dataset.id;
  const separator = list().dataset.address.includes("?") ? "&" : "?";
  const answer = await fetch(`${list().dataset.address}${separator}part=list`).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const known = new Set(rows().map((row) => row.id));
  list().outerHTML = await answer.text();
  window.htmx?.process(list());
  for (const row of rows()) {
    row.classList.toggle("is-new", !known.has(row.id));
    row.classList.toggle("is-current", row.dataset.id === before);
  }
  news.clear();
  showNews();
  showSelection();
  remember();
}

function onChange({ detail }) {
  if (detail.kind === "reset") reload();
  else if (detail.ticket) {
    asked.add(String(detail.ticket));
    gather();
  }
}

function onKey(event) {
  if (!isPlain(event) || isTyping(event.target) || !areOn()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "o") (current() ?? rows()[0])?.querySelector(".row__link").click();
  else if (event.key === "u") reload();
  else if (!onSelectionKey(event)) return;
  event.preventDefault();
}

// Whoever comes back from a ticket finds the cursor on it.
function comeBack() {
  const from = document.referrer && new URL(document.referrer);
  const id = from?.origin === location.origin && from.pathname.match(/^\/tickets\/(\d+)$/)?.[1];
  const isFree = document.activeElement === document.body;
  if (id && isFree) select(document.getElementById(`t${id}`));
}

if (list()) {
  remember();
  comeBack();
  document.addEventListener("comptoir:change", onChange);
  document.addEventListener("keydown", onKey);
  document.addEventListener("visibilitychange", () => asked.size && gather());
  document.addEventListener("htmx:afterSettle", () => {
    remember();
    showSelection();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("#list .row");
    if (row && row !== current()) {
      current()?.classList.remove("is-current");
      row.classList.add("is-current");
    }
  });
  pill?.addEventListener("click", () => {
    reload();
    scrollTo({ top: 0 });
  });
}
