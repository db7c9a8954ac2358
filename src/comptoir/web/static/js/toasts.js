// Toasts leave by themselves; one with a way back stays exactly as long as the way is open.
import { serverNow } from "comptoir/clock.js";
import { words } from "comptoir/words.js";

const STAYS_MS = 6000;
const shelf = document.getElementById("toasts");

export function toast(text, { isBad = false, staysMs = 0 } = {}) {
  const element = document.createElement("div");
  element.className = isBad ? "toast toast--bad" : "toast";
  element.dataset.toast = "";
  if (staysMs) element.dataset.untilMs = serverNow() + staysMs;
  const said = document.createElement("span");
  said.textContent = text;
  element.append(said);
  shelf?.append(element);
  return element;
}

function expire(element) {
  const until = Number(element.dataset.untilMs || 0);
  const stays = until ? until - serverNow() : STAYS_MS;
  setTimeout(() => element.remove(), Math.max(stays, 0));
}

function expireButton(form) {
  const left = Number(form.dataset.untilMs) - serverNow();
  setTimeout(() => form.remove(), Math.max(left, 0));
}

function meet(root) {
  for (const element of root.querySelectorAll("[data-toast]:not([data-met])")) {
    element.dataset.met = "";
    expire(element);
  }
  for (const form of root.querySelectorAll("form[data-until-ms]:not([data-met])")) {
    form.dataset.met = "";
    expireButton(form);
  }
}

new MutationObserver(() => meet(document)).observe(document.body, { childList: true, subtree: true });
meet(document);

document.addEventListener("htmx:responseError", () => toast(words.failed, { isBad: true }));
document.addEventListener("htmx:sendError", () => toast(words.unreachable, { isBad: true }));
