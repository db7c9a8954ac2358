// A row that belongs elsewhere now stays where it stands until the list is loaded anew, and says so:
// "now: Past the limit". Nothing moves under the hand.
import { serverNow } from "comptoir/clock.js";
import { rows } from "comptoir/lists/rows.js";
import { fill, words } from "comptoir/words.js";

const EVERY_MS = 5000;
const IN_TIME = "1";
const LOST = "2";
const OVERDUE = "3";

// The server names the moments after which a row that can be saved is lost, or past our target: it knows
// all of a ticket's clocks, a row shows one.
function placeOf(row) {
  const { place, lost, overdue } = row.dataset;
  if (place !== IN_TIME) return place;
  const now = Math.floor(serverNow() / 1000);
  if (lost && now > Number(lost)) return LOST;
  return overdue && now > Number(overdue) ? OVERDUE : IN_TIME;
}

function textFor(row) {
  if (row.classList.contains("row--over") && row.classList.contains("is-gone")) return words.now_solved;
  if (row.classList.contains("is-gone")) return words.now_gone;
  const stands = row.closest(".rows")?.dataset.place;
  const belongs = placeOf(row);
  if (stands === undefined || stands === "-1" || belongs === stands) return "";
  return fill(words.now_in, { place: words.places[belongs] ?? "" });
}

export function markPlaces() {
  for (const row of rows()) {
    const text = textFor(row);
    const mark = row.querySelector(".row__now");
    row.classList.toggle("is-elsewhere", Boolean(text));
    if (!text) mark?.remove();
    else if (!mark) {
      const fresh = document.createElement("span");
      fresh.className = "row__now";
      fresh.textContent = text;
      row.querySelector(".row__who").append(fresh);
    } else if (mark.textContent !== text) mark.textContent = text;
  }
}

setInterval(() => !document.hidden && markPlaces(), EVERY_MS);
