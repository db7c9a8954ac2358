// Templates in the composer: "/" at the start of a word opens the list, Enter puts a text at the caret.
// The list comes written out for the ticket, ahead of time: opening, narrowing and inserting ask nobody.
import { base, changed, form, isNote, part, text } from "comptoir/composer/form.js";
import { sayForeign } from "comptoir/composer/foreign.js";
import { drawPreview, fieldsOf } from "comptoir/composer/gaps.js";
import { narrowed } from "comptoir/composer/narrow.js";
import { fill } from "comptoir/words.js";

const ASK_AFTER_MS = 60;
const KEPT_MS = 60_000;
const panel = () => part("[data-templates-panel]");
const query = () => panel().querySelector("[data-templates-query]");
const list = () => panel().querySelector("[data-templates-list]");
const options = () => [...list().querySelectorAll("[role=option]")];
const active = () => list().querySelector("[aria-selected=true]");

let slashAt = -1;
let timer = 0;
let asked = 0;
let isWaiting = false;
let choosesWhenThere = false;
let kept = { base: "", at: 0, list: null };

const isOpen = () => Boolean(panel()) && !panel().hidden;

function open(from) {
  slashAt = from;
  panel().hidden = false;
  query().value = "";
  query().setAttribute("aria-expanded", "true");
  query().focus({ preventScroll: true });
  ask();
}

// Whoever closes the list without choosing meant the stroke itself: it stays.
function close() {
  if (!isOpen()) return;
  clearTimeout(timer);
  asked += 1;
  isWaiting = choosesWhenThere = false;
  panel().hidden = true;
  query().setAttribute("aria-expanded", "false");
  query().removeAttribute("aria-activedescendant");
  list().replaceChildren();
  text().focus({ preventScroll: true });
}

async function fetched(words) {
  const answer = await fetch(`${base()}/templates?q=${encodeURIComponent(words)}`).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text() : null;
}

// All that is offered here, asked for once the caret is in the text.
function everything() {
  if (kept.base !== base() || Date.now() - kept.at > KEPT_MS) {
    kept = { base: base(), at: Date.now(), list: fetched("") };
    kept.list.then((html) => html ?? (kept.at = 0));
  }
  return kept.list;
}

async function ask() {
  const number = ++asked;
  const place = panel();
  isWaiting = true;
  const words = query().value;
  let html = await everything();
  const isCurrent = () => number === asked && place.isConnected && !place.hidden;
  if (!isCurrent()) return;
  if (html !== null) list().innerHTML = html;
  if (words.trim() && !narrowed(list(), words)) html = await fetched(words);
  if (!isCurrent()) return;
  isWaiting = false;
  if (html === null) {
    say(place.dataset.gone);
    list().replaceChildren(Object.assign(document.createElement("li"), { className: "templates__none", textContent: place.dataset.gone }));
    return;
  }
  if (words.trim() && !options().length) list().innerHTML = html;
  const count = options().length;
  say(count === 1 ? place.dataset.one : fill(place.dataset.many, { count }));
  activate(options()[0] ?? null);
  if (choosesWhenThere && active()) choose(active());
  choosesWhenThere = false;
}

function say(message) {
  panel().querySelector("[data-templates-said]").textContent = message;
}

function activate(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) query().setAttribute("aria-activedescendant", option.id);
  else query().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
  showPreview(option);
}

function showPreview(option) {
  const place = panel().querySelector("[data-templates-preview]");
  place.replaceChildren();
  if (!option) return;
  const body = document.createElement("div");
  body.className = "templates__text";
  body.dir = "auto";
  body.lang = option.dataset.language;
  drawPreview(body, textOf(option));
  place.append(body);
  const others = [...option.querySelectorAll("[data-other]")];
  if (!others.length) return;
  const line = document.createElement("p");
  line.className = "templates__others";
  line.append(`${panel().dataset.also} `);
  for (const other of others) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link-button", textContent: other.content.textContent });
    button.dataset.inLanguage = other.dataset.other;
    line.append(button, " ");
  }
  place.append(line);
}

