// Opens and closes: dialogs, the rail on a phone, small menus, the sheet of keys.
import { areOn, turn } from "comptoir/keys.js";

async function openHelp() {
  let sheet = document.getElementById("help");
  if (!sheet) {
    const answer = await fetch("/keys", { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    document.body.insertAdjacentHTML("beforeend", await answer.text());
    sheet = document.getElementById("help");
    const box = sheet.querySelector("[data-keys-on]");
    box.checked = areOn();
    box.addEventListener("change", () => turn(box.checked));
  }
  sheet.showModal();
}

function open(name) {
  if (name === "help") return openHelp();
  if (name === "rail") return document.getElementById("rail")?.classList.toggle("is-open");
  const dialog = document.getElementById(name);
  beginAnew(dialog);
  return dialog?.showModal();
}

// What was shown last time is not what is true now: it makes way until the answer comes.
function beginAnew(dialog) {
  const place = dialog?.querySelector("[data-begins-anew]");
  if (place) place.replaceChildren(dialog.querySelector("template").content.cloneNode(true));
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.pop[open], details.me[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  closeMenus(event.target);
  const rail = document.getElementById("rail");
  if (rail?.classList.contains("is-open") && !rail.contains(event.target) && !opener) {
    rail.classList.remove("is-open");
  }
  if (opener) open(opener.dataset.opens);
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.target?.matches("[data-begins-anew]")) event.detail.target.closest("dialog").close();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[open]");
  closeMenus();
  menu?.querySelector("summary")?.focus();
  document.getElementById("rail")?.classList.remove("is-open");
});

// Arrows walk through an open menu, as `Tab` does, and keep within it.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = event.target.closest?.("details.pop[open]");
  if (!step || !menu || event.defaultPrevented || event.target.matches("input, select, textarea")) return;
  const items = [...menu.querySelectorAll(".menu__item")].filter((item) => !item.disabled);
  if (!items.length) return;
  event.preventDefault();
  const at = items.indexOf(event.target);
  items[at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length].focus();
});

// A verb's answer replaces the menu it was chosen from: closed before, it does not come back open,
// and the keyboard stands on its button.
document.addEventListener("htmx:beforeSwap", ({ detail: { requestConfig, isError } }) => {
  const menu = requestConfig?.elt?.closest("details.pop[open], details.me[open]");
  if (isError || !menu || requestConfig.verb === "get") return;
  const isWithin = menu.contains(document.activeElement);
  menu.open = false;
  if (isWithin) menu.querySelector("summary").focus();
});

document.addEventListener("htmx:afterRequest", (event) => {
  // What was refused with words for its form (422) leaves the dialog open.
  if (!event.detail.successful || event.detail.xhr.status >= 400) return;
  if (event.target.closest("[data-closes-dialog]")) event.target.closest("dialog")?.close();
  // Only what was done from a menu closes it: updates come by themselves, also while one chooses.
  if (event.detail.elt?.closest("details.pop, details.me, dialog")) closeMenus();
});
