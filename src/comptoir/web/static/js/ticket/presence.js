// Who else is on this ticket: said every 15 seconds while the page is seen and used, and at once
// when somebody begins or ends to write; asked for when the feed says that something changed.
import { here } from "comptoir/ticket/order.js";
import { fill, words } from "comptoir/words.js";

const BEAT_MS = 15000;
const WRITING_MS = 12000;
const IDLE_MS = 5 * 60000;
const GATHER_MS = 200;
let ticket = null;
let people = [];
let usedAt = Date.now();
let isWriting = false;
let writingTimer = 0;
let askTimer = 0;

function body(values) {
  const form = new FormData();
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  form.set("csrfmiddlewaretoken", token);
  for (const [name, value] of Object.entries(values)) form.set(name, value);
  return form;
}

async function take(answer) {
  if (!answer?.ok || answer.redirected || answer.status === 204) return;
  const asked = new URL(answer.url).pathname.split("/")[2];
  const found = (await answer.json()).people;
  if (asked === here()) show(found);
}

async function beat() {
  if (!ticket || document.hidden) return;
  if (Date.now() - usedAt > IDLE_MS) return;
  const options = { method: "POST", body: body({ writing: isWriting ? "1" : "0" }), headers: { "X-Requested-With": "fetch" } };
  take(await fetch(`/tickets/${ticket}/here`, options).catch(() => null));
}

function leave() {
  if (ticket) navigator.sendBeacon(`/tickets/${ticket}/here`, body({ leaving: "1" }));
  ticket = null;
}

function says() {
  const writing = people.filter((one) => one.writing).map((one) => one.name);
  if (writing.length) return fill(words.is_writing, { names: writing.join(", ") });
  if (!people.length) return "";
  return fill(words.is_here, { names: people.map((one) => one.name).join(", ") });
}

function draw() {
  const place = document.querySelector("[data-presence]");
  if (!place) return;
  const text = says();
  place.replaceChildren(...people.slice(0, 3).map((one) => {
    const face = document.createElement("span");
    face.className = `face presence__face${one.writing ? " is-writing" : ""}`;
    face.textContent = one.initials;
    face.title = one.name;
    face.setAttribute("aria-hidden", "true");
    return face;
  }));
  if (!text) return;
  const said = document.createElement("span");
  said.className = "presence__said";
  said.textContent = text;
  place.append(said);
}

// The region that speaks stays on the page; what is seen is drawn anew with the header.
function speak() {
  let region = document.getElementById("presence-said");
  if (!region) {
    region = document.createElement("div");
    region.id = "presence-said";
    region.className = "for-readers";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  const text = says();
  if (region.textContent !== text) region.textContent = text;
}

function show(found) {
  people = found;
  draw();
  speak();
}

function ask() {
  askTimer = 0;
  if (here()) fetch(`/tickets/${here()}/who`).then(take).catch(() => null);
}

function write(on) {
  clearTimeout(writingTimer);
  if (on) writingTimer = setTimeout(() => write(false), WRITING_MS);
  if (on === isWriting) return;
  isWriting = on;
  beat();
}

function use() {
  const wasIdle = Date.now() - usedAt > IDLE_MS;
  usedAt = Date.now();
  if (wasIdle) beat();
}

function enter() {
  if (ticket === here()) return;
  leave();
  ticket = here();
  isWriting = false;
  usedAt = Date.now();
  show([]);
  beat();
}

document.addEventListener("comptoir:ticket", enter);
document.addEventListener("comptoir:change", ({ detail }) => {
  const isOurs = detail.kind === "presence" && String(detail.data?.ticket) === here();
  if ((isOurs || detail.kind === "reset") && !askTimer) askTimer = setTimeout(ask, GATHER_MS);
});
document.addEventListener("input", (event) => {
  if (event.target.id === "composer-text") write(event.target.value.trim() !== "");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.("[data-send]") && event.detail.successful) write(false);
});
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => detail.target?.id === "ticket-head" && draw());
document.addEventListener("visibilitychange", () => !document.hidden && beat());
for (const name of ["keydown", "pointerdown", "wheel"]) document.addEventListener(name, use, { passive: true });
addEventListener("pagehide", leave);
setInterval(beat, BEAT_MS);
