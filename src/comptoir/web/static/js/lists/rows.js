// The rows of the open list: which there are, which one the cursor stands on, how one is changed.
export const list = () => document.getElementById("list");
export const rows = () => [...(list()?.querySelectorAll(".row") ?? [])];
export const current = () => list()?.querySelector(".row.is-current");

export function select(row) {
  if (!row) return;
  current()?.classList.remove("is-current");
  row.classList.add("is-current");
  row.scrollIntoView({ block: "nearest" });
  row.querySelector(".row__link").focus({ preventScroll: true });
}

export function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  select(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
}

// Values change in place: the row stays where it is, with the cursor and the tick it had.
export function replace(row, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const fresh = holder.content.firstElementChild;
  for (const name of ["is-current", "is-picked"]) {
    fresh.classList.toggle(name, row.classList.contains(name));
  }
  fresh.querySelector(".row__tick").checked = row.querySelector(".row__tick").checked;
  const focused = row.contains(document.activeElement) ? document.activeElement.className : "";
  row.replaceWith(fresh);
  if (focused) fresh.querySelector(focused === "row__tick" ? ".row__tick" : ".row__link").focus({ preventScroll: true });
  return fresh;
}
