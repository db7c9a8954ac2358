// Reply or note: what shows, what the text asks for, and which button is the one.
import { form, isNote, part, text } from "comptoir/composer/form.js";

export function setMode(mode) {
  const place = form();
  const button = part(`[data-mode-of="${mode}"]`);
  if (!place || !button) return;
  place.dataset.mode = mode;
  for (const one of place.querySelectorAll("[data-mode-of]")) {
    one.setAttribute("aria-pressed", String(one === button));
  }
  text().placeholder = isNote() ? text().dataset.noteHint : text().dataset.replyHint;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-mode-of]");
  if (!button || !form()?.contains(button)) return;
  setMode(button.dataset.modeOf);
  text().focus();
  text().dispatchEvent(new Event("input", { bubbles: true }));
});
