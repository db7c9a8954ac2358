// In an open menu letters are for the menu: they find a name, or press what stands in it.
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
