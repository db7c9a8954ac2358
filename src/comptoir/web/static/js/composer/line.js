// What the composer says of itself: a word beside the modes, and a notice above the text.
import { part } from "comptoir/composer/form.js";

export function say(message) {
  const place = part("[data-draft-state]");
  if (place && place.textContent !== message) place.textContent = message;
}

function made({ label, href, isOutside, run }) {
  const element = document.createElement(href ? "a" : "button");
  element.className = "button button--small";
  element.textContent = label;
  if (href) element.href = href;
  else element.type = "button";
  if (isOutside) element.target = "_blank";
  if (run) element.addEventListener("click", run);
  return element;
}

// One notice at a time; `name` lets whoever said it take it back, and say it once.
export function tell(name, message, ...actions) {
  const place = part("[data-composer-line]");
  if (!place || place.dataset.says === name) return;
  const notice = document.createElement("div");
  notice.className = "notice notice--warn";
  const said = document.createElement("p");
  said.className = "notice__text";
  said.textContent = message;
  notice.append(said, ...actions.map(made));
  place.dataset.says = name;
  place.replaceChildren(notice);
}

export function untell(name) {
  const place = part("[data-composer-line]");
  if (!place || (name && place.dataset.says !== name)) return;
  delete place.dataset.says;
  place.replaceChildren();
}
