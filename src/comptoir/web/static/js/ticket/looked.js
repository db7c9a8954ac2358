// "New since you looked": a line before the first message that came after this person's last look.
import { words } from "comptoir/words.js";

const LOOKED = `comptoir:looked:${document.body.dataset.person}`;
const KEPT_MAX = 400;
let shown = { ticket: "", last: 0 };

const place = () => document.getElementById("conversation");
const ticket = () => document.getElementById("ticket")?.dataset.ticket;
const read = () => JSON.parse(localStorage.getItem(LOOKED) ?? "{}");

function remember() {
  const id = ticket();
  if (!id || document.hidden) return;
  const known = read();
  delete known[id];
  known[id] = Number(place()?.dataset.lastMessage ?? 0);
  const kept = Object.entries(known).slice(-KEPT_MAX);
  localStorage.setItem(LOOKED, JSON.stringify(Object.fromEntries(kept)));
}

export function mark() {
  const id = ticket();
  if (!id) return;
  if (shown.ticket !== id) shown = { ticket: id, last: read()[id] ?? 0 };
  place()?.querySelector(".new-line")?.remove();
  const fresh = [...(place()?.querySelectorAll(".message") ?? [])]
    .find((one) => Number(one.dataset.id) > shown.last && !one.matches(".message--agent, .message--note"));
  if (!shown.last || !fresh) return void remember();
  const line = document.createElement("p");
  line.className = "new-line";
  line.setAttribute("role", "separator");
  line.innerHTML = "<span></span>";
  line.firstElementChild.textContent = words.new_since;
  fresh.before(line);
  remember();
}

document.addEventListener("comptoir:ticket", mark);
document.addEventListener("comptoir:leaves", remember);
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  if (detail.target?.id === "conversation") mark();
});
