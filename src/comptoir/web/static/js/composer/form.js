// The composer's form, asked for anew each time: pages are swapped beneath these modules.
export const form = () => document.querySelector("[data-composer]");
export const field = (name) => form()?.elements.namedItem(name) ?? null;
export const text = () => field("text");
export const part = (selector) => form()?.querySelector(selector) ?? null;
// The text of the other kind, which waits while this one shows: the note behind the reply, or the other way round.
export const otherText = () => part("[data-other-text]");
export const isNote = () => form()?.dataset.mode === "note";
export const mode = () => form()?.dataset.mode ?? "reply";
export const base = () => form()?.dataset.base ?? "";

// As the server counts, and the channel: an emoji is one character, not two.
export const characters = (value) => [...value].length;

export function headers() {
  return { "X-Requested-With": "fetch", "X-CSRFToken": field("csrfmiddlewaretoken").value };
}

// Whoever logged in again has another token: forms and later requests of this page take it on.
export function renewToken(token) {
  if (!token) return;
  for (const one of document.querySelectorAll("[name=csrfmiddlewaretoken]")) one.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

export function changed() {
  text()?.dispatchEvent(new Event("input", { bubbles: true }));
}
