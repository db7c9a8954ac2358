// Keys pressed while the page's scripts still load are kept and done once they run. A classic script
// in the head: it must listen before anything else has been fetched.
(() => {
  const STALE_MS = 3000;
  const kept = [];
  const written = new Set(["text", "search", "tel", "url", "password", "textarea"]); // of elements
  const field = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

  function isOurs({ key, target, ctrlKey, metaKey, altKey, isComposing }) {
    if (isComposing || altKey) return false;
    if (ctrlKey || metaKey) return key === "Enter" || key.toLowerCase() === "k";
    if (target.closest?.(field)) return false;
    if (key === " ") return kept.length > 0; // between words, not to scroll
    return key.length === 1 || (key === "Enter" && target === document.body);
  }

  function keep(event) {
    if (!isOurs(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // some scripts may listen by now: it is done once
    const { key, code, ctrlKey, metaKey, shiftKey } = event;
    kept.push({ at: performance.now(), key, code, ctrlKey, metaKey, shiftKey });
  }

  // What an earlier key opened takes the next ones: `/` and a word, `r` and a reply.
  function write(into, key) {
    const isLine = key === "Enter" && !into.matches("textarea");
    if (isLine) return into.form?.requestSubmit();
    const typed = key === "Enter" ? "\n" : key;
    if (document.execCommand("insertText", false, typed)) return; // as a hand types: `/` opens a list
    into.setRangeText(typed, into.selectionStart, into.selectionEnd, "end");
    into.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: typed }));
  }

  // Keys made by a script press no link and no button by themselves.
  function press(place, pressed) {
    if (pressed.key === "Enter" && place.matches("a[href], button, summary")) return place.click();
    place.dispatchEvent(new KeyboardEvent("keydown", { ...pressed, bubbles: true, cancelable: true }));
  }

  function replay() {
    removeEventListener("keydown", keep, true);
    for (const { at, ...pressed } of kept) {
      if (performance.now() - at > STALE_MS) continue;
      const place = document.activeElement ?? document.body;
      const isPlain = !pressed.ctrlKey && !pressed.metaKey;
      if (isPlain && written.has(place.type)) write(place, pressed.key);
      else press(place, pressed);
    }
  }

  addEventListener("keydown", keep, true);
  // It comes after every module has run; htmx looks at the page when it comes, and so before replay.
  document.addEventListener("DOMContentLoaded", () => setTimeout(replay));
})();
