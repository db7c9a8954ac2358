// A claim that comes in while somebody works is announced; the opened ticket stays where it is.
import { whenQuiet } from "comptoir/live/quiet.js";
import { toast } from "comptoir/toasts.js";
import { words } from "comptoir/words.js";

const STAYS_MS = 60000;
export const announced = new Set();

function announce(ticket) {
  const element = toast(words.claim_came, { isBad: true, staysMs: STAYS_MS });
  const link = document.createElement("a");
  link.className = "button button--small";
  link.href = `/tickets/${ticket}`;
  link.textContent = words.open;
  element.querySelector("[data-toast-closes]").before(link);
}

document.addEventListener("comptoir:change", ({ detail: { ticket, data } }) => {
  const isHere = document.getElementById("ticket")?.dataset.ticket === String(ticket);
  const isClaim = data?.what === "message" && data.tier === 0 && data.queued;
  if (!isClaim || isHere || announced.has(ticket)) return;
  announced.add(ticket);
  whenQuiet(() => announce(ticket));
});
