// Keys pressed while the page's scripts still load are kept and done once they run. A classic script
// in the head: it must listen before anything else has been fetched.
(() => {
  const STALE_MS = 3000;
  const kept = [];
  const field = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

  function isOurs({ key, target, ctrlKey, metaKey, altKey, isComposing }) {
    if (isComposing || altKey) return false;
    if (ctrlKey || metaKey) return key === "Enter" || key.toLowerCase() === "k";
    if (target.closest?.(field)) return false;
    return (key.length === 1 && key !== " ") || (key === "Enter" && target === document.body);
  }

  function keep(event) {
    if (!isOurs(event)) return;
    event.preventDefault();
    const { key, code, ctrlKey, metaKey, shiftKey } = event;
    kept.push({ at: performance.now(), key, code, ctrlKey, metaKey, shiftKey });
  }

  // What an earlier key opened takes the next ones: `/` and a word.
  function write(into, key) {
    if (key === "Enter") return into.form?.requestSubmit();
    into.setRangeText(key, into.selectionStart, into.selectionEnd, "end");
    into.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  function replay() {
    removeEventListener("keydown", keep, true);
    for (const { at, ...pressed } of kept) {
      if (performance.now() - at > STALE_MS) continue;
      const place = document.activeElement ?? document.body;
      const isPlain = !pressed.ctrlKey && !pressed.metaKey;
      if (isPlain && place.matches("input[type=text], input[type=search], textarea")) write(place, pressed.key);
      else place.dispatchEvent(new KeyboardEvent("keydown", { ...pressed, bubbles: true, cancelable: true }));
    }
  }

  addEventListener("keydown", keep, true);
  // It comes after every module has run; htmx looks at the page when it comes, and so before replay.
  document.addEventListener("DOMContentLoaded", () => setTimeout(replay));
})();
