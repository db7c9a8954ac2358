// On wide screens the list one came from stands beside the ticket, or what a search found.
import { back, here } from "comptoir/ticket/order.js";

const WIDE = "(min-width: 1600px)";
const AGAIN_MS = 4000;
let timer = 0;
let shown = "";

function point(place) {
  for (const row of place.querySelectorAll(".is-current")) row.classList.remove("is-current");
  const row = place.querySelector(`[data-id="${here()}"]`);
  row?.classList.add("is-current");
  row?.querySelector("a")?.setAttribute("aria-current", "page");
  place.hidden = false;
  row?.scrollIntoView({ block: "nearest" });
}

function put(place, text) {
  const top = place.scrollTop;
  place.innerHTML = text;
  place.firstElementChild?.removeAttribute("id");
  place.scrollTop = top;
  point(place);
}

async function list(address) {
  const isSearch = address.startsWith("/search");
  const part = isSearch ? "more" : "list";
  const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}part=${part}`).catch(() => null);
  if (!answer?.ok || answer.redirected) return "";
  const text = await answer.text();
  return isSearch ? `<ol class="hits">${text}</ol>` : text;
}

export async function show({ isAnew = false } = {}) {
  const place = document.getElementById("neighbours");
  if (!place || !matchMedia(WIDE).matches || document.hidden) return;
  if (shown && !place.firstElementChild) put(place, shown);
  if (shown && !isAnew) return;
  const text = await list(back() || "/");
  const now = document.getElementById("neighbours");
  if (!text || text === shown || !now) return;
  shown = text;
  put(now, text);
}

document.addEventListener("comptoir:change", () => {
  if (timer || !document.getElementById("neighbours")) return;
  timer = setTimeout(() => {
    timer = 0;
    show({ isAnew: true });
  }, AGAIN_MS);
});
