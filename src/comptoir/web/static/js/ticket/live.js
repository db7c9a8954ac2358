// Keeps an opened ticket up to date without moving what somebody reads or touching what they write.
import { tick } from "comptoir/clock.js";
import { ask } from "comptoir/live/counts.js";
import { here } from "comptoir/ticket/order.js";
import { filter } from "comptoir/ticket/talk.js";

const GATHER_MS = 120;
let timer = 0;
const fetched = [];
let focused = null;
let anchor = null;
let shows = "all";

// A verb under way needs its form: htmx finds no place for the answer once the form was replaced.
const isVerbUnderWay = () => Boolean(document.querySelector("#ticket .htmx-request"));

export function refresh({ isOpened = false } = {}) {
  timer = 0;
  if (!isOpened && isVerbUnderWay()) return later();
  const source = document.getElementById("ticket");
  if (!source || !window.htmx) return;
  const address = `/tickets/${here()}?part=live${isOpened ? "&opened=1" : ""}`;
  window.htmx.ajax("GET", address, { source, swap: "none" }).catch(() => {}); // toasts say it
}

function later() {
  timer ||= setTimeout(refresh, GATHER_MS);
}

function letVerbsEnd(event) {
  const { requestConfig } = event.detail;
  if (!requestConfig?.path.includes("part=live") || !isVerbUnderWay()) return;
  event.preventDefault();
  later();
}

function onChange({ detail }) {
  if (!here() || detail.kind === "presence") return;
  ask();
  const isOurs = detail.kind === "reset" || String(detail.ticket) === here();
  if (isOurs) later();
}

// The message at the upper edge stays where it is, whatever comes before or after it.
function noteAnchor(place) {
  const top = place.getBoundingClientRect().top;
  const entry = [...place.querySelectorAll(".message[id]")]
    .find((one) => one.getBoundingClientRect().bottom > top);
  anchor = entry ? { id: entry.id, top: entry.getBoundingClientRect().top } : null;
}

// What is folded open stays open, and the keyboard stays where it was, when a part is replaced.
function keepOpen({ detail: { target, fragment } }) {
  const fresh = fragment.firstElementChild ?? fragment;
  if (target.contains(document.activeElement)) focused = placeOf(document.activeElement);
  for (const fold of target.querySelectorAll("details[open][id]")) {
    const same = fresh.querySelector(`#${CSS.escape(fold.id)}`);
    if (!same) continue;
    same.open = true;
    for (const frame of fold.querySelectorAll("iframe")) same.append(frame);
    if (fold.matches("[hx-get]")) keepFetched(fold, same);
  }
  if (target.id === "conversation") {
    noteAnchor(target);
    shows = target.dataset.show;
  }
  if (target.id === "side") fresh.classList.toggle("is-open", target.classList.contains("is-open"));
}

// What was fetched into an open fold stays until it has been fetched anew: here, and not because the
// new fold opens.
function keepFetched(fold, same) {
  same.addEventListener("toggle", (event) => event.stopImmediatePropagation(), { capture: true, once: true });
  const list = fold.getAttribute("hx-target");
  same.querySelector(list)?.replaceChildren(...fold.querySelector(list).childNodes);
  fetched.push({ address: fold.getAttribute("hx-get"), list });
}

// Not under the hand: a button that was just pressed there needs its form until it has its answer.
async function fetchAnew({ address, list }) {
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  const said = answer?.ok && !answer.redirected ? await answer.text() : null;
  const place = document.querySelector(list);
  if (said === null || !place || place.querySelector(".htmx-request")) return;
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const asked = active && askedBy(active);
  place.innerHTML = said;
  window.htmx.process(place);
  if (!active) return;
  const same = [...place.querySelectorAll("button")].find((button) => asked && askedBy(button) === asked);
  (same ?? place.closest("details")?.querySelector("summary"))?.focus({ preventScroll: true });
}

// What a button asks for: the keyboard goes back to the one that asks for the same, and to no other.
function askedBy({ form }) {
  if (!form) return "";
  const told = new FormData(form);
  told.delete("csrfmiddlewaretoken");
  return `${form.getAttribute("action")}?${new URLSearchParams(told)}`;
}

// Where the keyboard is, told so that it is found again: by name, or by its place in an open menu.
function placeOf(active) {
  if (active.id) return () => document.getElementById(active.id);
  const { key } = active.dataset;
  if (key) return () => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const menu = active.closest("details[id]");
  const items = (of) => [...(of?.querySelectorAll("summary, a, button, input:not([type=hidden])") ?? [])];
  const at = items(menu).indexOf(active);
  return menu && (() => items(document.getElementById(menu.id))[at]);
}

function afterSwap({ detail: { target } }) {
  focused?.()?.focus({ preventScroll: true });
  focused = null;
  const place = document.getElementById("conversation");
  if (target?.id === "conversation") filter(shows);
  if (anchor && target?.id === "conversation" && place) {
    const same = document.getElementById(anchor.id);
    if (same) place.scrollTop += same.getBoundingClientRect().top - anchor.top;
    anchor = null;
  }
  fetched.splice(0).forEach(fetchAnew);
  tick();
}

document.addEventListener("comptoir:change", onChange);
document.addEventListener("htmx:beforeSwap", letVerbsEnd);
document.addEventListener("htmx:oobBeforeSwap", keepOpen);
document.addEventListener("htmx:oobAfterSwap", afterSwap);
