// What this device remembers of a draft, written at each key: it outlives a crash and a lost line.
import { field, form, isNote, text } from "comptoir/composer/form.js";
import { serverNow } from "comptoir/clock.js";

const BEGINS = "comptoir:draft:";
const CHOICES = ["to", "promise_at", "subject"];
const key = (place) => `${BEGINS}${document.body.dataset.person}:${place}`;

export function remember() {
  const place = form();
  const choices = Object.fromEntries(CHOICES.map((name) => [name, field(name)?.value ?? ""]));
  const value = {
    text: text().value,
    mode: place.dataset.mode,
    choices: { ...choices, holding: Boolean(field("holding")?.checked) },
    ms: Math.round(serverNow()),
    knows: Number(place.dataset.savedMs),
    isKept: false,
  };
  try {
    localStorage.setItem(key(place.dataset.place), JSON.stringify(value));
  } catch {
    // Full or forbidden: the server keeps it all the same.
  }
  return value.ms;
}

// A draft that came along from a merged ticket: what was typed there last is found under its number.
export function remembered() {
  const { place, movedFrom } = form()?.dataset ?? {};
  if (!place) return null;
  const before = movedFrom && localStorage.getItem(key(movedFrom));
  if (before && !localStorage.getItem(key(place))) localStorage.setItem(key(place), before);
  if (before) forget(movedFrom);
  return JSON.parse(localStorage.getItem(key(place)) ?? "null");
}

// The server has it as well: from now on the server's word counts, if it is another one.
export function markKept(place, ms) {
  const value = JSON.parse(localStorage.getItem(key(place)) ?? "null");
  if (!value || value.ms !== ms) return;
  if (!value.text) return forget(place);
  localStorage.setItem(key(place), JSON.stringify({ ...value, isKept: true }));
}

export function forget(place) {
  localStorage.removeItem(key(place));
}

export function put(value) {
  text().value = value.text;
  for (const name of CHOICES) {
    const input = field(name);
    if (input && value.choices?.[name]) input.value = value.choices[name];
  }
  const holding = field("holding");
  if (holding) holding.checked = Boolean(value.choices?.holding);
}

export const isTheSame = (value) => value.text === text().value && (value.mode === "note") === isNote();

export function forgetAll() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(BEGINS)) localStorage.removeItem(name);
  }
}
