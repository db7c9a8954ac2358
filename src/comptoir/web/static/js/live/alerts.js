// Alerts of whoever is logged in: the badge, a toast when one interrupts, and where they asked for
// it a notification of the browser and a sound. Of several tabs one alone notifies and sounds. A toast
// waits while somebody types.
import { announced } from "comptoir/live/claims.js";
import { whenQuiet } from "comptoir/live/quiet.js";
import { tone } from "comptoir/sound.js";
import { toast } from "comptoir/toasts.js";
import { fill, words } from "comptoir/words.js";

const GATHER_MS = 150;
const STAYS_MS = 60000;
const TOASTS_MAX = 3;
const TOASTED = "comptoir:toasted";
const NOTIFIED = "comptoir:notified";
const KEPT_MAX = 100;
const wishes = new Set((document.body.dataset.alerts ?? "").split(" "));
const waiting = new Set();
let timer = 0;
let leads = !navigator.locks;

// Whoever holds the lock speaks for all tabs; when its tab closes, the next one gets it.
navigator.locks?.request("comptoir:alerts", () => {
  leads = true;
  return new Promise(() => {});
});

// A page that has just loaded hears again what came a moment before: it is shown once.
function isNew(store, key, id) {
  const known = JSON.parse(store.getItem(key) ?? "[]");
  if (known.includes(id)) return false;
  store.setItem(key, JSON.stringify([...known, id].slice(-KEPT_MAX)));
  return true;
}

function writeBadge({ count, loud }) {
  const text = count > 999 ? "999+" : String(count || "");
  for (const bell of document.querySelectorAll("[data-bell]")) {
    bell.classList.toggle("is-loud", loud);
    bell.querySelector(".bell__count").textContent = text;
    bell.setAttribute("aria-label", count ? fill(words.alerts_open, { count: text }) : words.alerts);
  }
}

function show({ title, text, address }) {
  const element = toast(text || title, { isBad: true, staysMs: STAYS_MS });
  if (text) {
    const place = document.createElement("strong");
    place.textContent = title;
    element.querySelector("span").prepend(place, " ");
  }
  const link = document.createElement("a");
  link.className = "button button--small";
  link.href = address;
  link.textContent = words.open;
  element.querySelector("[data-toast-closes]").before(link);
}

function notify({ id, title, text, address }) {
  if (!wishes.has("browser") || window.Notification?.permission !== "granted") return;
  const shown = new Notification(title, { body: text, tag: id, lang: document.documentElement.lang });
  shown.onclick = () => {
    window.focus();
    location.assign(address);
    shown.close();
  };
}

function isHere({ ticket }) {
  return ticket && document.getElementById("ticket")?.dataset.ticket === String(ticket);
}

function isSaid(news) {
  return isHere(news) || (news.kind === "claim" && announced.has(news.ticket));
}

function raise(toasts) {
  const fresh = toasts.filter((news) => isNew(sessionStorage, TOASTED, news.id));
  const unsaid = fresh.filter((news) => !isSaid(news));
  if (!document.hidden) {
    if (unsaid.length > TOASTS_MAX) {
      show({ title: fill(words.alerts_many, { count: unsaid.length }), address: "/alerts" });
    } else unsaid.forEach(show);
  }
  for (const news of unsaid) if (news.ticket && news.kind === "claim") announced.add(news.ticket);
  const untold = leads ? toasts.filter((news) => isNew(localStorage, NOTIFIED, news.id)) : [];
  if (!untold.length) return;
  untold.slice(0, TOASTS_MAX).forEach(notify);
  if (wishes.has("sound")) tone();
}

async function ask() {
  timer = 0;
  const ids = [...waiting];
  waiting.clear();
  const answer = await fetch(`/alerts/news?rung=${ids.join(",")}`).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const news = await answer.json();
  writeBadge(news);
  whenQuiet(() => raise(news.toasts));
  const pill = document.getElementById("alert-news");
  if (pill && ids.length) pill.hidden = false;
}

document.addEventListener("comptoir:change", ({ detail: { kind, data } }) => {
  if (kind !== "alert" && kind !== "reset") return;
  if (data?.delivery) waiting.add(data.delivery);
  if (!timer) timer = setTimeout(ask, GATHER_MS);
});
