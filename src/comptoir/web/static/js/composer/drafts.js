// Keeps what is typed: on this device at once, on the server shortly after, and again until it holds.
import { serverNow, timeOfDay } from "comptoir/clock.js";
import { base, changed, form, headers, isNote, mode, otherText, renewToken, text } from "comptoir/composer/form.js";
import { say, tell, untell } from "comptoir/composer/line.js";
import * as memory from "comptoir/composer/memory.js";
import { markBegun, setMode } from "comptoir/composer/modes.js";
import { fill, words } from "comptoir/words.js";

const SAVE_AFTER_MS = 800;
const AGAIN_MS = 5000;
const GIVEN_UP_MS = 15_000;
const AWAY_MS = 20000;
let timer = 0;
let typedMs = 0;
let awaySince = 0;
let isSaving = false;
let isDue = false; // typed on while the save before was still under way
const left = []; // what was typed in one mode and not kept yet when the other was opened

// One text as it stands, with all that is needed to keep it when the page shows another.
function snapshot() {
  const filled = new FormData(form());
  filled.delete("files");
  filled.set("is_note", isNote() ? "1" : "0");
  filled.set("typed_ms", String(typedMs || Math.round(serverNow())));
  return { place: form(), base: base(), mode: mode(), ms: typedMs, filled };
}

// Where the page remembers which version of a text the server has.
const holder = (one) => (one.place.dataset.mode === one.mode ? one.place : one.place.querySelector("[data-other-text]"));

function body(one = snapshot()) {
  one.filled.set("knows_ms", holder(one)?.dataset.savedMs ?? "0");
  return one.filled;
}

export function type() {
  typedMs = memory.remember();
  clearTimeout(timer);
  timer = setTimeout(keepThere, SAVE_AFTER_MS);
  say("");
}

export function stop() {
  clearTimeout(timer);
  timer = 0;
}

export const isWaiting = () => Boolean(timer);

export async function keepThere() {
  if (!form()) return;
  if (isSaving) return void (isDue = true);
  clearTimeout(timer);
  timer = 0;
  isSaving = true;
  const isOfBefore = left.length > 0;
  const one = left.shift() ?? snapshot();
  const answer = await post(`${one.base}/draft`, body(one));
  isSaving = false;
  const isDueAgain = isDue || left.length > 0 || isOfBefore;
  isDue = false;
  const kept = answer?.ok ? await answer.json().catch(() => null) : null;
  if (form() !== one.place) return isDueAgain && keepThere();
  if (!kept && (isOfBefore || mode() !== one.mode)) left.unshift(one);
  if (answer?.status === 401) return endSession();
  if (!kept) return tryAgain();
  take(kept, one);
  if (isDueAgain && (left.length || typedMs)) keepThere();
}

// The other text is about to show: this one is kept all the same.
function leaveText() {
  if (timer || isDue) left.push(snapshot());
  stop();
  isDue = false;
  typedMs = 0;
  if (left.length) queueMicrotask(keepThere);
}

// A token of before the log-in is refused: ask for the new one, and post once more.
async function post(address, filled) {
  const signal = () => AbortSignal.timeout(GIVEN_UP_MS);
  const send = () => fetch(address, { method: "POST", body: filled, headers: headers(), signal: signal() }).catch(() => null);
  const answer = await send();
  if (answer?.status !== 403 || !(await look())) return answer;
  filled.set("csrfmiddlewaretoken", headers()["X-CSRFToken"]);
  return send();
}

function tryAgain() {
  say(words.composer.not_saved);
  timer = setTimeout(keepThere, AGAIN_MS);
}

function endSession() {
  say(words.composer.not_saved);
  const href = `/account/login/?next=${encodeURIComponent(location.pathname)}`;
  tell("session", words.composer.session, { label: words.composer.log_in, href, isOutside: true });
}

function take(kept, one) {
  const { place, ms } = one;
  renewToken(kept.csrf);
  memory.markKept(place.dataset.place, one.mode, ms);
  untell("session");
  holder(one).dataset.savedMs = kept.saved_ms;
  if (mode() !== one.mode) return;
  if (kept.is_said && typedMs === ms) return tellSaid(place);
  if (typedMs === ms) say(text().value ? fill(words.composer.saved, { time: kept.time }) : "");
  if (!kept.is_newest) tellNewer();
  else if (kept.older) tellOlder();
  if (place.dataset.ticket && String(kept.ticket) !== place.dataset.ticket) tellMoved(kept.ticket);
}

// It left a moment ago, and its answer got lost: to send it from here would be to send it twice.
function tellSaid(place) {
  memory.forget(place.dataset.place);
  text().value = "";
  say(words.composer.said_already);
}

