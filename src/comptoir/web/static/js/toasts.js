// Toasts leave by themselves, or when they are closed; under the hand and the keyboard they stay. One
// with a way back stays exactly as long as the way is open. What went wrong while a dialog is open is
// said in the dialog: all else lies behind it, out of reach of eye, hand and reader.
import { serverNow } from "comptoir/clock.js";
import { words } from "comptoir/words.js";

const STAYS_MS = 6000;
const shelf = document.getElementById("toasts");

export function toast(text, { isBad = false, staysMs = 0 } = {}) {
  const element = document.createElement("div");
  element.className = isBad ? "toast toast--bad" : "toast";
  element.dataset.toast = "";
  if (staysMs) element.dataset.untilMs = serverNow() + staysMs;
  const said = document.createElement("span");
  said.className = "toast__text";
  said.textContent = text;
  element.append(said, closer());
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

const openDialog = () => [...document.querySelectorAll("dialog:modal")].at(-1);

function forget({ target }) {
  for (const said of target.closest?.("dialog")?.querySelectorAll("[data-said]") ?? []) said.remove();
}

function meet(root) {
  for (const element of root.querySelectorAll("[data-toast]:not([data-met])")) {
    element.dataset.met = "";
    const dialog = element.matches(".toast--bad") && openDialog();
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
document.addEventListener("htmx:responseError", () => toast(words.failed, { isBad: true }));
document.addEventListener("htmx:sendError", () => toast(words.unreachable, { isBad: true }));
