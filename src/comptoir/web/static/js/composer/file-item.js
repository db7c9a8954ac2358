// The line of a file that is on its way, and a word to those who listen rather than look.
import { part } from "comptoir/composer/form.js";
import { say } from "comptoir/composer/line.js";
import { words } from "comptoir/words.js";

export function item(file, cancel) {
  const line = document.createElement("li");
  line.className = "attached is-under-way";
  line.dataset.bytes = file.size;
  const name = document.createElement("bdi");
  name.className = "attached__name cut";
  name.textContent = file.name;
  const progress = document.createElement("progress");
  progress.max = 1;
  progress.setAttribute("aria-label", file.name);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = words.composer.cancel;
  button.addEventListener("click", cancel);
  line.append(name, progress, button);
  return line;
}

export function announce(message) {
  if (part("[data-draft-state]")) say(message);
}
