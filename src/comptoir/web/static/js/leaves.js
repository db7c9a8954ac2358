// Esc leaves a field of one line, so that single keys are commands again; what was typed stays. A
// list of suggestions, a menu or the composer that does something else with Esc goes first: this
// listens last, and only where the focus is still in the field.
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit])";

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
  const field = event.target;
  if (!field.matches?.(FIELDS) || field.closest("dialog") || document.activeElement !== field) return;
  if (document.querySelector("dialog:modal")) return;
  event.preventDefault(); // some browsers empty a search field with it
  field.blur();
});
