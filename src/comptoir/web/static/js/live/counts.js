// Writes fresh counts into the rail.
import { setServerNow } from "comptoir/clock.js";

const EVERY_MS = 2000;
let isAsked = false;

export function write(counts, nowMs) {
  setServerNow(nowMs);
  for (const place of document.querySelectorAll("[data-count]")) {
    const text = counts[place.dataset.count] ?? "";
    if (place.textContent !== text) place.textContent = text;
  }
}

export function ask() {
  if (isAsked || document.hidden) return;
  isAsked = true;
  setTimeout(async () => {
    isAsked = false;
    const answer = await fetch("/rows?ids=").catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const { counts, now_ms: nowMs } = await answer.json();
    write(counts, nowMs);
  }, EVERY_MS);
}
