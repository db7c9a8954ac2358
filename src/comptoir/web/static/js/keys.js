// Single keys press whatever carries their name in `data-key`; `g` and a letter open a view.
// They keep away from inputs, input methods and combinations, and can be switched off: here in the
// sheet for a device, in the profile for a person, who may also choose other keys. A key that was
// chosen is turned into the usual one before any other script hears of it.
import { menuAt, pressInMenu } from "comptoir/menus.js";

const OFF = "comptoir:keys-off";
const SEQUENCE_MS = 1200;
const BACK = "b";
const settings = JSON.parse(document.body?.dataset.keys ?? "{}");
const usual = new Map(Object.entries(settings.map ?? {}).map(([name, key]) => [key, name]));
const ours = new WeakSet();
let wentToAt = 0;

export function areOn() {
  return !settings.off && localStorage.getItem(OFF) !== "1";
}

export function turn(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

// A box that was just closed keeps the focus until the browser draws again; nobody types in it. Whoever
// was stopped while writing still writes: no letter there is a verb.
export function isTyping(target) {
  return target instanceof Element && !target.closest("dialog:not([open])") && Boolean(
    target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], #composer-notice"),
  );
}

export function isPlain(event) {
  return !(
    event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey ||
    event.altKey || event.getModifierState("AltGraph")
  );
}

// The key somebody has for a command, for texts that name it.
export function keyOf(name) {
  return settings.map?.[name] ?? name;
}

// Do what a key does, whatever key it is now.
export function play(name) {
  if (press(selectorOf(name), true)) return;
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });
  ours.add(event);
  document.body.dispatchEvent(event);
}

// The list one came from, as `ticket/order.js` keeps it.
const lastList = () => JSON.parse(sessionStorage.getItem("comptoir:order") ?? "{}").address;

// What stands in a closed menu is there to be pressed; it has boxes only once it was drawn.
function isShown(element) {
  const menu = element.parentElement?.closest("details:not([open])");
  const place = menu && !element.matches("summary") ? menu : element;
  return place.getClientRects().length > 0 && !element.disabled;
}

function selectorOf(name) {
  return `[data-key="${name === "?" ? "help" : CSS.escape(name)}"]`;
}

// Where several stand, as ways back do, the last one is meant: what was done last.
function press(selector, evenHidden = false) {
  const all = [...document.querySelectorAll(selector)];
  if (selector === selectorOf("z")) all.reverse();
  const found = all.find(isShown) ?? (evenHidden ? all.find((one) => !one.disabled) : null);
  if (!found) return false;
  found.click();
  if (found.matches("summary")) found.nextElementSibling?.querySelector("input:not([type=hidden]), button, a")?.focus();
  return true;
}

// Next is asked for anywhere, also where no button for it stands.
function goNext(key) {
  if (key !== "n" || !settings.go?.n) return false;
  location.assign(settings.go.n);
  return true;
}

function translate(event) {
  if (ours.has(event) || event.key.length !== 1 || !usual.size) return;
  if (!isPlain(event) || isTyping(event.target) || !areOn()) return;
  const name = usual.get(event.key);
  if (name === undefined && settings.map[event.key] === undefined) return;
  event.stopImmediatePropagation();
  if (name === undefined) return;
  const meant = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });
  ours.add(meant);
  if (!event.target.dispatchEvent(meant)) event.preventDefault();
}

addEventListener("keydown", translate, true);

document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || isTyping(event.target) || !areOn()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key.length !== 1 || event.code === "Space") return;
  const menu = menuAt(event.target);
  if (menu) return pressInMenu(menu, event);
  if (Date.now() - wentToAt < SEQUENCE_MS) {
    wentToAt = 0;
    const address = (event.key === BACK && lastList()) || settings.go?.[event.key];
    if (address) location.assign(address);
    if (address) event.preventDefault();
    return;
  }
  if (event.key === "g") {
    wentToAt = Date.now();
    return;
  }
  if (press(selectorOf(event.key)) || goNext(event.key)) event.preventDefault();
  else document.dispatchEvent(new CustomEvent("comptoir:key", { detail: event }));
});
