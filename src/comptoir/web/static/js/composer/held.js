// A reply that was held: read first, mend it, or send it all the same. What is waved through is one
// thing and this text; whatever else speaks against it holds it again.
import { field, form, text } from "comptoir/composer/form.js";
import { send } from "comptoir/composer/send.js";

const HELD = 409;
const place = () => document.getElementById("composer-notice");
let moment = ""; // when the held reply was to leave

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
  if (field("send_at")) field("send_at").value = moment;
  send();
}

function changeText() {
  place()?.replaceChildren();
  text().focus();
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
  if (event.key !== "Escape" || event.defaultPrevented || !place()?.contains(event.target)) return;
  event.preventDefault();
  changeText();
});
document.addEventListener("htmx:configRequest", ({ target }) => {
  if (target.matches?.("[data-send]")) moment = field("send_at")?.value ?? "";
});
// The hand is led to what comes first: to what is missing, or to what is to be read.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!form() || !target.matches?.("[data-send]") || detail.xhr.status !== HELD) return;
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
