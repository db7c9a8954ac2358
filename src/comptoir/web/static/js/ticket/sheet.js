// On narrow screens the order and the customer come up as a sheet from the lower edge.
const sheet = () => document.getElementById("side");

function show(isOpen) {
  sheet()?.classList.toggle("is-open", isOpen);
  const opener = document.querySelector(".head [data-sheet]");
  opener?.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) sheet().querySelector("[data-sheet]").focus();
  else opener?.focus();
}

document.addEventListener("click", (event) => {
  const isOpen = sheet()?.classList.contains("is-open");
  if (event.target.closest("[data-sheet]")) show(!isOpen);
  else if (isOpen && !sheet().contains(event.target)) show(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && sheet()?.classList.contains("is-open")) show(false);
});
