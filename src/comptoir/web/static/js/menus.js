// Small menus: where the keyboard goes when one closes, and what letters do while one is open: they
// find a name, or press what stands in it.
const PAUSE_MS = 1200;
let sought = "";
let soughtAt = 0;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export const menuAt = (target) => target.closest?.("details.pop[open]")?.querySelector(":scope > .menu");

function find(menu, letter) {
  sought = (Date.now() - soughtAt < PAUSE_MS ? sought : "") + plain(letter);
  soughtAt = Date.now();
  const items = [...menu.querySelectorAll(".menu__item:not(:disabled)")];
  items.find(({ innerText }) => ` ${plain(innerText).replace(/\s+/g, " ")}`.includes(` ${sought}`))?.focus();
}

export function pressInMenu(menu, event) {
  event.preventDefault();
  if (menu.hasAttribute("data-by-letters")) return find(menu, event.key);
  const named = [...menu.querySelectorAll("[data-key]:not(:disabled)")];
  named.find((item) => item.dataset.key === event.key)?.click();
}

// Who opened a menu by its key, from a text or a row, stands outside it; by its button, on that.
const cameFrom = new WeakMap();

document.addEventListener("focusin", ({ target, relatedTarget }) => {
  const menu = target.closest?.("details.pop, details.me");
  if (!menu || menu.contains(relatedTarget)) return;
  cameFrom.set(menu, target.matches("summary") ? null : relatedTarget);
});

export function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.pop[open], details.me[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

// Close a menu and put the keyboard back where it was.
export function leave(menu) {
  const before = cameFrom.get(menu);
  menu.open = false;
  if (before?.isConnected && before.getClientRects().length) before.focus();
  else menu.querySelector("summary").focus();
}
