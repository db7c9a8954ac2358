// What opens the search box and the palette: their keys, and elements with `data-finds`.
import { openPalette } from "comptoir/palette.js";
import { openSearch } from "comptoir/search.js";

document.addEventListener("comptoir:key", ({ detail: event }) => {
  if (event.key !== "/") return;
  event.preventDefault();
  openSearch();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-finds]");
  if (!opener) return;
  if (opener.dataset.finds === "palette") openPalette();
  else openSearch();
});

// The sheet of keys is searched as one types.
document.addEventListener("input", ({ target }) => {
  if (target.id !== "help-find") return;
  const asked = target.value.trim().toLowerCase();
  const sheet = target.closest("dialog");
  for (const line of sheet.querySelectorAll(".keys__line")) {
    const [keys, what] = line.children;
    line.hidden = !(what.textContent.toLowerCase().includes(asked) || keys.textContent.trim() === target.value.trim());
  }
  for (const section of sheet.querySelectorAll("section")) {
    section.hidden = !section.querySelector(".keys__line:not([hidden])");
  }
  const none = sheet.querySelector("#help-none");
  none.textContent = sheet.querySelector("section:not([hidden])") ? "" : none.dataset.text;
});
