// Sent while a file is still on its way: the reply leaves as soon as the file is here. Whoever types on,
// or takes the file off, sends again; nobody believes sent what is not.
import { text } from "comptoir/composer/form.js";
import { areUnderWay } from "comptoir/composer/files.js";
import { tell, untell } from "comptoir/composer/line.js";
import { toast } from "comptoir/toasts.js";
import { words } from "comptoir/words.js";

let waiting = null; // the button to press once all files are here, and the text it stands for

// Tell whether files are still on their way; then the button is pressed again by itself.
export function mustWait(button) {
  if (!areUnderWay()) {
    stop();
    return false;
  }
  waiting = { button, said: text().value };
  tell("uploading", words.composer.uploading, { label: words.composer.do_not, run: giveUp });
  return true;
}

function stop() {
  waiting = null;
  untell("uploading");
}

function giveUp() {
  stop();
  document.dispatchEvent(new CustomEvent("comptoir:unsent"));
  text()?.focus();
}

function changed() {
  if (!waiting) return;
  giveUp();
  tell("changed", words.composer.changed_meanwhile);
}

function onFile({ detail }) {
  if (!waiting) return;
  if (!detail.hasArrived) return changed();
  if (areUnderWay()) return;
  const { button } = waiting;
  stop();
  if (button.isConnected) button.click();
}

document.addEventListener("comptoir:file", onFile);
document.addEventListener("comptoir:mode", changed);
document.addEventListener("input", ({ target }) => {
  if (waiting && target === text() && target.value !== waiting.said) changed();
});
document.addEventListener("comptoir:leaves", () => {
  if (waiting) toast(words.composer.left_unsent, { isBad: true });
  waiting = null;
});
addEventListener("beforeunload", (event) => waiting && event.preventDefault());
