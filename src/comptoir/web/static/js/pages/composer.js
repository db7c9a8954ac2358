// The composer: reply or note, files, and a text that survives whatever happens to the line.
import { serverNow, timeOfDay } from "comptoir/clock.js";
import { fill, words } from "comptoir/words.js";

const SAVE_AFTER_MS = 800;
const person = document.body.dataset.person;
let timer = 0;

const form = () => document.querySelector("[data-composer]");
const text = () => form()?.elements.namedItem("text");
const storageKey = () => `comptoir:draft:${person}:${form().dataset.ticket}`;

function setMode(mode) {
  form().dataset.mode = mode;
  text().placeholder = mode === "note" ? text().dataset.noteHint : text().dataset.replyHint;
}

function sayState(message) {
  const place = form()?.querySelector("[data-draft-state]");
  if (place) place.textContent = message;
}

function keepHere() {
  const value = { text: text().value, mode: form().dataset.mode, ms: Math.round(serverNow()) };
  if (value.text) localStorage.setItem(storageKey(), JSON.stringify(value));
  else localStorage.removeItem(storageKey());
}

async function keepThere() {
  timer = 0;
  const place = form();
  if (!place) return;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", place.elements.namedItem("csrfmiddlewaretoken").value);
  body.set("text", text().value);
  body.set("is_note", place.dataset.mode === "note" ? "1" : "0");
  const answer = await fetch(place.dataset.draft, { method: "POST", body }).catch(() => null);
  const isKept = answer?.status === 204;
  sayState(isKept ? words.draft_saved : words.draft_here_only);
}

function onInput() {
  keepHere();
  countLeft();
  sayState("");
  clearTimeout(timer);
  timer = setTimeout(keepThere, SAVE_AFTER_MS);
}

function countLeft() {
  const max = Number(text().dataset.max || 0);
  const place = form().querySelector("[data-count-left]");
  if (!max || !place) return;
  const left = max - text().value.length;
  place.textContent = left < max * 0.2 ? String(left) : "";
  place.classList.toggle("is-over", left < 0);
}

// What this device remembers wins when it is newer than what the server has.
function restore() {
  const kept = JSON.parse(localStorage.getItem(storageKey()) ?? "null");
  if (!kept || kept.text === text().value) return;
  if (kept.ms <= Number(form().dataset.savedMs)) return;
  text().value = kept.text;
  if (form().querySelector(`[data-mode-of="${kept.mode}"]`)) setMode(kept.mode);
  sayState(fill(words.restored, { time: timeOfDay(kept.ms) }));
  keepThere();
}

function listFiles(input) {
  const place = form().querySelector("[data-files-list]");
  place.replaceChildren(...[...input.files].map((file) => {
    const item = document.createElement("li");
    item.className = "chip";
    item.textContent = file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "link-button";
    remove.textContent = words.remove;
    remove.addEventListener("click", () => {
      const rest = new DataTransfer();
      for (const other of input.files) if (other !== file) rest.items.add(other);
      input.files = rest.files;
      listFiles(input);
    });
    item.append(remove);
    return item;
  }));
}

function send(kind) {
  const mode = form().dataset.mode;
  const wanted = mode === "note" ? "note" : kind;
  form().querySelector(`[data-send="${wanted}"]`)?.click();
}

function readFirst() {
  const talk = document.getElementById("conversation");
  form().elements.namedItem("knows_message_id").value = talk.dataset.lastMessage;
  document.getElementById("composer-notice").replaceChildren();
  [...talk.querySelectorAll(".message")].at(-1)?.scrollIntoView({ block: "center" });
}

function sendAnyway() {
  form().elements.namedItem("anyway").value = "1";
  send("next");
}

// On a phone the composer takes the whole screen while somebody writes; elsewhere this shows nothing.
function fillScreen(isFull) {
  document.getElementById("composer")?.classList.toggle("is-full", isFull);
}

function onClick(event) {
  if (event.target.closest("[data-composer-closes]")) fillScreen(false);
  const mode = event.target.closest("[data-mode-of]");
  if (mode && form()) {
    setMode(mode.dataset.modeOf);
    text().focus();
  }
  if (event.target.closest("[data-reads-first]")) readFirst();
  if (event.target.closest("[data-sends-anyway]")) sendAnyway();
}

function onKey(event) {
  if (!form() || event.target !== text() || event.isComposing) return;
  if (event.key === "Escape") {
    text().blur();
    fillScreen(false);
  }
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  send(event.shiftKey ? "solve" : "next");
}

// Sent or kept: nothing of it must come back as a draft.
function onSent({ target, detail }) {
  if (!form() || !target.matches?.("[data-send]") || !detail.successful) return;
  clearTimeout(timer);
  localStorage.removeItem(storageKey());
}

export function openComposer() {
  if (!form()) return;
  restore();
  countLeft();
  document.addEventListener("click", onClick);
  document.addEventListener("focusin", (event) => event.target === text() && fillScreen(true));
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches?.("[data-send]")) clearTimeout(timer);
  });
  document.addEventListener("htmx:afterRequest", onSent);
  document.addEventListener("input", (event) => event.target === text() && onInput());
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-files]")) listFiles(event.target);
  });
}

export function forgetDrafts() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("comptoir:draft:")) localStorage.removeItem(key);
  }
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forgets-drafts]")) forgetDrafts();
});
