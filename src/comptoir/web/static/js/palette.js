// The palette behind Ctrl-K: verbs of the page, views, settings, colleagues, tickets. Used last
// comes first; what is typed may leave letters out.
import { Finder } from "comptoir/finder.js";
import { play } from "comptoir/keys.js";
import { openSearch, results } from "comptoir/search.js";

const RECENT = "comptoir:recent-commands";
const RECENT_MAX = 12;
const SHOWN_MAX = 30;
const PAUSE_MS = 120;
const dialog = document.getElementById("palette");
let offers = null;
let timer = 0;

const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const recent = () => JSON.parse(localStorage.getItem(RECENT) ?? "[]");

function use(id) {
  const ids = [id, ...recent().filter((one) => one !== id)].slice(0, RECENT_MAX);
  localStorage.setItem(RECENT, JSON.stringify(ids));
}

// Verbs without a key of their own stand in small menus of the page: to whom, until when.
function verbsOfMenus() {
  return [...document.querySelectorAll(".main details.pop")].flatMap((menu) => {
    const summary = menu.querySelector("summary");
    const title = (summary.title || summary.getAttribute("aria-label") || summary.textContent);
    const group = title.replace(/\s*\([^)]*\)\s*$/, "").trim();
    return [...menu.querySelectorAll(".menu__item:not([data-key])")].map((item) => ({
      id: `menu:${group}:${item.textContent.trim()}`, label: item.textContent.trim(), group, keys: [], item,
    }));
  });
}

// What the page asks just now, above a conversation or below a reply: read first, decided there.
function verbsOfNotices() {
  const group = document.querySelector(".main h1")?.textContent.trim() ?? "";
  return [...document.querySelectorAll(".main :is(.notice, .delivery) button")]
    .filter((item) => item.getClientRects().length && !item.disabled)
    .map((item) => ({ id: `notice:${item.textContent.trim()}`, label: item.textContent.trim(), group, keys: [], item }));
}

function isHere({ presses }) {
  if (!presses || presses === "/" || presses === "?") return true;
  return Boolean(document.querySelector(`[data-key="${CSS.escape(presses)}"]:not(:disabled)`));
}

async function load() {
  const answer = await fetch("/palette").catch(() => null);
  if (!answer?.ok || answer.redirected) return [];
  return (await answer.json()).offers;
}

// Every letter in its order; a run of letters and the beginning of a word count more.
function score(asked, text) {
  let at = -1;
  let sum = 0;
  for (const letter of asked) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return 0;
    const begins = next === 0 || text[next - 1] === " ";
    sum += next === at + 1 ? 3 : begins ? 2 : 0.2;
    at = next;
  }
  return sum + (text.startsWith(asked) ? 10 : text.includes(asked) ? 6 : 0) - text.length / 200;
}

function fitting(text) {
  const asked = fold(text.trim());
  const all = [...offers.filter(isHere), ...verbsOfNotices(), ...verbsOfMenus()];
  const order = recent();
  const verbs = (one) => (one.item || (one.presses && one.id.startsWith("ticket:")) ? 0 : 1);
  const late = (one) => (order.includes(one.id) ? order.indexOf(one.id) : RECENT_MAX + verbs(one));
  if (!asked) return all.sort((a, b) => late(a) - late(b)).slice(0, SHOWN_MAX);
  return all
    .map((one) => [Math.max(score(asked, fold(one.label)), score(asked, fold(`${one.group} ${one.label}`)) * 0.7), one])
    .filter(([points]) => points > asked.length * 0.9)
    .sort(([a, one], [b, other]) => b - a || late(one) - late(other))
    .slice(0, SHOWN_MAX)
    .map(([, one]) => one);
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function option(one, number) {
  const made = element("div", "finder__option finder__option--command", "");
  made.id = `command-${number}`;
  made.setAttribute("role", "option");
  made.append(element("span", "", one.label), element("span", "soft small", one.group));
  for (const key of one.keys) made.append(element("kbd", "", key));
  return made;
}

let shown = [];
const finder = dialog && new Finder(dialog, {
  fill(text) {
    if (!offers) return;
    shown = fitting(text);
    const holder = document.createElement("div");
    holder.append(...shown.map(option));
    finder.show(holder.innerHTML, { first: true, status: shown.length || !text ? "" : dialog.dataset.nothing });
    clearTimeout(timer);
    if (text.trim().length > 2) timer = setTimeout(() => tickets(text), PAUSE_MS);
  },
  choose(chosen) {
    if (chosen.dataset.address || chosen.dataset.text) {
      if (chosen.dataset.address) location.assign(chosen.dataset.address);
      return;
    }
    const one = shown[Number(chosen.id.slice("command-".length))];
    use(one.id);
    finder.close();
    run(one);
  },
});

async function tickets(text) {
  const html = await results(text, "4");
  if (!html || finder.input.value !== text) return;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  finder.list.append(...holder.content.querySelectorAll(".hit"));
  for (const one of finder.list.querySelectorAll(".hit")) one.setAttribute("aria-selected", "false");
  if (finder.options().length && !finder.selected()) finder.select(finder.options()[0]);
  finder.list.hidden = !finder.options().length;
  finder.input.setAttribute("aria-expanded", String(finder.options().length > 0));
  if (finder.options().length) finder.status.textContent = "";
}

// A live update may have put the same button on the page anew while somebody chose.
function asItIsNow({ id, item }) {
  if (item.isConnected) return item;
  return [...verbsOfNotices(), ...verbsOfMenus()].find((one) => one.id === id)?.item;
}

function run(one) {
  if (one.item) asItIsNow(one)?.click();
  else if (one.presses === "/") openSearch();
  else if (one.presses) play(one.presses);
  else if (Object.keys(one.fields).length) post(one.address, one.fields);
  else location.assign(one.address);
}

function post(address, fields) {
  const form = document.createElement("form");
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  form.method = "post";
  form.action = address;
  const all = { ...fields, csrfmiddlewaretoken: token, back: location.pathname + location.search };
  for (const [name, value] of Object.entries(all)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

export async function openPalette() {
  finder?.open();
  offers ??= await load();
  finder?.fill(finder.input.value);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.shiftKey) return;
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (dialog?.open) finder.close();
  else if (!document.querySelector("dialog[open]")) openPalette();
});
