// The ticket page: keeps itself up to date without touching what somebody writes.
import { tick } from "comptoir/clock.js";
import { areOn, isPlain, isTyping } from "comptoir/keys.js";
import { ask } from "comptoir/live/counts.js";
import { openComposer } from "comptoir/pages/composer.js";

const GATHER_MS = 120;
const NEIGHBOURS_MS = 4000;
const ORDER = "comptoir:order";
const page = document.getElementById("ticket");
let timer = 0;
let neighboursTimer = 0;
let focused = null;

const talk = () => document.getElementById("conversation");

function refresh() {
  timer = 0;
  window.htmx?.ajax("GET", `${location.pathname}?part=live`, { source: page, swap: "none" });
}

function onChange({ detail }) {
  ask();
  if (!neighboursTimer) {
    neighboursTimer = setTimeout(() => {
      neighboursTimer = 0;
      showNeighbours();
    }, NEIGHBOURS_MS);
  }
  const isOurs = detail.kind === "reset" || String(detail.ticket) === page.dataset.ticket;
  if (isOurs && !timer) timer = setTimeout(refresh, GATHER_MS);
}

// What is folded open stays open, and the keyboard stays where it was, when a part is replaced.
function keepOpen({ detail: { target, fragment } }) {
  const fresh = fragment.firstElementChild ?? fragment;
  for (const fold of target.querySelectorAll("details[open][id]")) {
    const same = fresh.querySelector(`#${CSS.escape(fold.id)}`);
    if (!same) continue;
    same.open = true;
    for (const frame of fold.querySelectorAll("iframe")) same.append(frame);
  }
  const active = document.activeElement;
  focused = target.contains(active) ? active.dataset.key ?? null : null;
}

function afterSwap() {
  if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  focused = null;
  tick();
}

function showOriginal(fold) {
  if (!fold.open || fold.querySelector("iframe")) return;
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.setAttribute("referrerpolicy", "no-referrer");
  frame.title = fold.dataset.frameTitle;
  frame.src = fold.dataset.frame;
  fold.append(frame);
}

function neighbour(step) {
  const { ids } = JSON.parse(sessionStorage.getItem(ORDER) ?? '{"ids":[]}');
  const at = ids.indexOf(page.dataset.ticket);
  const id = at < 0 ? null : ids[at + step];
  if (id) location.assign(`/tickets/${id}`);
}

function onKey(event) {
  if (!isPlain(event) || isTyping(event.target) || !areOn()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "j") neighbour(1);
  else if (event.key === "k") neighbour(-1);
}

function showLatest() {
  const place = talk();
  const latest = [...place.querySelectorAll(".message--buyer")].at(-1);
  if (place.scrollHeight > place.clientHeight) {
    if (latest) latest.scrollIntoView({ block: "start" });
    else place.scrollTop = place.scrollHeight;
  }
}

// On wide screens the list one came from stands beside the ticket.
async function showNeighbours() {
  const { address = "/" } = JSON.parse(sessionStorage.getItem(ORDER) ?? "{}");
  const place = document.getElementById("neighbours");
  if (!place || !matchMedia("(min-width: 1600px)").matches || document.hidden) return;
  const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}part=list`).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  place.innerHTML = await answer.text();
  place.firstElementChild.removeAttribute("id");
  const here = place.querySelector(`[data-id="${page.dataset.ticket}"]`);
  here?.classList.add("is-current");
  place.hidden = false;
  here?.scrollIntoView({ block: "center" });
}

if (page) {
  const back = document.querySelector("[data-back]");
  const { address } = JSON.parse(sessionStorage.getItem(ORDER) ?? "{}");
  if (back && address) back.href = address;
  showLatest();
  openComposer();
  showNeighbours();
  document.addEventListener("comptoir:change", onChange);
  document.addEventListener("htmx:oobBeforeSwap", keepOpen);
  document.addEventListener("htmx:oobAfterSwap", afterSwap);
  document.addEventListener("toggle", (event) => {
    if (event.target.dataset?.frame) showOriginal(event.target);
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-with-pictures]");
    const frame = button?.closest("details").querySelector("iframe");
    if (frame) frame.src = `${button.closest("details").dataset.frame}?pictures=1`;
  });
  document.addEventListener("keydown", onKey);
}
