// Opens and closes: dialogs, the rail on a phone, small menus, the sheet of keys.
import { areOn, turn } from "comptoir/keys.js";
import { closeMenus, leave } from "comptoir/menus.js";

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

function open(name, opener) {
  if (name === "rail") return document.getElementById("rail")?.classList.toggle("is-open");
  comeFrom(opener);
  if (name === "help") return openHelp();
  const dialog = document.getElementById(name);
  beginAnew(dialog);
  return dialog?.showModal();
}

// A dialog gives the keyboard back to where it was: not to a line of a menu that is closed by then,
// nor to a button that was replaced meanwhile.
let menuBefore = "";

function comeFrom(opener) {
  const menu = opener.closest("details.pop[open], details.me[open]");
  menuBefore = menu?.contains(document.activeElement) ? menu.id : "";
  if (menu) leave(menu);
}

document.addEventListener("close", ({ target }) => {
  if (!target.matches("dialog") || document.activeElement !== document.body || !menuBefore) return;
  document.querySelector(`#${CSS.escape(menuBefore)} > summary`)?.focus();
}, true);

// What was shown last time is not what is true now: it makes way until the answer comes.
function beginAnew(dialog) {
  const place = dialog?.querySelector("[data-begins-anew]");
  if (place) place.replaceChildren(dialog.querySelector("template").content.cloneNode(true));
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  closeMenus(event.target);
  const rail = document.getElementById("rail");
  if (rail?.classList.contains("is-open") && !rail.contains(event.target) && !opener) {
    rail.classList.remove("is-open");
  }
  if (opener) open(opener.dataset.opens, opener);
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.target?.matches("[data-begins-anew]")) event.detail.target.closest("dialog").close();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const fold = event.target.closest?.("details[open]");
  const menu = fold?.matches("details.pop, details.me") ? fold : null;
  if (menu) event.preventDefault(); // it is done: a list keeps what is selected
  if (menu) leave(menu);
  closeMenus();
  if (fold && !menu) fold.querySelector("summary")?.focus();
  document.getElementById("rail")?.classList.remove("is-open");
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