const textOf = (option) => option.querySelector("[data-text]").content.textContent;

async function changeLanguage(code) {
  const option = active();
  const address = `${base()}/templates/${option.dataset.template}?language=${code}`;
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || answer.redirected || !option.isConnected) return;
  const got = await answer.json();
  const was = option.dataset.language;
  const word = option.querySelector("[data-word]");
  const place = option.querySelector(`[data-other="${code}"]`);
  if (place) {
    place.dataset.other = was;
    place.content.textContent = word.textContent;
  }
  option.querySelector("[data-text]").content.textContent = got.text;
  option.dataset.language = got.language;
  option.dataset.foreign = got.foreign;
  word.textContent = got.word;
  showPreview(option);
  query().focus({ preventScroll: true });
}

function choose(option) {
  const written = textOf(option);
  const from = slashAt >= 0 ? slashAt : text().selectionStart;
  const to = slashAt >= 0 ? slashAt + 1 : text().selectionEnd;
  noteUse(option.dataset.template, option.dataset.language);
  close();
  insert(from, to, written);
  sayForeign(option.dataset.foreign);
}

// The browser's own undo (Ctrl-Z) keeps working where it knows how to insert.
function insert(from, to, written) {
  const area = text();
  area.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, written)) {
    area.setRangeText(written, from, to, "end");
    changed();
  }
  const [gap] = fieldsOf(written);
  if (gap) area.setSelectionRange(from + gap.at, from + gap.at + gap.source.length);
}

function noteUse(id, language) {
  const place = part("[data-templates-used]");
  const value = `${id}:${language}`;
  if (place.querySelector(`[value="${value}"]`)) return;
  place.append(Object.assign(document.createElement("input"), { type: "hidden", name: "templates", value }));
}

// Whoever begins anew has used none.
function forgetUses() {
  if (!isNote() && !text().value.trim()) part("[data-templates-used]")?.replaceChildren();
}

function onInput(event) {
  if (event.target === text()) forgetUses();
  if (event.target === text() && panel()) {
    const at = text().selectionStart - 1;
    const isTyped = event.inputType === "insertText" && event.data === "/";
    if (isTyped && (at === 0 || /\s/.test(text().value[at - 1]))) open(at);
  }
  if (!isOpen() || event.target !== query()) return;
  if (query().value === " ") {
    close();
    document.execCommand("insertText", false, " ");
    return;
  }
  clearTimeout(timer);
  isWaiting = true;
  timer = setTimeout(ask, ASK_AFTER_MS);
}

function move(step) {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(active());
  activate(all[(at + step + all.length) % all.length]);
}

function onKey(event) {
  if (!isOpen() || event.isComposing || !panel().contains(event.target)) return;
  if (event.key === "Escape") close();
  else if (event.target !== query()) return;
  else if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Enter" && isWaiting) choosesWhenThere = true;
  else if (event.key === "Enter") active() && choose(active());
  else if (event.key === "Backspace" && !query().value) {
    const from = slashAt;
    close();
    if (from >= 0) insert(from, from + 1, "");
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function onClick(event) {
  if (event.target.closest("[data-templates-open]") && panel()) return isOpen() ? close() : open(-1);
  if (!isOpen()) return;
  const other = event.target.closest("[data-in-language]");
  const option = event.target.closest("[data-templates-list] [role=option]");
  if (other) changeLanguage(other.dataset.inLanguage);
  else if (option) choose(option);
  else if (event.target.closest("[data-templates-close]") || !panel().contains(event.target)) close();
}

document.addEventListener("focusin", ({ target }) => target === text() && panel() && everything());
document.addEventListener("input", onInput);
document.addEventListener("keydown", onKey, true);
document.addEventListener("click", onClick);
document.addEventListener("mouseover", (event) => {
  const option = isOpen() && event.target.closest?.("[data-templates-list] [role=option]");
  if (option && option !== active()) activate(option);
});
