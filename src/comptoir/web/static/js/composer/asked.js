// What is answered, above the text: where the composer covers the conversation, the oldest message that
// nobody answered stays in sight, in two lines that unfold; else the buyer's last one, and where no buyer
// wrote, the marketplace's. What a machine of the buyer sent is never answered.
import { part } from "comptoir/composer/form.js";

const ASKED = [".is-first-unanswered", ".message--buyer:not([data-by-machine])", ".message--marketplace"];
const CHARACTERS = 240;

function asked() {
  for (const which of ASKED) {
    const message = [...document.querySelectorAll(`#conversation ${which}`)].at(-1);
    if (message) return message;
  }
  return null;
}

export function showAsked() {
  const place = part("[data-asked]");
  const message = asked();
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
  if (document.querySelector("#composer.is-full")) showAsked();
});
