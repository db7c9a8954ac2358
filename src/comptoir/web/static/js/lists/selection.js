// Selected rows: with the mouse, with `x`, and further with `J` and `K`. Who is selected is kept by
// number, so that it outlives a list that is loaded anew.
import { current, list, move, rows } from "comptoir/lists/rows.js";

export const selected = new Set();
const watchers = new Set();
let last = null;

export function onSelection(watch) {
  watchers.add(watch);
}

function tell() {
  for (const watch of watchers) watch(selected);
}

export function show() {
  for (const row of rows()) {
    const isPicked = selected.has(row.dataset.id);
    row.classList.toggle("is-picked", isPicked);
    row.querySelector(".row__tick").checked = isPicked;
  }
  list()?.classList.toggle("is-selecting", selected.size > 0);
  tell();
}

export function set(ids, isOn = true) {
  for (const id of ids) {
    if (isOn) selected.add(String(id));
    else selected.delete(String(id));
  }
  show();
}

export function clear() {
  selected.clear();
  show();
}

function toggle(row) {
  if (!row) return;
  set([row.dataset.id], !selected.has(row.dataset.id));
  last = row.dataset.id;
}

function extend(step) {
  const from = current();
  if (from) set([from.dataset.id]);
  move(step);
  if (current()) set([current().dataset.id]);
}

function range(row) {
  const all = rows();
  const ends = [all.findIndex((other) => other.dataset.id === last), all.indexOf(row)];
  if (ends[0] < 0) return toggle(row);
  const [first, final] = ends.sort((a, b) => a - b);
  set(all.slice(first, final + 1).map((other) => other.dataset.id));
}

export function onKey(event) {
  if (event.key === "x") toggle(current() ?? rows()[0]);
  else if (event.key === "J") extend(1);
  else if (event.key === "K") extend(-1);
  else if (event.key === "Escape" && selected.size) clear();
  else return false;
  return true;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(".row__tick");
  const row = box?.closest("#list .row");
  if (!row) return;
  if (event.shiftKey) range(row);
  else toggle(row);
});
