// The filters: fetched when somebody asks for them, found by typing, ticked with the space bar.
const ID = "filters";

async function open(link) {
  document.getElementById(ID)?.remove();
  const address = new URL(link.href);
  address.searchParams.set("part", "1");
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || answer.redirected) return location.assign(link.href);
  const dialog = document.createElement("dialog");
  dialog.id = ID;
  dialog.className = "sheet sheet--wide";
  dialog.setAttribute("aria-label", link.textContent.trim());
  dialog.innerHTML = await answer.text();
  document.body.append(dialog);
  meet(dialog.querySelector("[data-sieve]"));
  dialog.showModal();
  dialog.querySelector("[data-sieve-word]").focus();
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const boxes = (form) => [...form.querySelectorAll(".sieve__choice:not([hidden]) input")];

function find(form, word) {
  const wanted = folded(word).split(/\s+/).filter(Boolean);
  let isAny = false;
  for (const group of form.querySelectorAll(".sieve__group")) {
    const name = folded(group.dataset.sieveGroup);
    const choices = [...group.querySelectorAll(".sieve__choice")];
    for (const choice of choices) {
      const text = `${name} ${folded(choice.textContent)}`;
      choice.hidden = !wanted.every((part) => text.includes(part));
    }
    const isNamed = wanted.every((part) => name.includes(part));
    group.hidden = choices.length ? choices.every((choice) => choice.hidden) : !isNamed;
    isAny ||= !group.hidden;
  }
  form.querySelector("[data-sieve-none]").hidden = isAny;
  form.classList.toggle("is-finding", wanted.length > 0);
}

function step(form, by) {
  const all = boxes(form);
  const at = all.indexOf(document.activeElement);
  const to = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  to?.focus();
}

function writeWorth(form) {
  const value = (name) => form.querySelector(`[data-worth-${name}]`).value.trim().replace(",", ".");
  const place = form.querySelector("[data-worth]");
  place.value = value("least") || value("most") ? `${value("least")}-${value("most")}${value("currency")}` : "";
  place.disabled = !place.value;
}

function readWorth(form) {
  const found = /^([\d.]*)-([\d.]*)([A-Z]*)$/.exec(form.querySelector("[data-worth]").value);
  if (!found) return;
  for (const [number, name] of ["least", "most", "currency"].entries()) {
    form.querySelector(`[data-worth-${name}]`).value = found[number + 1];
  }
}

function apply(form) {
  writeWorth(form);
  const values = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...values]) if (!value) values.delete(name, value);
  location.assign(`/?${values}`);
}

function meet(form) {
  readWorth(form);
  const word = form.querySelector("[data-sieve-word]");
  word.addEventListener("input", () => find(form, word.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply(form);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.target.matches("select")) return;
      event.preventDefault();
      step(form, event.key === "ArrowDown" ? 1 : -1);
    } else if (["Home", "End"].includes(event.key) && event.target.matches("[type=checkbox]")) {
      event.preventDefault();
      boxes(form).at(event.key === "Home" ? 0 : -1).focus();
    } else if (event.key === "Enter" && !event.isComposing) {
      const first = event.target === word && word.value.trim() ? boxes(form)[0] : null;
      const box = event.target.matches("[type=checkbox]") ? event.target : first;
      if (box) box.checked = event.target === box ? true : !box.checked;
      if (event.target.matches("button")) return;
      event.preventDefault();
      apply(form);
    }
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-filters]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});
for (const form of document.querySelectorAll(".page [data-sieve]")) meet(form);
