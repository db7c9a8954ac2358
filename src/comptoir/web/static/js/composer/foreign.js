// A template that is not in the buyer's language says so above the send button. It blocks nothing, and
// goes with the text it speaks of.
import { form, isNote, part, text } from "comptoir/composer/form.js";

const line = () => part("[data-foreign-line]");

// `said` is empty where the text is in the buyer's language.
export function sayForeign(said) {
  if (!line() || isNote() || !said) return;
  line().querySelector("[data-foreign-said]").textContent = said;
  line().hidden = false;
}

function hide() {
  if (line()) line().hidden = true;
}

document.addEventListener("input", ({ target }) => {
  if (form() && target === text() && !isNote() && !target.value.trim()) hide();
});
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-foreign-closes]")) return;
  hide();
  text()?.focus();
});
