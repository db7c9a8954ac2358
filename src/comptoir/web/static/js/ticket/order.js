// The order of the list one came from: which ticket is next, and where the list is.
const ORDER = "comptoir:order";

function kept() {
  return JSON.parse(sessionStorage.getItem(ORDER) ?? "{}");
}

export const here = () => document.getElementById("ticket")?.dataset.ticket;

export function back() {
  return kept().address ?? "";
}

export function neighbour(step, from = here()) {
  const ids = kept().ids ?? [];
  const at = ids.indexOf(from);
  return at < 0 ? null : ids[at + step] ?? null;
}
