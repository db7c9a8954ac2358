// What interrupts waits while somebody types: until the hand rests, and no longer than a little while.
import { isTyping } from "comptoir/keys.js";

const REST_MS = 2000;
const LONGEST_MS = 20_000;
let typedAt = -Infinity;

document.addEventListener("input", ({ target }) => {
  if (isTyping(target)) typedAt = performance.now();
}, true);

export function whenQuiet(run, since = performance.now()) {
  const now = performance.now();
  const left = Math.min(typedAt + REST_MS - now, since + LONGEST_MS - now);
  if (left <= 0) run();
  else setTimeout(whenQuiet, left, run, since);
}
