// What this device remembers of a draft, written at each key: it outlives a crash and a lost line.
import { field, form, mode, text } from "comptoir/composer/form.js";
import { serverNow } from "comptoir/clock.js";

const BEGINS = "comptoir:draft:";
const CHOICES = ["to", "promise_at", "subject"];
const key = (place, kind) => `${BEGINS}${document.body.dataset.person}:${place}${kind === "note" ? ":note" : ""}`;

// What is kept under a name of the other kind is left alone: a note must not come back as a reply.
function read(place, kind) {
  const value = JSON.parse(localStorage.getItem(key(place, kind)) ?? "null");
  return value?.mode === kind ? value : null;
}

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
    localStorage.setItem(key(place.dataset.place, value.mode), JSON.stringify(value));
  } catch {
    // Full or forbidden: the server keeps it all the same.
  }
  return value.ms;
}

// A draft that came along from a merged ticket: what was typed there last is found under its number.
export function remembered(kind) {
  const { place, movedFrom } = form()?.dataset ?? {};
  if (!place) return null;
  const before = movedFrom && read(movedFrom, kind);
  if (before && !read(place, kind)) localStorage.setItem(key(place, kind), JSON.stringify(before));
  if (before) forget(movedFrom, kind);
  return read(place, kind);
}

// The server has it as well: from now on the server's word counts, if it is another one.
export function markKept(place, kind, ms) {
  const value = read(place, kind);
  if (!value || value.ms !== ms) return;
  if (!value.text) return forget(place, kind);
  localStorage.setItem(key(place, kind), JSON.stringify({ ...value, isKept: true }));
}

export function forget(place, kind = mode()) {
  localStorage.removeItem(key(place, kind));
}

export function put(value) {
  text().value = value.text;
  if (value.mode === "note") return;
  for (const name of CHOICES) {
    const input = field(name);
    if (input && value.choices?.[name]) input.value = value.choices[name];
  }
  const holding = field("holding");
  if (holding) holding.checked = Boolean(value.choices?.holding);
}


export function forgetAll() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(BEGINS)) localStorage.removeItem(name);
  }
}
