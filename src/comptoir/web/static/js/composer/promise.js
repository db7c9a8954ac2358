// "I will answer by …": the summary says what is promised, and the promise can be dropped.
import { changed, field, part } from "comptoir/composer/form.js";
import { fill, words } from "comptoir/words.js";

export function sayPromise() {
  const place = part("[data-promise-said]");
  if (!place) return;
  const at = field("promise_at").value;
  const format = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  const time = at ? new Date(at).toLocaleString(document.documentElement.lang, format) : "";
  place.textContent = time ? fill(words.composer.promised, { time }) : words.composer.promise;
  place.classList.toggle("for-readers", !time);
  part("[data-promise] > summary").classList.toggle("is-on", Boolean(time));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-drops-promise]")) return;
  field("promise_at").value = "";
  part("[data-promise]").open = false;
  sayPromise();
  changed();
});
document.addEventListener("change", (event) => event.target.name === "promise_at" && sayPromise());
