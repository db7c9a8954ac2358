// Single keys press whatever carries their name in `data-key`; `g` and a letter open a view.
// They keep away from inputs, input methods and combinations, and can be switched off in the sheet.
const OFF = "comptoir:keys-off";
const SEQUENCE_MS = 1200;
let wentToAt = 0;

export function areOn() {
  return localStorage.getItem(OFF) !== "1";
}

export function turn(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

export function isTyping(target) {
  return target instanceof Element && Boolean(
    target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"),
  );
}

export function isPlain(event) {
  return !(
    event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey ||
    event.altKey || event.getModifierState("AltGraph")
  );
}

function isShown(element) {
  return element.getClientRects().length > 0 && !element.disabled;
}

function press(selector) {
  const found = [...document.querySelectorAll(selector)].find(isShown);
  if (!found) return false;
  found.click();
  if (found.matches("summary")) found.nextElementSibling?.querySelector("input:not([type=hidden]), button, a")?.focus();
  return true;
}

function goTo(letter) {
  const address = {
    n: "/next", q: "/", r: "/?view=claims", c: "/?view=claims", m: "/?view=mine",
    u: "/?view=unassigned", w: "/?view=waiting", d: "/?view=drafts", s: "/?view=solved",
    a: "/alerts",
  }[letter];
  if (address) location.assign(address);
  return Boolean(address);
}

document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || isTyping(event.target) || !areOn()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key.length !== 1) return;
  if (Date.now() - wentToAt < SEQUENCE_MS) {
    wentToAt = 0;
    if (goTo(event.key)) event.preventDefault();
    return;
  }
  if (event.key === "g") {
    wentToAt = Date.now();
    return;
  }
  const key = event.key === "?" ? "help" : CSS.escape(event.key);
  if (press(`[data-key="${key}"]`)) event.preventDefault();
});
