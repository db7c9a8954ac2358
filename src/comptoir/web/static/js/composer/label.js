// The button says what will happen: to whom, by which way, and what comes after.
import { field, form, part } from "comptoir/composer/form.js";
import { fill, words } from "comptoir/words.js";

const AFTER = `comptoir:after:${document.body.dataset.person}`;

function what() {
  const { channel, way } = form().dataset;
  if (way === "portal") return fill(words.composer.portal, { channel });
  if (field("holding")?.checked) return fill(words.composer.holding, { channel });
  return fill(words.composer[field("to")?.value || "buyer"], { channel });
}

export const then = () => form()?.querySelector("[name=then]:checked")?.value ?? "stay";

export function relabel() {
  const place = part("[data-send-label]");
  if (place) place.textContent = fill(words.composer[then()], { what: what() });
}

export function setThen(value) {
  const radio = form()?.querySelector(`[name=then][value="${value}"]`);
  if (radio) radio.checked = true;
  relabel();
}

// What somebody chose stays chosen on the next ticket.
export function recall() {
  setThen(localStorage.getItem(AFTER) ?? "next");
}

document.addEventListener("change", (event) => {
  if (!form()?.contains(event.target)) return;
  if (event.target.matches("[data-then]")) localStorage.setItem(AFTER, event.target.value);
  relabel();
});
