// Keeps an opened ticket up to date without moving what somebody reads or touching what they write.
import { tick } from "comptoir/clock.js";
import { ask } from "comptoir/live/counts.js";
import { here } from "comptoir/ticket/order.js";

const GATHER_MS = 120;
let timer = 0;
let focused = null;
let anchor = null;

export function refresh({ isOpened = false } = {}) {
  timer = 0;
  const source = document.getElementById("ticket");
  if (!source || !window.htmx) return;
  const address = `/tickets/${here()}?part=live${isOpened ? "&opened=1" : ""}${seen()}`;
  window.htmx.ajax("GET", address, { source, swap: "none" });
}

// What was loaded of the past, and which part of the timeline is shown, stay as they are.
function seen() {
  const place = document.getElementById("conversation");
  const kept = ["from", "show", "new"].filter((name) => place?.dataset[name]);
  return kept.map((name) => `&${name}=${encodeURIComponent(place.dataset[name])}`).join("");
}

function onChange({ detail }) {
  if (!here() || detail.kind === "presence") return;
  ask();
  const isOurs = detail.kind === "reset" || String(detail.ticket) === here();
  if (isOurs && !timer) timer = setTimeout(refresh, GATHER_MS);
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
  for (const fold of target.querySelectorAll("details[open][id]")) {
    const same = fresh.querySelector(`#${CSS.escape(fold.id)}`);
    if (!same) continue;
    same.open = true;
    for (const frame of fold.querySelectorAll("iframe")) same.append(frame);
  }
  if (target.id === "conversation") noteAnchor(target);
  if (target.id === "side") fresh.classList.toggle("is-open", target.classList.contains("is-open"));
  const active = document.activeElement;
  if (!target.contains(active)) return;
  focused = active.dataset.key ? `[data-key="${CSS.escape(active.dataset.key)}"]` : null;
  if (active.id) focused = `#${CSS.escape(active.id)}`;
}

function afterSwap({ detail: { target } }) {
  if (focused) document.querySelector(focused)?.focus({ preventScroll: true });
  focused = null;
  const place = document.getElementById("conversation");
  if (anchor && target?.id === "conversation" && place) {
    const same = document.getElementById(anchor.id);
    if (same) place.scrollTop += same.getBoundingClientRect().top - anchor.top;
    anchor = null;
  }
  tick();
}

document.addEventListener("comptoir:change", onChange);
document.addEventListener("htmx:oobBeforeSwap", keepOpen);
document.addEventListener("htmx:oobAfterSwap", afterSwap);
