// `j` and `k` walk through the list one came from: the neighbours' pages are fetched when there is
// nothing else to do, put on the page when asked for, and brought up to date right afterwards.
import { tick } from "comptoir/clock.js";
import { areOn, isPlain, isTyping } from "comptoir/keys.js";
import { refresh } from "comptoir/ticket/live.js";
import { here, neighbour } from "comptoir/ticket/order.js";

const KEPT_MAX = 5;
const FRESH_MS = 90000;
const kept = new Map(); // id to { page, at }, the oldest first
const asked = new Set();
const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 50));
let way = 1;
let goal = null;

async function read(id) {
  const answer = await fetch(`/tickets/${id}?part=page`).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const text = await answer.text();
  const parsed = new DOMParser().parseFromString(text, "text/html");
  return parsed.getElementById("swap") && { page: parsed, at: performance.now() };
}

function isFresh(id) {
  const found = kept.get(id);
  return Boolean(found) && performance.now() - found.at < FRESH_MS;
}

async function fetchAhead(id) {
  if (!id || isFresh(id) || asked.has(id)) return;
  asked.add(id);
  const found = await read(id);
  asked.delete(id);
  if (!found) return;
  kept.delete(id);
  kept.set(id, found);
  while (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value);
}

function lookAhead() {
  whenIdle(async () => {
    for (const step of [way, 2 * way, -way]) await fetchAhead(neighbour(step));
  }, { timeout: 500 });
}

// Files that are not sent yet cannot be kept: whoever wants to leave does so in the usual way.
function hasFiles() {
  return [...document.querySelectorAll("[data-composer] input[type=file]")].some((one) => one.files.length);
}

function mayLeave() {
  const leaving = new CustomEvent("comptoir:leaves", { cancelable: true });
  return document.dispatchEvent(leaving) && !hasFiles();
}

function put({ page }, id) {
  const main = document.getElementById("content");
  const fresh = page.getElementById("swap");
  const troubles = [...main.children].filter((one) => one.matches(".trouble"));
  main.replaceChildren(...troubles, ...fresh.childNodes);
  document.title = page.title;
  window.htmx?.process(main);
  tick();
  document.dispatchEvent(new CustomEvent("comptoir:ticket", { detail: { id } }));
  main.querySelector("h1")?.focus({ preventScroll: true });
}

// Pressed again before an answer has come: the last wish counts, and is reckoned from the one before.
export async function go(id, { isBack = false } = {}) {
  if (!id || id === (goal ?? here()) || !mayLeave()) return;
  goal = id;
  const found = isFresh(id) ? kept.get(id) : await read(id);
  if (goal !== id) return;
  goal = null;
  if (!found) return void location.assign(`/tickets/${id}`);
  kept.delete(id);
  if (!isBack) history.pushState({ ticket: id }, "", `/tickets/${id}`);
  put(found, id);
  refresh({ isOpened: true });
  lookAhead();
}

function onKey(event) {
  if (!here() || !isPlain(event) || isTyping(event.target) || !areOn()) return;
  if (document.querySelector("dialog[open]")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  way = step;
  go(neighbour(step, goal ?? here()));
}

function onBack() {
  const id = location.pathname.match(/^\/tickets\/(\d+)$/)?.[1];
  if (!here()) return;
  if (id) go(id, { isBack: true });
  else location.reload();
}

function onChange({ detail }) {
  if (detail.kind === "reset") kept.clear();
  else if (!kept.delete(String(detail.ticket))) return;
  if (here()) lookAhead();
}

document.addEventListener("keydown", onKey);
document.addEventListener("comptoir:change", onChange);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#neighbours a[href^='/tickets/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.pathname.split("/").at(-1));
});
addEventListener("popstate", onBack);
if (document.getElementById("ticket")) lookAhead();
