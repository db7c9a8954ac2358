// A reply that was held: read first, mend it, or send it all the same. What is waved through is one
// thing and this text; whatever else speaks against it holds it again.
import { isPlain } from "comptoir/keys.js";
import { field, form, part, text } from "comptoir/composer/form.js";
import { tell, untell } from "comptoir/composer/line.js";
import { forgetMoment, send } from "comptoir/composer/send.js";
import { fill, words } from "comptoir/words.js";

const HELD = 409;
const STILL_TYPING_MS = 1500; // a blank is part of the text until the hand has seen where it is
let heldAt = 0;
const place = () => document.getElementById("composer-notice");

// What the notice showed is read as well, even where the conversation has not caught up with it yet.
function knows(...ids) {
  const known = ids.map(Number).filter(Boolean);
  if (known.length) field("knows_message_id").value = Math.max(...known);
}

function readFirst({ dataset }) {
  const talk = document.getElementById("conversation");
  knows(talk?.dataset.lastMessage, dataset.readsFirst);
  [...(talk?.querySelectorAll(".message") ?? [])].at(-1)?.scrollIntoView({ block: "center" });
  changeText();
}

function sendAnyway({ dataset }) {
  knows(field("knows_message_id").value, dataset.seen);
  if (dataset.sendsAnyway) field("anyway").value = dataset.sendsAnyway;
  send();
}

function changeText() {
  place()?.replaceChildren();
  sayMoment();
  text().focus();
}

// A reply that was to leave later still leaves then, once it may.
function sayMoment() {
  const moment = field("send_at")?.value;
  if (!moment) return;
  const chosen = part(`[data-later="${CSS.escape(moment)}"] .menu__key`)?.textContent;
  const time = chosen ?? new Date(moment).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  const run = () => {
    forgetMoment();
    untell("later");
    text().focus();
  };
  tell("later", fill(words.composer.leaves_then, { time }), { label: words.composer.leaves_at_once, run });
}

const VERBS = {
  "[data-reads-first]": readFirst,
  "[data-sends-anyway]": sendAnyway,
  "[data-changes-text]": changeText,
  "[data-adds-file]": () => form().querySelector("[data-files]")?.click(),
};

function onClick({ target }) {
  if (!form() || !place()?.contains(target)) return;
  for (const [selector, run] of Object.entries(VERBS)) {
    const button = target.closest(selector);
    if (button) run(button);
  }
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || !place()?.contains(event.target)) return;
  if (event.key === "Escape") event.preventDefault();
  else if (event.key.length !== 1) return;
  else if (!event.key.trim() && performance.now() - heldAt > STILL_TYPING_MS) return;
  changeText(); // a letter goes into the text
});
// The hand is led to what comes first: to what is missing, or to what is to be read.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!form() || !target.matches?.("[data-send]") || detail.xhr.status !== HELD) return;
  heldAt = performance.now();
  place()?.querySelector("button")?.focus();
});
document.addEventListener("comptoir:file", ({ detail }) => {
  if (detail.hasArrived && place()?.querySelector("[data-adds-file]")) changeText();
});
document.addEventListener("comptoir:copied", () => {
  if (place()?.querySelector("[data-copies-answer]")) changeText();
});
document.addEventListener("input", ({ target }) => {
  if (form() && target === text()) field("anyway").value = "";
});
