// The composer: what belongs to it, and what is done when one comes onto the page.
import "comptoir/composer/drop.js";
import "comptoir/composer/held.js";
import "comptoir/composer/paste.js";
import "comptoir/composer/portal.js";
import "comptoir/composer/screen.js";
import { countLeft } from "comptoir/composer/count.js";
import { restore, type } from "comptoir/composer/drafts.js";
import { form, isNote, text } from "comptoir/composer/form.js";
import { recall } from "comptoir/composer/label.js";
import { setMode } from "comptoir/composer/modes.js";
import { sayPromise } from "comptoir/composer/promise.js";

// A draft is gone on with where it stops; browsers put the caret before its first letter.
function goOnAtTheEnd() {
  const { length } = text().value;
  text().setSelectionRange(length, length);
}

// Once for each form: pages of tickets are swapped, and an emptied composer comes anew.
export function openComposer() {
  if (!form() || form().dataset.isOpen) return;
  form().dataset.isOpen = "1";
  recall();
  restore();
  goOnAtTheEnd();
  countLeft();
  sayPromise();
}

// A reply that was taken back: what is typed next belongs to it, and runs as no shortcut.
function writeOn() {
  if (!form() || !document.querySelector("[data-writes-on]")) return;
  setMode("reply");
  if (isNote()) return;
  text().focus();
  goOnAtTheEnd();
}

document.addEventListener("comptoir:ticket", openComposer);
document.addEventListener("htmx:oobAfterSwap", openComposer);
document.addEventListener("comptoir:mode", () => {
  goOnAtTheEnd();
  countLeft();
});
document.addEventListener("input", (event) => {
  if (!form()?.contains(event.target)) return;
  if (event.target === text()) countLeft();
  if (event.target === text() || event.target.matches("[data-choice]")) type();
});
openComposer();
writeOn();
