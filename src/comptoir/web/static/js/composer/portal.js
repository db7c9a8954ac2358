// Where an answer must be given in a portal: its text goes to the clipboard.
import { form, text } from "comptoir/composer/form.js";
import { toast } from "comptoir/toasts.js";
import { words } from "comptoir/words.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies-answer]");
  if (!button || !form()?.contains(button)) return;
  if (!text().value.trim()) return void text().focus();
  const isDone = await navigator.clipboard?.writeText(text().value).then(() => true, () => false);
  if (!isDone) text().select();
  toast(isDone ? words.composer.text_copied : words.copy_refused, { isBad: !isDone });
});
