// Titles and menus name a command's key: the one a person chose, none where single keys are off.
import { areOn, keyOf } from "comptoir/keys.js";

const HINT = /\s\((\S)\)$/;

function rename(element) {
  const { key } = element.dataset;
  if (key.length !== 1 || element.dataset.hinted === key) return;
  element.dataset.hinted = key;
  const now = areOn() ? keyOf(key) : "";
  const hint = element.title.match(HINT);
  if (hint?.[1] === key) element.title = element.title.replace(HINT, now ? ` (${now})` : "");
  const printed = element.querySelector("kbd");
  if (printed?.textContent.trim() === key) printed.textContent = now;
  if (element.getAttribute("aria-keyshortcuts") === key) {
    if (now) element.setAttribute("aria-keyshortcuts", now);
    else element.removeAttribute("aria-keyshortcuts");
  }
}

const renameAll = () => document.querySelectorAll("[data-key]").forEach(rename);

const isUsual = areOn() && !Object.keys(JSON.parse(document.body.dataset.keys ?? "{}").map ?? {}).length;
if (!isUsual) {
  renameAll();
  new MutationObserver(renameAll).observe(document.body, { childList: true, subtree: true });
}
