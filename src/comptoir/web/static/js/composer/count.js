// How much more the channel takes: said near the end of it, and loudly past it. Nothing is cut.
import { characters, form, isNote, part, text } from "comptoir/composer/form.js";
import { fill, words } from "comptoir/words.js";

const SAID_FROM_SHARE = 0.2;

export function countLeft() {
  const place = part("[data-count-left]");
  const max = Number(form()?.dataset.textMax || 0);
  if (!place) return;
  const left = max - characters(text().value);
  const isSaid = max && !isNote() && left < max * SAID_FROM_SHARE;
  const said = left < 0 ? words.composer.too_long : words.composer.left;
  place.textContent = isSaid ? fill(said, { count: Math.abs(left) }) : "";
  place.classList.toggle("is-over", Boolean(isSaid) && left < 0);
}
