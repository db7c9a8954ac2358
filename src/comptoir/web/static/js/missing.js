// A field that must not stay empty says beside itself what is missing: `data-missing` is the id of
// that text. The browser's own bubble would be gone again after some seconds, in its own language.
const textOf = (field) => document.getElementById(field?.dataset?.missing ?? "");

function mark(field, isMissing) {
  const text = textOf(field);
  if (!text) return false;
  text.hidden = !isMissing;
  if (isMissing) {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", text.id);
  } else for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
  return true;
}

document.addEventListener("invalid", (event) => {
  const field = event.target;
  if (!mark(field, true)) return;
  event.preventDefault();
  if (field.form.querySelector(":invalid:not(fieldset)") === field) field.focus();
}, true);

document.addEventListener("input", ({ target }) => mark(target, false));

// Whoever comes back to a dialog begins anew.
document.addEventListener("close", ({ target }) => {
  for (const field of target.querySelectorAll?.("[data-missing]") ?? []) mark(field, false);
}, true);
