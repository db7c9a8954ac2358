// The form works without this: it tells the page around how high it is, looks an order up in place,
// does the proof of work while somebody types, and keeps a second press from sending twice.
const root = document.documentElement;
const form = document.querySelector("form[data-form]");
const parentOrigin = root.dataset.parent;

function tellParent(told) {
  if (parentOrigin && parent !== window) parent.postMessage(told, parentOrigin);
}

new ResizeObserver(() => tellParent({ comptoirFormHeight: document.body.offsetHeight })).observe(document.body);
const notice = document.querySelector("[data-focus]");
if (notice) {
  notice.focus({ preventScroll: true });
  tellParent({ comptoirFormTop: true });
}

async function lookUp(event) {
  event.preventDefault();
  const button = event.currentTarget;
  const place = document.getElementById("order-answer");
  const typed = new FormData(form);
  typed.delete("files");
  button.disabled = true;
  place.textContent = button.dataset.working;
  try {
    const answer = await fetch(button.formAction, {
      method: "POST",
      body: new URLSearchParams(typed),
      headers: { "X-Requested-With": "fetch" },
    });
    place.innerHTML = await answer.text();
  } catch {
    place.textContent = "";
    form.requestSubmit(button);
  } finally {
    button.disabled = false;
  }
}

async function prove(nonce, bits) {
  const encoder = new TextEncoder();
  for (let number = 0; number < 1e7; number += 1) {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${nonce}:${number}`));
    if (new DataView(digest).getUint32(0) >>> (32 - bits) === 0) return String(number);
  }
  return "";
}

if (form) {
  document.querySelector("[data-looks-up]")?.addEventListener("click", lookUp);
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    if (isSent) event.preventDefault();
    isSent = true;
  });
  addEventListener("pageshow", () => {
    isSent = false;
  });
  const bits = Number(form.dataset.proofBits || 0);
  const token = form.elements.token.value;
  if (bits && crypto.subtle && token) {
    prove(token.split(".")[1], bits).then((number) => {
      form.elements.proof.value = number;
    });
  }
}
