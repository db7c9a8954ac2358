// Hints above the send button, asked for when somebody pauses. They block nothing.
import { base, form, headers, isNote, text } from "comptoir/composer/form.js";
import { isRetired, note } from "comptoir/composer/overruled.js";

const ASK_AFTER_MS = 900;
let timer = 0;
let asked = 0;
const seen = new Set(); // kinds of hints shown while this reply was written
const hintsOf = (place) => [...(place?.querySelectorAll("[data-hint]") ?? [])];

async function ask() {
  const place = form();
  const shown = place?.querySelector("[data-composer-hints]");
  if (!shown || !place.dataset.ticket) return;
  const written = text().value;
  const number = ++asked;
  if (isNote() || written.trim().length < 8) {
    shown.replaceChildren();
    return;
  }
  const body = new FormData();
  body.set("text", written);
  body.set("files", place.querySelectorAll('[data-files-of="reply"] > li').length);
  for (const used of place.querySelectorAll("[name=templates]")) body.append("templates", used.value);
  const answer = await fetch(`${base()}/hints`, { method: "POST", body, headers: headers() }).catch(() => null);
  if (!answer?.ok || answer.redirected || number !== asked || !shown.isConnected) return;
  const html = (await answer.text()).trim();
  if (shown.dataset.html !== html) shown.innerHTML = html;
  shown.dataset.html = html;
  for (const one of hintsOf(shown)) {
    if (isRetired(one.dataset.hint)) one.remove();
    else seen.add(one.dataset.hint);
  }
}

// The reply leaves: what still stands was overruled.
function judge({ target, detail }) {
  if (target.dataset?.send !== "reply" || detail.xhr.status < 200 || detail.xhr.status > 299) return;
  const stood = hintsOf(document.querySelector("[data-composer-hints]")).map((one) => one.dataset.hint);
  note(seen, new Set(stood));
  seen.clear();
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "composer-text") return;
  clearTimeout(timer);
  timer = setTimeout(ask, ASK_AFTER_MS);
});
document.addEventListener("htmx:beforeOnLoad", judge);
document.addEventListener("comptoir:ticket", () => seen.clear());
for (const name of ["comptoir:mode", "comptoir:file"]) {
  document.addEventListener(name, () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 0);
  });
}
