// Toasts leave by themselves, or when they are closed; under the hand and the keyboard they stay. One
// with a way back stays exactly as long as the way is open. What went wrong with what a dialog asked for
// is said in that dialog while it is open: all else lies behind it, out of reach of eye, hand and reader.
import { serverNow } from "comptoir/clock.js";
import { words } from "comptoir/words.js";

const STAYS_MS = 6000;
const AWAY = [502, 503, 504];
const saysSo = (element) => element.matches?.("[data-send]"); // the composer tells a lost line above its text
const shelf = document.getElementById("toasts");
const askers = new WeakMap();
let asker = null;

// `by` is what asked for it.
export function toast(text, { isBad = false, staysMs = 0, by = null } = {}) {
  const element = document.createElement("div");
  element.className = isBad ? "toast toast--bad" : "toast";
  element.dataset.toast = "";
  if (staysMs) element.dataset.untilMs = serverNow() + staysMs;
  const said = document.createElement("span");
  said.className = "toast__text";
  said.textContent = text;
  element.append(said, closer());
  askers.set(element, by);
  shelf?.append(element);
  return element;
}

function closer() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast__close";
  button.dataset.toastCloses = "";
  button.setAttribute("aria-label", words.close);
  const icons = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0];
  button.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${icons}#close"></use></svg>`;
  return button;
}

function expire(element) {
  const until = Number(element.dataset.untilMs || 0);
  if (until) return void setTimeout(() => element.remove(), Math.max(until - serverNow(), 0));
  const leave = () => {
    if (element.matches(":hover, :focus-within")) setTimeout(leave, STAYS_MS / 2);
    else element.remove();
  };
  setTimeout(leave, STAYS_MS);
}

function expireButton(form) {
  const left = Number(form.dataset.untilMs) - serverNow();
  setTimeout(() => form.remove(), Math.max(left, 0));
}

function sayIn(dialog, element) {
  const said = dialog.querySelector("[data-said]") ?? document.createElement("p");
  said.className = "notice notice--bad dialog__said";
  said.dataset.said = "";
  said.setAttribute("role", "alert");
  said.textContent = element.querySelector(".toast__text").textContent;
  element.remove();
  const heading = dialog.querySelector("h2");
  const line = heading?.closest(".line") ?? heading;
  if (line) line.after(said);
  else dialog.prepend(said);
  said.scrollIntoView({ block: "nearest" });
}

// Whose answer is being read: what it brings to the shelf is the asker's.
function noteAsker({ detail }) {
  asker = detail.requestConfig?.elt.closest("dialog") ?? null;
}

function forget({ target }) {
  for (const said of target.closest?.("dialog")?.querySelectorAll("[data-said]") ?? []) said.remove();
}

function meet(root) {
  for (const element of root.querySelectorAll("[data-toast]:not([data-met])")) {
    element.dataset.met = "";
    const by = askers.get(element) ?? asker;
    const dialog = element.matches(".toast--bad") && by?.closest("dialog:modal");
    if (dialog) {
      sayIn(dialog, element);
      continue;
    }
    expire(element);
  }
  for (const form of root.querySelectorAll("form[data-until-ms]:not([data-met])")) {
    form.dataset.met = "";
    expireButton(form);
  }
}

new MutationObserver(() => meet(document)).observe(document.body, { childList: true, subtree: true });
meet(document);

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-closes]")?.closest("[data-toast]").remove();
});
document.addEventListener("close", forget, true);
document.addEventListener("htmx:beforeRequest", forget);
document.addEventListener("htmx:beforeSwap", noteAsker);
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => detail.target === shelf && meet(shelf));
document.addEventListener("htmx:afterRequest", () => (asker = null));
document.addEventListener("htmx:responseError", ({ detail: { elt, xhr } }) => {
  if (!saysSo(elt) || !AWAY.includes(xhr.status)) toast(words.failed, { isBad: true, by: elt });
});
document.addEventListener("htmx:sendError", ({ detail: { elt } }) => {
  if (!saysSo(elt)) toast(words.unreachable, { isBad: true, by: elt });
});
