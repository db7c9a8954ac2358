// A field is one thing: whatever takes a part of it takes the whole, so that no brace is left behind.
import { changed, text } from "comptoir/composer/form.js";
import { fieldsOf } from "comptoir/composer/gaps.js";

const STEPS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];
const AT_EDGE = /^delete(?:Content|Word)(Backward|Forward)$/;
let cameFrom = null;
let before = null;

const endOf = (field) => field.at + field.source.length;
const around = (fields, at) => fields.find((field) => field.at < at && at < endOf(field));

// A selection that grows or shrinks by key goes over a field; any other is widened to hold the whole.
function edge(field, came, outer) {
  if (came !== undefined && came <= field.at) return endOf(field);
  if (came !== undefined && came >= endOf(field)) return field.at;
  return outer;
}

function takeWhole() {
  const area = text();
  const came = cameFrom;
  cameFrom = null;
  if (document.activeElement !== area || area.readOnly) return;
  const fields = fieldsOf(area.value);
  const { selectionStart: from, selectionEnd: to, selectionDirection: way } = area;
  const [first, last] = [around(fields, from), around(fields, to)];
  if (!first && !last) return;
  const isWithin = first === last;
  const start = first ? edge(first, isWithin ? undefined : came?.from, first.at) : from;
  const end = last ? edge(last, isWithin ? undefined : came?.to, endOf(last)) : to;
  area.setSelectionRange(start, end, way);
}

function noteStep(event) {
  cameFrom = null;
  if (event.target !== text() || !event.shiftKey || !STEPS.includes(event.key)) return;
  takeWhole();
  cameFrom = { from: text().selectionStart, to: text().selectionEnd };
}

function erase(from, to) {
  const area = text();
  area.setSelectionRange(from, to);
  if (document.execCommand("delete")) return; // can be taken back
  area.setRangeText("", from, to, "end");
  changed();
}

// Keyboards on screens name no keys: what is about to happen tells, not what was pressed.
function beforeInput(event) {
  const area = text();
  if (event.target !== area) return;
  cameFrom = null;
  takeWhole();
  before = event.inputType.startsWith("delete") ? area.value : null;
  const [, way] = AT_EDGE.exec(event.inputType) ?? [];
  if (!way || !event.cancelable || area.selectionStart !== area.selectionEnd) return;
  const at = area.selectionStart;
  const field = fieldsOf(area.value).find((one) => at === (way === "Backward" ? endOf(one) : one.at));
  if (!field) return;
  event.preventDefault();
  erase(field.at, endOf(field));
}

// What went further than the selection (a line, a word, a keyboard's own guess): the rest goes too.
function afterInput(event) {
  const area = text();
  if (event.target !== area || before === null) return;
  const old = before;
  before = null;
  const from = area.selectionStart;
  const to = from + old.length - area.value.length;
  if (to <= from || old.slice(0, from) + old.slice(to) !== area.value) return;
  const fields = fieldsOf(old);
  const [first, last] = [around(fields, from), around(fields, to)];
  if (first || last) erase(first?.at ?? from, last ? from + endOf(last) - to : from);
}

document.addEventListener("selectionchange", () => text() && takeWhole());
document.addEventListener("keydown", noteStep);
document.addEventListener("pointerdown", () => { cameFrom = null; });
document.addEventListener("beforeinput", beforeInput);
document.addEventListener("input", afterInput);