const reload = () => {
  memory.forget(form().dataset.place);
  stop();
  location.reload();
};

function tellNewer() {
  tell("newer", words.composer.newer, { label: words.composer.load, run: reload });
}

function tellOlder() {
  if (document.querySelector("#composer [data-takes-older]")) return;
  tell("older", words.composer.another_kept, { label: words.composer.show, run: reload });
}

function tellMoved(number) {
  const go = { label: words.composer.go_on, href: `/tickets/${number}` };
  tell("moved", fill(words.composer.moved, { number }), go);
}

async function draftThere() {
  const answer = await fetch(`${base()}/draft/read?is_note=${isNote() ? 1 : 0}`, { headers: headers(), signal: AbortSignal.timeout(GIVEN_UP_MS) }).catch(() => null);
  if (answer?.status === 401) endSession();
  return answer?.ok ? answer.json().catch(() => null) : null;
}

// Ask how things stand: the session, its token, and whether another device wrote since.
export async function look() {
  const [place, kind] = [form(), mode()];
  const there = place && (await draftThere());
  if (!there || form() !== place) return false;
  renewToken(there.csrf);
  if (String(there.ticket ?? "") !== (place.dataset.ticket ?? "")) tellMoved(there.ticket);
  const isNewer = mode() === kind && there.saved_ms > Number(place.dataset.savedMs);
  if (isNewer && there.text !== text().value && !isWaiting()) tellNewer();
  return true;
}

async function comeBack() {
  if (document.hidden || !form()) return;
  const isOut = form().querySelector("[data-says=session]");
  if (!isOut && Date.now() - awaySince < AWAY_MS) return;
  if ((await look()) && isOut) {
    untell("session");
    await keepThere();
  } else if (timer) keepThere();
}

// Both texts come back; the one typed last is the one that shows.
export function restore() {
  typedMs = 0;
  const shown = mode();
  const there = { [shown]: text().value, [shown === "note" ? "reply" : "note"]: otherText()?.value };
  // What was emptied here last never empties what came back since, a reply that was taken back.
  const values = Object.keys(there).map((kind) => memory.remembered(kind)).filter((value) => value?.text);
  for (const value of values.sort((one, two) => one.ms - two.ms)) {
    if (value.text === there[value.mode] || there[value.mode] === undefined) continue;
    setMode(value.mode);
    if (mode() === value.mode) restoreText(value); // where only notes are possible, a reply waits
  }
  markBegun();
}

// What this device remembers wins when it was typed later; what is older is set aside, not lost.
function restoreText(value) {
  const place = form();
  if (value.isKept && value.ms <= Number(place.dataset.savedMs)) return memory.forget(place.dataset.place, value.mode);
  if (value.isKept && Number(place.dataset.savedMs) === 0) return askForIt(value);
  if (value.ms > Number(place.dataset.savedMs)) {
    place.dataset.savedMs = value.knows;
    memory.put(value);
    changed();
    typedMs = value.ms;
    say(fill(words.composer.restored, { time: timeOfDay(value.ms) }));
    return keepThere();
  }
  return setAside(value);
}

// The server took it, and the page knows of none: it was sent meanwhile, or saved while the page was
// already being written.
async function askForIt(value) {
  const place = form();
  const there = await draftThere();
  if (!there || form() !== place || mode() !== value.mode || text().value) return;
  if (there.text !== value.text) return memory.forget(place.dataset.place, value.mode);
  place.dataset.savedMs = there.saved_ms;
  memory.put(value);
  changed();
}

async function setAside(value) {
  const filled = body();
  filled.set("text", value.text);
  filled.set("knows_ms", value.knows);
  filled.set("typed_ms", value.ms);
  const answer = await post(`${base()}/draft`, filled);
  if (!answer?.ok) return;
  memory.forget(form().dataset.place, value.mode);
  const show = { label: words.composer.show, run: reload };
  tell("older", fill(words.composer.older_kept, { time: timeOfDay(value.ms) }), show);
}

// The page goes away: what was typed a moment ago goes along.
export function flush() {
  if (!form()) return;
  for (const one of left.splice(0)) navigator.sendBeacon(`${one.base}/draft`, body(one));
  if (!timer) return;
  stop();
  navigator.sendBeacon(`${base()}/draft`, body());
}

document.addEventListener("comptoir:leaves-text", leaveText);
document.addEventListener("comptoir:mode", () => say(""));
document.addEventListener("comptoir:leaves", flush);
addEventListener("pagehide", flush);
addEventListener("online", () => timer && keepThere());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) awaySince = Date.now();
  else comeBack();
});
addEventListener("focus", comeBack);
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forgets-drafts]")) memory.forgetAll();
});
