// What is answered, above the text: where the composer covers the conversation, its newest message that
// is not ours stays in sight, in two lines that unfold.
import { part } from "comptoir/composer/form.js";

const NOT_OURS = "#conversation .message:not(.message--agent, .message--note)";
const CHARACTERS = 240;

export function showAsked() {
  const place = part("[data-asked]");
  const message = [...document.querySelectorAll(NOT_OURS)].at(-1);
  const words = message?.querySelector(".message__text");
  if (!place) return;
  place.hidden = !words?.textContent.trim();
  if (place.hidden) return;
  place.querySelector("[data-asked-who]").textContent = message.querySelector(".message__who")?.textContent ?? "";
  const gist = words.textContent.replace(/\s+/g, " ").trim();
  fill(place.querySelector("[data-asked-gist]"), words, [...gist].slice(0, CHARACTERS).join(""));
  fill(place.querySelector("[data-asked-all]"), words, words.textContent);
}

function fill(element, words, said) {
  element.textContent = said;
  element.lang = words.lang;
}

document.addEventListener("htmx:oobAfterSwap", () => {
  if (part("[data-asked]")?.checkVisibility()) showAsked();
});
