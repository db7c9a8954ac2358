// Attachments enlarged over the page: pictures and plain texts of a ticket, by ← and → and Escape.
import { words } from "comptoir/words.js";

const box = () => document.getElementById("lightbox");
const all = () => [...document.querySelectorAll("#conversation [data-picture], #conversation [data-text]")];
let at = 0;
let opener = null;

function picture(link) {
  const image = document.createElement("img");
  image.src = link.href;
  image.alt = link.dataset.picture;
  return image;
}

function text(link) {
  const shown = document.createElement("pre");
  shown.tabIndex = 0;
  shown.textContent = "…";
  fetch(link.href)
    .then((answer) => (answer.ok ? answer.text() : Promise.reject()))
    .then((content) => (shown.textContent = content), () => (shown.textContent = words.failed_to_load));
  return shown;
}

function show(number) {
  const links = all();
  at = (number + links.length) % links.length;
  const link = links[at];
  if (!link) return box().close();
  const name = link.dataset.picture ?? link.dataset.text;
  box().querySelector("[data-lightbox-name]").textContent =
    links.length > 1 ? `${name} (${at + 1}/${links.length})` : name;
  box().querySelector("[data-lightbox-get]").href = link.href.replace("?show=1", "");
  box().querySelector("[data-lightbox-show]").replaceChildren("picture" in link.dataset ? picture(link) : text(link));
  for (const step of box().querySelectorAll("[data-lightbox-step]")) step.hidden = links.length < 2;
}

document.addEventListener("click", (event) => {
  const step = event.target.closest?.("[data-lightbox-step]");
  if (step) return void show(at + Number(step.dataset.lightboxStep));
  const link = event.target.closest?.("[data-picture], [data-text]");
  if (!link || !box() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  opener = link;
  show(all().indexOf(link));
  box().showModal();
  box().addEventListener("close", () => opener?.isConnected && opener.focus(), { once: true });
});
document.addEventListener("keydown", (event) => {
  if (!box()?.open) return;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  show(at + step);
});
