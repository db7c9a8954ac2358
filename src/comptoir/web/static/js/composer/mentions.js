// `@` in a note offers colleagues; those who may not see the ticket are said to be so, and last.
import { words } from "comptoir/words.js";

const BEGUN = /(?:^|[\s(])@([\p{L}\p{M}'’-]*(?: [\p{L}\p{M}'’-]*)?)$/u;
const SHOWN_MAX = 8;
const known = new Map(); // ticket to its colleagues
let list = null;
let shown = [];
let at = 0;

const text = () => document.getElementById("composer-text");
const form = () => text()?.closest("[data-composer]");
const folded = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

async function colleagues() {
  const ticket = form()?.dataset.ticket;
  if (!ticket) return [];
  if (!known.has(ticket)) {
    const answer = await fetch(`/tickets/${ticket}/colleagues`).catch(() => null);
    if (!answer?.ok || answer.redirected) return [];
    known.set(ticket, (await answer.json()).people);
  }
  return known.get(ticket);
}

function begun() {
  const place = text();
  if (!place || form()?.dataset.mode !== "note" || document.activeElement !== place) return null;
  if (place.selectionStart !== place.selectionEnd) return null;
  return place.value.slice(0, place.selectionStart).match(BEGUN)?.[1] ?? null;
}

function fits(person, typed) {
  const name = folded(person.name);
  return name.startsWith(typed) || name.split(" ").some((part) => part.startsWith(typed));
}

export function close() {
  list?.remove();
  list = null;
  shown = [];
  text()?.removeAttribute("aria-activedescendant");
  text()?.removeAttribute("aria-controls");
}

function point(step) {
  at = (at + step + shown.length) % shown.length;
  for (const [number, option] of [...list.children].entries()) {
    option.setAttribute("aria-selected", String(number === at));
  }
  text().setAttribute("aria-activedescendant", `mention-${at}`);
  list.children[at].scrollIntoView({ block: "nearest" });
}

function option(person, number) {
  const item = document.createElement("li");
  item.id = `mention-${number}`;
  item.className = "mentions__one";
  item.setAttribute("role", "option");
  const face = document.createElement("span");
  face.className = "face";
  face.textContent = person.initials;
  face.setAttribute("aria-hidden", "true");
  const name = document.createElement("span");
  name.textContent = person.name;
  item.append(face, name);
  if (!person.sees) {
    const why = document.createElement("span");
    why.className = "menu__key";
    why.textContent = words.cannot_see;
    item.append(why);
  }
  item.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    at = number;
    choose();
  });
  return item;
}

function open(people) {
  close();
  shown = people;
  list = document.createElement("ul");
  list.id = "mentions";
  list.className = "mentions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.mention_whom);
  list.append(...people.map(option));
  text().before(list);
  text().setAttribute("aria-controls", "mentions");
  at = 0;
  point(0);
}

function choose() {
  const place = text();
  const person = shown[at];
  const before = place.value.slice(0, place.selectionStart).replace(/@[^@]*$/, `@${person.name} `);
  place.setRangeText(before, 0, place.selectionStart, "end");
  close();
  place.dispatchEvent(new Event("input", { bubbles: true }));
  place.focus();
}

async function look() {
  if (begun() === null) return close();
  const people = await colleagues();
  const typed = begun();
  if (typed === null) return close();
  const found = people.filter((one) => fits(one, folded(typed))).slice(0, SHOWN_MAX);
  const isDone = found.some((one) => folded(one.name) === folded(typed));
  if (!found.length || isDone) return close();
  open(found);
}

function onKey(event) {
  if (!list || event.target !== text() || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const deed = {
    ArrowDown: () => point(1), ArrowUp: () => point(-1), Enter: choose, Tab: choose, Escape: close,
  }[event.key];
  if (!deed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  deed();
}

document.addEventListener("keydown", onKey, true);
document.addEventListener("input", (event) => event.target === text() && look());
document.addEventListener("focusout", (event) => event.target === text() && close());
document.addEventListener("comptoir:ticket", close);
