// Brings changes to this page as `comptoir:change` events, and says when they stop coming.
import { timeOfDay, serverNow } from "comptoir/clock.js";
import { fill, words } from "comptoir/words.js";

const OFFLINE_AFTER_MS = 10000;
const { eventsUrl, nowMs, worker } = document.body.dataset;
let lastLiveMs = serverNow();
let isLive = false;

function onChange(change) {
  document.dispatchEvent(new CustomEvent("comptoir:change", { detail: change }));
}

function onState(live) {
  if (isLive && !live) lastLiveMs = serverNow();
  if (live && !isLive && !document.getElementById("live")?.hidden) {
    onChange({ kind: "reset" });
  }
  isLive = live;
  show();
}

function show() {
  const place = document.getElementById("live");
  if (!place) return;
  const isDown = !isLive && serverNow() - lastLiveMs > OFFLINE_AFTER_MS;
  if (place.hidden === !isDown) return;
  place.hidden = !isDown;
  document.documentElement.classList.toggle("is-offline", isDown);
  const text = fill(words.offline_since, { time: timeOfDay(lastLiveMs) });
  place.querySelector("span").textContent = isDown ? text : "";
}

async function alone() {
  const { Stream } = await import("comptoir/live/stream.js");
  let stream = null;
  const follow = () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      stream = new Stream(eventsUrl, Math.round(lastLiveMs), { onChange, onState });
    }
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}

function together() {
  const shared = new SharedWorker(worker, { type: "module", name: "comptoir" });
  shared.onerror = alone;
  shared.port.onmessage = ({ data }) => {
    if (data.change) onChange(data.change);
    if ("live" in data) onState(data.live);
  };
  shared.port.start();
  shared.port.postMessage({ join: { url: eventsUrl, sinceMs: Number(nowMs) } });
  addEventListener("pagehide", () => shared.port.postMessage({ leave: true }));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

if (eventsUrl) {
  if ("SharedWorker" in window) together();
  else alone();
  setInterval(show, 1000);
}
