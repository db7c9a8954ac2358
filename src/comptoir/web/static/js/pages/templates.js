// The editor of a template: the preview follows what is typed, variables go in at the caret.
const FIELD = /\{\{\s*([^{}\n]{1,300}?)\s*\}\}/g;
const SHOW_AFTER_MS = 350;
const editor = document.querySelector("[data-template-editor]");
let timer = 0;
let last = editor?.querySelector("textarea:focus") ?? editor?.querySelector("details[open] textarea, textarea");

function show() {
  clearTimeout(timer);
  timer = setTimeout(() => window.htmx?.trigger(editor, "template-changed"), SHOW_AFTER_MS);
}

function insert(written) {
  const fold = last.closest("details");
  if (fold) fold.open = true;
  last.focus();
  if (!document.execCommand("insertText", false, written)) last.setRangeText(written, last.selectionStart, last.selectionEnd, "end");
  const at = written.indexOf("…");
  if (at >= 0) last.setSelectionRange(last.selectionEnd - written.length + at, last.selectionEnd - written.length + at + 1);
  show();
}

function mark(place) {
  const written = place.textContent;
  const parts = [];
  let at = 0;
  for (const found of written.matchAll(FIELD)) {
    parts.push(written.slice(at, found.index), Object.assign(document.createElement("mark"), { textContent: found[1].replace(/^ask:\s*/, "") }));
    at = found.index + found[0].length;
  }
  place.replaceChildren(...parts, written.slice(at));
}

if (editor) {
  editor.addEventListener("input", show);
  editor.addEventListener("focusin", ({ target }) => {
    if (!target.matches("textarea") || target === last) return;
    last = target;
    editor.querySelector("[data-shown]").value = target.dataset.language;
    show();
  });
  editor.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-inserts]");
    if (!button) return;
    button.closest("details").open = false;
    insert(button.dataset.inserts);
  });
  editor.addEventListener("keydown", (event) => {
    const menu = event.target.closest("[data-variables][open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  // Enter in a field of one line would save; in the ticket's number it looks.
  editor.querySelector("[data-preview-ticket]").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    show();
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const place = detail.target.id === "template-preview" && detail.target.querySelector("[data-preview-text]");
    if (place) mark(place);
  });
  if (document.readyState === "complete") show();
  else addEventListener("load", show);
}
