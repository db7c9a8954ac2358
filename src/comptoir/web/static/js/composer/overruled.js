// A hint that is overruled eight times of ten retires itself, for this person on this device. Overruled
// is what still stands there when the reply leaves; heeded what went before.
const KEPT = `comptoir:hints:${document.body.dataset.person}`;
const LOOKED_AT = 10;
const RETIRES_AT = 8;

const read = () => JSON.parse(localStorage.getItem(KEPT) ?? "{}");

export function isRetired(kind) {
  const last = read()[kind] ?? [];
  return last.length >= LOOKED_AT && last.filter(Boolean).length >= RETIRES_AT;
}

// Note what became of the hints that a reply was shown: `stood` are those nobody followed.
export function note(shown, stood) {
  const kept = read();
  for (const kind of shown) kept[kind] = [...(kept[kind] ?? []), stood.has(kind) ? 1 : 0].slice(-LOOKED_AT);
  localStorage.setItem(KEPT, JSON.stringify(kept));
}
