// What a template left open: fields below the text, walked through with Tab, and nothing is sent before.
import { changed, form, isNote, part, text } from "comptoir/composer/form.js";
import { tell, untell } from "comptoir/composer/line.js";
import { fill } from "comptoir/words.js";

const GAP = /\{\{\s*([^{}\n]{1,300}?)\s*\}\}/g;
const place = () => part("[data-gaps]");
let shown = "";

export function fieldsOf(written) {
  return [...written.matchAll(GAP)].map((found) => ({ source: found[0], name: found[1], at: found.index }));
}

export function labelOf(name) {
  const labels = JSON.parse(place()?.dataset.labels ?? "{}");
  return labels[name] ?? name.replace(/^ask:\s*/, "");
}

export function drawPreview(target, written) {
  let at = 0;
  for (const gap of fieldsOf(written)) {
    target.append(written.slice(at, gap.at), Object.assign(document.createElement("mark"), { textContent: labelOf(gap.name) }));
    at = gap.at + gap.source.length;
  }
  target.append(written.slice(at));
}

// Fields that stay are left where they are: the hand may be on its way to one of them.
function draw() {
  if (!place() || !text()) return;
  const gaps = isNote() ? [] : fieldsOf(text().value);
  const names = [...new Set(gaps.map((gap) => gap.source))];
  if (names.join() === shown && place().isConnected && place().hidden === !names.length) return;
  shown = names.join();
  place().hidden = !names.length;
  if (!names.length) untell("gaps");
  const fields = place().querySelector("[data-gaps-fields]");
  const there = new Map(inputs().map((input) => [input.dataset.source, input.parentElement]));
  for (const [source, label] of there) if (!names.includes(source)) label.remove();
  names.forEach((source, at) => {
    const label = there.get(source) ?? field(source, gaps.find((gap) => gap.source === source).name);
    if (fields.children[at] !== label) fields.insertBefore(label, fields.children[at] ?? null);
  });
}

function field(source, name) {
  const label = document.createElement("label");
  label.className = "gaps__field";
  const input = Object.assign(document.createElement("input"), { className: "input input--small", maxLength: 300 });
  input.dataset.source = source;
  input.dir = "auto";
  label.append(Object.assign(document.createElement("span"), { textContent: labelOf(name) }), input);
  return label;
}

const inputs = () => [...(place()?.querySelectorAll("input[data-source]") ?? [])];

// What was written into a field goes into the text, wherever that field stands in it.
function settle(input) {
  const value = input.value.trim();
  if (!value) return;
  const { source } = input.dataset;
  text().value = text().value.replaceAll(source, () => value);
  changed();
}

function nextField(input) {
  const at = inputs().indexOf(input);
  const rest = inputs().filter((other) => other !== input);
  settle(input);
  const following = input.isConnected ? inputs()[at + 1] : inputs()[at] ?? rest.find((other) => other.isConnected);
  if (following) following.focus();
  else text().focus();
}

function tabInText(event) {
  const gap = fieldsOf(text().value).find((one) => one.at >= text().selectionEnd);
  if (!gap || event.shiftKey) return;
  event.preventDefault();
  text().setSelectionRange(gap.at, gap.at + gap.source.length);
}

function onKey(event) {
  if (!form() || event.isComposing) return;
  if (event.target === text() && event.key === "Tab") tabInText(event);
  if (!event.target.dataset?.source) return;
  const isOn = event.key === "Enter" || (event.key === "Tab" && !event.shiftKey && event.target.value.trim());
  if (isOn && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    nextField(event.target);
  } else if (event.key === "Escape") text().focus();
}

// The server refuses it too; here the hand is led to the field.
function onSend(event) {
  if (!event.target.matches?.('[data-send="reply"]') || !place()) return;
  for (const input of inputs()) settle(input);
  draw();
  if (place().hidden) return;
  event.preventDefault();
  const names = [...new Set(fieldsOf(text().value).map((gap) => labelOf(gap.name)))];
  untell("gaps");
  tell("gaps", names.length > 1
    ? fill(place().dataset.blockedMany, { names: names.join(", ") })
    : fill(place().dataset.blocked, { name: names[0] ?? "" }));
  (inputs()[0] ?? text()).focus();
}

function later() {
  queueMicrotask(draw);
}

document.addEventListener("input", (event) => event.target === text() && draw());
document.addEventListener("change", (event) => event.target.dataset?.source && settle(event.target));
document.addEventListener("keydown", onKey);
document.addEventListener("htmx:confirm", onSend);
document.addEventListener("htmx:oobAfterSwap", later);
document.addEventListener("comptoir:ticket", later);
document.addEventListener("focusin", (event) => event.target === text() && draw());
document.addEventListener("comptoir:mode", later);
draw();
