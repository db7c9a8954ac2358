// Copies an order's or a parcel's number, and says so.
import { toast } from "comptoir/toasts.js";
import { fill, words } from "comptoir/words.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.dataset.copy;
  const isDone = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  toast(isDone ? fill(words.copied, { text }) : words.copy_refused, { isBad: !isDone, by: button });
});
