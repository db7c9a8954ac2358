// The editor of policies: shows what the ticked and chosen things ask for, and no more.
const FORM = "[data-policy-form]";

function follow(form) {
  for (const box of form.querySelectorAll("[data-hides]")) {
    document.getElementById(box.dataset.hides).hidden = box.checked;
  }
  // A limit of one's own is asked for where the channel's is not taken, or where one is written.
  const takes = form.querySelector("[name=inherits]")?.checked;
  for (const side of form.querySelectorAll("[data-own-limit]")) {
    side.hidden = takes && !side.querySelector("[name$=amount]").value;
  }
  for (const place of form.querySelectorAll("[data-models]")) {
    const chosen = place.querySelector("select").value;
    for (const part of place.querySelectorAll("[data-model]")) {
      part.hidden = part.dataset.model !== chosen;
    }
  }
}

function meet(form) {
  for (const button of form.querySelectorAll("[data-adds-warning], [data-removes-warning]")) {
    button.hidden = false;
  }
  follow(form);
  form.querySelector("[data-focus]")?.focus();
  form.querySelector("[data-focus]")?.scrollIntoView({ block: "center" });
}

function add(form) {
  const template = form.querySelector("template[data-template]");
  const numbers = [...form.querySelectorAll("[data-warning] [name$='-amount']")]
    .map((field) => Number(field.name.match(/\d+/)?.[0] ?? 0));
  const next = Math.max(-1, ...numbers) + 1;
  const html = template.innerHTML.replaceAll("wNEW", `w${next}`);
  template.insertAdjacentHTML("beforebegin", html);
  const row = template.previousElementSibling;
  row.querySelector("[data-removes-warning]").hidden = false;
  row.querySelector("input").focus();
}

function remove(form, button) {
  button.closest("[data-warning]").remove();
  form.querySelector("[data-adds-warning]").focus();
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest(FORM);
  if (!form) return;
  follow(form);
  // What the hours make possible is reckoned anew for the amounts and hours that are typed.
  const asks = /^(first_reply|next_reply)-|^(staffed|next_as_first)$/.test(target.name);
  if (asks) window.htmx?.trigger("#coverage", "policy-changed");
  if (/^starts_(on|at)$/.test(target.name)) form.querySelector("[name=starts][value=later]").checked = true;
});

document.addEventListener("click", ({ target }) => {
  const form = target.closest(FORM);
  if (!form) return;
  if (target.closest("[data-adds-warning]")) add(form);
  const removes = target.closest("[data-removes-warning]");
  if (removes) remove(form, removes);
});

// Enter in a field looks at what it changes; it never saves.
document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.key !== "Enter" || !target.matches?.(`${FORM} input`)) return;
  event.preventDefault();
  target.form.querySelector("button[value=preview]").click();
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const form = document.querySelector(FORM);
  if (form && detail.target.id === "policy-form") meet(form);
});

const form = document.querySelector(FORM);
if (form) {
  meet(form);
}
