// On a phone the composer takes the whole screen while somebody writes; Esc goes back to where one was.
import { form, text } from "comptoir/composer/form.js";
import { send, sendAndSolve } from "comptoir/composer/send.js";

let cameFrom = null;

function fillScreen(isFull) {
  document.getElementById("composer")?.classList.toggle("is-full", isFull);
}

function leave() {
  fillScreen(false);
  text()?.blur();
  const place = cameFrom?.isConnected ? cameFrom : document.getElementById("content");
  place?.focus({ preventScroll: true });
}

function onKey(event) {
  if (!form() || event.target !== text() || event.isComposing || event.defaultPrevented) return;
  if (event.key === "Escape") leave();
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (event.repeat) return;
  if (event.shiftKey) sendAndSolve();
  else send();
}

document.addEventListener("focusin", (event) => {
  if (!form() || event.target !== text()) return;
  if (event.relatedTarget && !form().contains(event.relatedTarget)) cameFrom = event.relatedTarget;
  fillScreen(true);
});
document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => event.target.closest("[data-composer-closes]") && leave());
