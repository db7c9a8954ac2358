// The page of results: j, k and the arrows walk, Enter and o open, as in every list; the tickets are
// walked in the same order from there, and `u` leads back here, to the one that was open.
import { areOn, isPlain, isTyping } from "comptoir/keys.js";

const ORDER = "comptoir:order";
const box = document.getElementById("search-text");
let current = null;

const hits = () => [...document.querySelectorAll("#hits .hit")];
const idOf = (hit) => hit.pathname.split("/").at(-1);
const place = () => (current?.isConnected ? current : null);

function select(hit) {
  if (!hit) return;
  hit.scrollIntoView({ block: "nearest" });
  hit.focus({ preventScroll: true });
}

function move(step) {
  const all = hits();
  const at = all.indexOf(place());
  select(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
}

function remember() {
  const ids = hits().map(idOf);
  if (ids.length) sessionStorage.setItem(ORDER, JSON.stringify({ ids, address: location.pathname + location.search }));
}

// Arrows go from the box into the results and back.
function onArrow(event) {
  const isIn = event.target === box || event.target.closest?.("#hits");
  if (!isIn || event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const all = hits();
  const at = all.indexOf(event.target.closest(".hit"));
  event.preventDefault();
  if (event.key === "ArrowUp" && at <= 0) box.focus();
  else select(all[Math.min(at + (event.key === "ArrowDown" ? 1 : -1), all.length - 1)]);
}

function onKey(event) {
  if (!isPlain(event) || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const isFree = event.target === document.body;
  if (event.key === "Enter" && isFree) (place() ?? hits()[0])?.click();
  else if (!areOn()) return;
  else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "o") (place() ?? hits()[0])?.click();
  else return;
  event.preventDefault();
}

// Whoever comes back from a ticket finds the cursor on it.
function comeBack() {
  const from = document.referrer && new URL(document.referrer);
  const id = from?.origin === location.origin && from.pathname.match(/^\/tickets\/(\d+)$/)?.[1];
  if (id && document.activeElement === document.body) select(hits().find((hit) => idOf(hit) === id));
}

if (box) {
  document.addEventListener("keydown", onArrow);
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", ({ target }) => {
    const hit = target.closest("#hits .hit");
    if (!hit) return;
    place()?.removeAttribute("aria-current");
    current = hit;
    hit.setAttribute("aria-current", "true");
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.requestConfig?.elt === box) {
      const asked = new URLSearchParams(box.value ? { q: box.value } : {});
      history.replaceState(null, "", `/search?${asked}`);
    }
    remember();
  });
  if (box.value) box.setSelectionRange(box.value.length, box.value.length);
  remember();
  comeBack();
}
