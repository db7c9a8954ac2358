// Where a conversation is read from, what of it is shown, and the ways to its ends.
const NEAR_PX = 160;
const GAP_PX = 12;
const talk = () => document.getElementById("conversation");
let asked = 0;

export function jump(selector, block = "start") {
  const found = [...talk().querySelectorAll(selector)].at(-1);
  found?.scrollIntoView({ block });
  return found;
}

// The oldest message nobody answered, else the buyer's newest, else the end.
export function showLatest() {
  const place = talk();
  if (!place || location.hash) return;
  if (isPageScrolled()) {
    if (!("isPlaced" in place.dataset)) showNewest();
  } else if (place.scrollHeight > place.clientHeight) {
    if (!jump(".is-first-unanswered") && !jump(".message--buyer")) place.scrollTop = place.scrollHeight;
  }
  offerJumps();
}

const isPageScrolled = () => getComputedStyle(talk()).overflowY === "visible";

// Below the head that stays: as `ticket-start.js` does before the page is first drawn.
function showNewest() {
  const newest = [...talk().querySelectorAll(".message--buyer")].at(-1) ?? [...talk().querySelectorAll(".message")].at(-1);
  const head = document.getElementById("ticket-head")?.offsetHeight ?? 0;
  if (newest) scrollTo({ top: newest.getBoundingClientRect().top + scrollY - head - GAP_PX, behavior: "instant" });
}

// On narrow screens the page scrolls, on others the conversation does.
function offerJumps() {
  const place = talk();
  if (!place) return;
  const { bottom } = place.getBoundingClientRect();
  const edge = Math.min(bottom, innerHeight);
  const end = [...place.querySelectorAll(".message, .event")].at(-1);
  const first = place.querySelector(".is-first-unanswered");
  const isEndFar = Boolean(end) && end.getBoundingClientRect().top > edge + NEAR_PX / 2;
  const box = first?.getBoundingClientRect();
  const isFirstFar = Boolean(box) && (box.bottom < 0 || box.bottom < place.getBoundingClientRect().top || box.top > edge);
  place.querySelector("[data-jumps='newest']").hidden = !isEndFar;
  place.querySelector("[data-jumps='unanswered']").hidden = !isFirstFar;
}

export function filter(shows) {
  const place = talk();
  if (!place) return;
  place.dataset.show = shows;
  for (const button of place.querySelectorAll("[data-shows]")) {
    button.setAttribute("aria-pressed", String(button.dataset.shows === shows));
  }
  offerJumps();
}

function go(where) {
  const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const found = where === "newest"
    ? [...talk().querySelectorAll(".message")].at(-1)
    : talk().querySelector(".is-first-unanswered");
  found?.scrollIntoView({ block: where === "newest" ? "end" : "start", behavior: smooth });
  found?.focus({ preventScroll: true });
}

// Older messages come in above; the parts are asked for with more of them from now on.
function readOlder(count) {
  const page = document.getElementById("ticket");
  page.setAttribute("hx-vals", JSON.stringify({ shown: Number(count) }));
  const address = `/tickets/${page.dataset.ticket}?part=live`;
  window.htmx.ajax("GET", address, { source: page, swap: "none" }).catch(() => {}); // toasts say it
}

document.addEventListener("click", ({ target }) => {
  const shows = target.closest?.("[data-shows]");
  const older = target.closest?.("[data-older]");
  const jumps = target.closest?.("[data-jumps]");
  if (shows) filter(shows.dataset.shows);
  if (older) readOlder(older.dataset.older);
  if (jumps) go(jumps.dataset.jumps);
});
document.addEventListener("scroll", () => {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(offerJumps);
}, { capture: true, passive: true });
