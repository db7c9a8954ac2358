// The list of alerts by keyboard: j and k move, Enter or o opens, e takes note.
import { areOn, isPlain, isTyping } from "comptoir/keys.js";

const place = document.getElementById("alerts");
const rows = () => [...place.querySelectorAll(".alert")];
const current = () => place.querySelector(".alert.is-current");

function select(row) {
  if (!row) return;
  current()?.classList.remove("is-current");
  row.classList.add("is-current");
  row.scrollIntoView({ block: "nearest" });
  row.querySelector(".alert__link").focus({ preventScroll: true });
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  select(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
}

function onKey(event) {
  if (!isPlain(event) || isTyping(event.target) || !areOn()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "o") (current() ?? rows()[0])?.querySelector(".alert__link").click();
  else if (event.key === "e") current()?.querySelector("button")?.click();
  else return;
  event.preventDefault();
}

// A row that was noted is given anew: the cursor goes on to the next one.
function onSwap({ detail }) {
  const swapped = document.getElementById(detail.target?.id);
  if (!swapped?.classList.contains("alert")) return;
  const all = rows();
  const next = all.slice(all.indexOf(swapped) + 1).find((row) => row.querySelector("button"));
  select(next ?? swapped);
}

if (place) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:afterSettle", onSwap);
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest(".alert");
    if (row && row !== current()) {
      current()?.classList.remove("is-current");
      row.classList.add("is-current");
    }
  });
}
