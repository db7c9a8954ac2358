// Choices that stand below each other, in an open menu or in a dialog: arrows walk through them as
// `Tab` does, and keep among them; Home and End lead to the first and the last. Enter chooses, as on
// every button. Fields keep their own arrows.
const PLACES = "details.pop[open], details.me[open], dialog[open]";
const CHOICES = ".menu :is(a, button), .menu__item, .moment";
const TO = {
  ArrowDown: (at, all) => (at + 1) % all.length,
  ArrowUp: (at, all) => (at < 0 ? all.length : at) - 1,
  Home: () => 0,
  End: (at, all) => all.length - 1,
};

const isThere = (item) => !item.disabled && item.getClientRects().length > 0;

// A menu's button opens it for whoever presses arrow down.
function open(summary) {
  if (!summary?.parentElement.matches("details.pop:not([open]), details.me:not([open])")) return;
  if (summary.parentElement.querySelector(CHOICES)) summary.click();
}

function walk(event) {
  const { target, key } = event;
  const step = TO[key];
  if (!step || event.defaultPrevented || event.isComposing || !target.closest) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (target.matches("input, select, textarea, [contenteditable], [role=textbox]")) return;
  if (key === "ArrowDown") open(target.closest("summary"));
  const place = target.closest(PLACES);
  const all = [...(place?.querySelectorAll(CHOICES) ?? [])].filter(isThere);
  if (!all.length) return;
  event.preventDefault();
  const next = all[(step(all.indexOf(target), all) + all.length) % all.length];
  next.focus();
}

document.addEventListener("keydown", walk);
