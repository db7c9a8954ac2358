// Counts deadlines down by the server's clock, and moves them to the next state by themselves.
import { fill, words } from "comptoir/words.js";

const EVERY_MS = 5000;
let offsetMs = Number(document.body.dataset.nowMs) - Date.now();

export function serverNow() {
  return Date.now() + offsetMs;
}

export function setServerNow(ms) {
  if (ms) offsetMs = ms - Date.now();
}

export function timeOfDay(ms) {
  const zone = document.body.dataset.timeZone;
  const format = { hour: "2-digit", minute: "2-digit", timeZone: zone };
  return new Date(ms).toLocaleTimeString(document.documentElement.lang, format);
}

export function length(seconds) {
  const { day, hour, minute } = words.units;
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) {
    const days = Math.floor(hours / 24);
    return hours % 24 ? `${days} ${day} ${hours % 24} ${hour}` : `${days} ${day}`;
  }
  const rest = minutes % 60;
  if (hours) return rest ? `${hours} ${hour} ${String(rest).padStart(2, "0")}` : `${hours} ${hour}`;
  return `${minutes} ${minute}`;
}

function stateAt(at, now) {
  if (at.limit && now > at.limit && !at.planning) return "limit_missed"; // a limit to plan by never is
  if (at.save && now >= at.save) return "save_now";
  if (at.target && now > at.target) return "past_target";
  return now >= at.soon ? "soon" : "on_track";
}

function leftAt(at, now) {
  if (at.target && now <= at.target) {
    return fill(words.stakes.target, { time: length(at.target - now) });
  }
  if (at.limit && now <= at.limit) {
    return fill(words.stakes.limit, { time: length(at.limit - now) });
  }
  return fill(words.stakes.ago, { time: length(now - ((!at.planning && at.limit) || at.target || at.start)) });
}

function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function update(element, now) {
  const at = Object.fromEntries(
    Object.entries(element.dataset).map(([name, value]) => [name, Number(value)]),
  );
  const state = stateAt(at, now);
  if (element.dataset.state !== state) {
    element.dataset.state = state;
    setText(element.querySelector(".state__word"), words.states[state]);
    const use = element.querySelector(".state use");
    use?.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${words.icons[state]}`);
  }
  setText(element.querySelector(".deadline__left"), leftAt(at, now));
  const bar = element.querySelector(".gauge");
  const end = at.limit || at.target;
  if (bar && end > at.start) {
    const share = Math.min(Math.max((now - at.start) / (end - at.start), 0), 1);
    const width = Math.round(bar.viewBox.baseVal.width * share);
    bar.querySelector(".gauge__fill")?.setAttribute("width", width);
  }
}

export function tick() {
  if (document.hidden) return;
  const now = Math.floor(serverNow() / 1000);
  for (const element of document.querySelectorAll(".deadline[data-start]")) update(element, now);
}

tick(); // what the server drew may be up to a minute old
setInterval(tick, EVERY_MS);
document.addEventListener("visibilitychange", tick);
