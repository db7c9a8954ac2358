// One verb for all that is selected: in pieces with progress, refusals told one by one, and undone.
import { clear, onSelection, selected, set } from "comptoir/lists/selection.js";
import { list, rows } from "comptoir/lists/rows.js";
import { toast } from "comptoir/toasts.js";
import { fill, words } from "comptoir/words.js";

const PIECE = 25;
const UNDO_MS = 30000;
const bar = document.getElementById("bulk");
let isRunning = false;

const part = (name) => bar.querySelector(`[data-bulk-${name}]`);

function post(address, values) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  return fetch(address, { method: "POST", headers, body: new URLSearchParams(values) });
}

async function answerOf(address, values) {
  const answer = await post(address, values).catch(() => null);
  if (!answer) return { refusal: words.unreachable };
  if (answer.redirected || ![200, 422].includes(answer.status)) return { refusal: words.failed };
  return answer.json();
}

function showBar() {
  bar.hidden = selected.size === 0;
  if (bar.hidden) return;
  const count = selected.size;
  part("count").textContent = fill(count === 1 ? words.selected_one : words.selected_many, { count });
  const shown = rows();
  const isAll = shown.every((row) => selected.has(row.dataset.id));
  const isMore = Boolean(list().querySelector(".rows__more"));
  const all = part("all");
  all.hidden = isAll && (!isMore || count > shown.length);
  all.textContent = isAll ? words.select_view : fill(words.select_shown, { count: shown.length });
  all.dataset.scope = isAll ? "view" : "shown";
}

async function selectAll() {
  if (part("all").dataset.scope === "shown") return set(rows().map((row) => row.dataset.id));
  const answer = await fetch(`/bulk/tickets?${list().dataset.query}`).catch(() => null);
  if (!answer?.ok || answer.redirected) return toast(words.unreachable, { isBad: true });
  const { ids, is_more: isMore } = await answer.json();
  set(ids);
  if (isMore) toast(fill(words.select_capped, { count: ids.length }));
}

function progress(done, whole) {
  part("run").hidden = done === null;
  part("verbs").inert = done !== null;
  if (done === null) return;
  part("run").querySelector("progress").value = done / whole;
  part("progress").textContent = `${done} / ${whole}`;
}

const problemsDialog = () => document.getElementById("bulk-problems");

function showProblems(problems) {
  const dialog = problemsDialog();
  const count = problems.length;
  dialog.querySelector("h2").textContent = fill(count === 1 ? words.problem_one : words.problem_many, { count });
  dialog.querySelector("ul").replaceChildren(...problems.map(({ id, who, text, is_seen: isSeen }) => {
    const line = document.createElement("li");
    const name = document.createElement(isSeen ? "a" : "strong");
    if (isSeen) name.href = `/tickets/${id}`;
    name.textContent = who;
    const why = document.createElement("p");
    why.textContent = text;
    line.append(name, why);
    return line;
  }));
  dialog.showModal();
}

function offerUndo(text, change) {
  const element = toast(text, { staysMs: UNDO_MS });
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small";
  button.dataset.key = "z";
  button.textContent = words.undo;
  button.addEventListener("click", () => {
    element.remove();
    undo(change);
  });
  element.querySelector(".toast__text, span").after(button);
}

async function undo(change) {
  let count = 0;
  const problems = [];
  for (;;) {
    const answer = await answerOf(`/bulk/${change}/undo`, { before: count });
    if (answer.refusal) return toast(answer.refusal, { isBad: true });
    count += answer.done.length;
    problems.push(...answer.problems);
    if (answer.is_over) {
      toast(answer.said);
      break;
    }
  }
  if (problems.length) showProblems(problems);
}

// What was done leaves the selection; what was refused stays in it, to be looked at.
export async function run(values) {
  if (isRunning || !selected.size) return;
  isRunning = true;
  const ids = [...selected];
  const problems = [];
  let [change, count, said, stopped] = ["", 0, "", ""];
  for (let at = 0; at < ids.length && !stopped; at += PIECE) {
    progress(at, ids.length);
    const piece = ids.slice(at, at + PIECE).join(",");
    const answer = await answerOf("/bulk", { ...values, ids: piece, change, before: count });
    stopped = answer.refusal ?? "";
    if (stopped) break;
    change = answer.change;
    count += answer.done.length;
    said = answer.said;
    problems.push(...answer.problems);
    set(answer.done, false);
  }
  progress(null);
  isRunning = false;
  if (count) offerUndo(said, change);
  if (stopped) toast(count ? `${stopped} ${fill(words.stopped, { count, whole: ids.length })}` : stopped, { isBad: true, by: problemsDialog() });
  if (problems.length) showProblems(problems);
}

function onClick(event) {
  const button = event.target.closest("button[data-verb]");
  if (!button || !bar.contains(button)) return;
  for (const menu of bar.querySelectorAll("details[open]")) menu.open = false;
  run({ ...button.dataset });
}

function onSubmit(event) {
  const form = event.target.closest("form[data-verb]");
  if (!form || !bar.contains(form)) return;
  event.preventDefault();
  form.closest("details").open = false;
  const values = Object.fromEntries(new FormData(form));
  run({ ...values, verb: event.submitter?.value || form.dataset.verb });
  form.reset();
}

if (bar) {
  onSelection(showBar);
  bar.addEventListener("click", onClick);
  bar.addEventListener("submit", onSubmit);
  part("all").addEventListener("click", selectAll);
  part("clear").addEventListener("click", clear);
  addEventListener("beforeunload", (event) => isRunning && event.preventDefault());
}
