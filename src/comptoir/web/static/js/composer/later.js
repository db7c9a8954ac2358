// Sending later by key: opens the menu where its moments stand, at the first that is possible.
import { part } from "comptoir/composer/form.js";

export function openLater() {
  const title = part("[data-later-title]");
  const menu = title?.closest("details");
  if (!menu || !menu.getClientRects().length) return;
  menu.open = true;
  (part("[data-later]:not([data-later=''])") ?? part("[data-later-input]") ?? title).focus();
}

// The key presses the title of what is sent later, also while its menu is closed.
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-later-title]")) openLater();
});
