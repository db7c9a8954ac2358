// Sending once: the same key however often somebody presses, also after a line that broke.
import { base, field, form, headers, isNote, mode, part, renewToken, text } from "comptoir/composer/form.js";
import { look, stop } from "comptoir/composer/drafts.js";
import { mustWait } from "comptoir/composer/upload-wait.js";
import { setThen } from "comptoir/composer/label.js";
import { say, tell, untell } from "comptoir/composer/line.js";
import * as memory from "comptoir/composer/memory.js";
import { words } from "comptoir/words.js";

const AGAIN_MS = 4000;
const GIVEN_UP_MS = 20_000;
const SAID_AFTER_MS = 700;
const UNREACHED = [502, 503, 504]; // what a server in front says while the desk is away
const HELD = 409; // what was chosen stays chosen
const isGood = (status) => status >= 200 && status < 300;
let waiting = null; // the button to press once the line is back, and the text it stands for
let timer = 0;
let telling = 0;

export function send() {
  part(`[data-send="${isNote() ? "note" : "reply"}"]`)?.click();
}

export function sendAndSolve() {
  if (!isNote()) setThen("solve");
  send();
}

function sendLater(button) {
  const at = button.dataset.later || part("[data-later-input]")?.value;
  if (!at) return void part("[data-later-input]")?.focus();
  field("send_at").value = at;
  const menu = button.closest("details");
  if (menu) menu.open = false;
  send();
}

// Enter in a small field of the composer does what that field is for. By itself it would send.
function onEnter(event) {
  const { target } = event;
  if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
  if (!form()?.contains(target) || !target.matches("input:not([type=submit], [type=button], [type=file])")) return;
  if (event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (target.matches("[data-later-input]")) return sendLater(part("[data-later='']"));
  const menu = target.closest("details");
  if (menu) menu.open = false;
  text().focus();
}

function before(event) {
  const { target, detail } = event;
  if (!target.matches?.("[data-send]")) return;
  if (target.dataset.send !== mode()) return event.preventDefault(); // never a note to the buyer
  if (mustWait(target)) return event.preventDefault();
  stop();
  detail.xhr.timeout = GIVEN_UP_MS;
  hold(true);
}

// While a text is under way nothing is added to it: that would neither leave with it nor stay.
function hold(isHeld) {
  clearTimeout(telling);
  if (!form()) return;
  text().readOnly = isHeld;
  if (isHeld) telling = setTimeout(() => say(words.composer.sending), SAID_AFTER_MS);
  else say("");
}

// No answer: nobody knows whether it arrived. The same key once more sends nothing twice.
function lost(button) {
  waiting = { button, said: text().value };
  tell("waits", words.composer.waits, { label: words.composer.do_not, run: giveUp });
  clearTimeout(timer);
  timer = setTimeout(tryAgain, AGAIN_MS);
}

function waitNoMore() {
  waiting = null;
  clearTimeout(timer);
  untell("waits");
}

function giveUp() {
  waitNoMore();
  forgetMoment();
  text()?.focus();
}

export function forgetMoment() {
  if (field("send_at")) field("send_at").value = "";
}

async function tryAgain() {
  if (!waiting?.button.isConnected) return waitNoMore();
  const isBack = await look();
  if (!waiting?.button.isConnected) return waitNoMore();
  if (isBack) {
    const { button } = waiting;
    waitNoMore();
    button.click();
    return;
  }
  clearTimeout(timer);
  timer = setTimeout(tryAgain, AGAIN_MS);
}

// The desk has it: forgotten before the emptied composer comes, which would be filled with it again.
function taken({ target, detail }) {
  if (!form() || !target.matches?.("[data-send]") || !isGood(detail.xhr.status)) return;
  stop();
  clearTimeout(telling);
  untell();
  memory.forget(form().dataset.place, target.dataset.send);
  if (target.dataset.send === "note") text().blur(); // the composer comes back for the buyer: nobody writes on unawares
}

// Somebody logged in again and the token is another one: once more, as it was.
async function renewed(button) {
  if (button.dataset.isRenewed || !(await look())) return false;
  button.dataset.isRenewed = "1";
  button.click();
  return true;
}

async function after({ target, detail }) {
  if (!form() || !target.matches?.("[data-send]")) return;
  const { status } = detail.xhr;
  if (!isGood(status)) hold(false);
  if (!status) return;
  if (UNREACHED.includes(status)) return lost(target);
  if (status === 403 && (await renewed(target))) return;
  delete target.dataset.isRenewed;
  if (!form()) return;
  if (isGood(status)) return;
  if (status !== HELD) forgetMoment();
  if (!text().value.trim()) text().focus();
  if (status === 401) await look();
}

// Which draft is sent with it: one that another tab wrote meanwhile stays.
function addKnown({ target, detail }) {
  if (target.matches?.("[data-send]")) detail.parameters.set("knows_ms", form().dataset.savedMs);
}

function takeKey(place) {
  if (place?.dataset.newKey) field("key").value = place.dataset.newKey;
}

export async function post(address, filled = new FormData()) {
  const answer = await fetch(address, { method: "POST", body: filled, headers: headers() }).catch(() => null);
  if (answer?.status === 403) renewToken("");
  return answer;
}

async function takeOlder(button) {
  const filled = new FormData();
  filled.set("at_ms", button.dataset.takesOlder);
  filled.set("is_note", isNote() ? "1" : "0");
  const answer = await post(`${base()}/draft/older`, filled);
  if (!answer?.ok) return;
  memory.forget(form().dataset.place);
  stop();
  location.reload();
}

async function forgetOlder() {
  const filled = new FormData();
  filled.set("is_note", isNote() ? "1" : "0");
  const told = [...form().querySelectorAll(`[data-told][data-of="${mode()}"]`)];
  const answer = await post(`${base()}/draft/seen`, filled);
  if (answer?.ok) for (const one of told) one.remove();
  text().focus();
}

function onClick(event) {
  if (!form()) return;
  const later = event.target.closest("[data-later]");
  if (later) sendLater(later);
  const older = event.target.closest("[data-takes-older]");
  if (older) takeOlder(older);
  if (event.target.closest("[data-forgets-older]")) forgetOlder();
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onEnter);
document.addEventListener("comptoir:unsent", forgetMoment);
document.addEventListener("htmx:configRequest", addKnown);
document.addEventListener("htmx:beforeRequest", before);
document.addEventListener("htmx:beforeOnLoad", taken);
document.addEventListener("htmx:afterRequest", after);
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ target }) => target.matches?.("[data-send]") && lost(target));
}
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  if (detail.target?.id === "composer-notice") takeKey(document.getElementById("composer-notice"));
});
document.addEventListener("input", (event) => {
  if (!waiting || event.target !== text() || text().value === waiting.said) return;
  giveUp();
  tell("changed", words.composer.changed);
});
document.addEventListener("comptoir:mode", () => {
  if (!waiting) return;
  giveUp();
  tell("changed", words.composer.changed);
});
addEventListener("online", () => waiting && tryAgain());
