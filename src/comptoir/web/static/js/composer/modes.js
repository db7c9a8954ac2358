// Reply or note: two texts that never mix. One shows; the other waits in the page, with its files.
import { form, isNote, otherText, part, text } from "comptoir/composer/form.js";

const tellAll = (name) => document.dispatchEvent(new CustomEvent(name));

function changePlaces() {
  const [place, there] = [form(), otherText()];
  const [said, savedMs] = [text().value, place.dataset.savedMs];
  text().value = there.value;
  place.dataset.savedMs = there.dataset.savedMs;
  there.value = said;
  there.dataset.savedMs = savedMs;
}

// Say at each button whether a text waits behind it.
export function markBegun() {
  for (const one of form()?.querySelectorAll("[data-mode-of]") ?? []) {
    const isShown = one.dataset.modeOf === form().dataset.mode;
    one.classList.toggle("has-text", Boolean(!isShown && otherText()?.value.trim()));
  }
}

export function setMode(mode) {
  const place = form();
  const button = part(`[data-mode-of="${mode}"]`);
  if (!place || !button) return;
  if (place.dataset.mode !== mode) {
    tellAll("comptoir:leaves-text");
    changePlaces();
  }
  place.dataset.mode = mode;
  for (const one of place.querySelectorAll("[data-mode-of]")) {
    one.setAttribute("aria-pressed", String(one === button));
  }
  const hint = isNote() ? text().dataset.noteHint : text().dataset.replyHint;
  text().placeholder = hint;
  part("[data-text-label]").textContent = hint;
  markBegun();
  tellAll("comptoir:mode");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-mode-of]");
  if (!button || !form()?.contains(button)) return;
  if (!text().readOnly) setMode(button.dataset.modeOf); // nothing changes places while it is sent
  text().focus();
});
