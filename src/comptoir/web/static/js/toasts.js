// Toasts leave by themselves, or when they are closed; under the hand and the keyboard they stay. One
// with a way back stays exactly as long as the way is open.
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

function meet(root) {
  for (const element of root.querySelectorAll("[data-toast]:not([data-met])")) {
    element.dataset.met = "";
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
document.addEventListener("htmx:responseError", () => toast(words.failed, { isBad: true }));
document.addEventListener("htmx:sendError", () => toast(words.unreachable, { isBad: true }));
