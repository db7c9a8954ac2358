// Where an answer must be given in a portal: its text goes to the clipboard. Only what was copied since
// it was last changed is recorded without a question.
import { field, form, isNote, text } from "comptoir/composer/form.js";
import { toast } from "comptoir/toasts.js";
import { words } from "comptoir/words.js";

function noteCopied() {
  if (!field("copied") || isNote()) return;
  field("copied").value = "1";
  document.dispatchEvent(new CustomEvent("comptoir:copied"));
}

function letCopy() {
  text().focus();
  text().select();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies-answer]");
  if (!button || !form()?.contains(button)) return;
  const [area, said] = [text(), text().value];
  if (!said.trim()) return void area.focus();
  const isDone = await navigator.clipboard?.writeText(said).then(() => true, () => false);
  toast(isDone ? words.composer.text_copied : words.copy_refused, { isBad: !isDone });
  if (text() !== area || area.value !== said) return;
  if (isDone) noteCopied();
  else letCopy();
});

// The whole text: an order number taken out of it is no answer.
const isAll = ({ value, selectionStart, selectionEnd }) =>
  Boolean(value.trim()) && value.slice(selectionStart, selectionEnd).includes(value.trim());

document.addEventListener("copy", ({ target }) => {
  if (form() && target === text() && isAll(target)) noteCopied();
});
document.addEventListener("input", ({ target }) => {
  if (field("copied") && target === text() && !isNote()) field("copied").value = "";
});
