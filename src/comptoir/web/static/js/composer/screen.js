// On a phone the composer takes the whole screen while somebody writes; Esc goes back to where one was.
import { showAsked } from "comptoir/composer/asked.js";
import { form, part, text } from "comptoir/composer/form.js";
import { openLater } from "comptoir/composer/later.js";
import { send, sendAndSolve } from "comptoir/composer/send.js";

let cameFrom = null;

function fillScreen(isFull) {
  document.getElementById("composer")?.classList.toggle("is-full", isFull);
  if (isFull) showAsked();
}

function leave() {
  fillScreen(false);
  text()?.blur();
  const place = cameFrom?.isConnected ? cameFrom : document.getElementById("content");
  place?.focus({ preventScroll: true });
}

function verbOf({ key, shiftKey }) {
  if (key === "Enter") return shiftKey ? sendAndSolve : send;
  if (!shiftKey) return null;
  return { l: openLater, f: () => part("[data-files]")?.click() }[key.toLowerCase()];
}

// Keys of the hand that writes: in the text, and in the fields that a template left open. One held
// down does what it says once, and its repeats are not left to the browser either.
function inText(event) {
  const verb = verbOf(event);
  if (!verb) return;
  event.preventDefault();
  if (!event.repeat) verb();
}

function onKey(event) {
  if (!form() || event.isComposing || event.defaultPrevented || event.altKey) return;
  if (event.target !== text() && !event.target.dataset?.source) return;
  if (event.key === "Escape" && event.target === text()) leave();
  if (event.ctrlKey || event.metaKey) inText(event);
}

document.addEventListener("focusin", (event) => {
  if (!form() || event.target !== text()) return;
  if (event.relatedTarget && !form().contains(event.relatedTarget)) cameFrom = event.relatedTarget;
  fillScreen(true);
});
document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => event.target.closest("[data-composer-closes]") && leave());
