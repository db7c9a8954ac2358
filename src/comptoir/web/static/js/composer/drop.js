// Files can be dropped anywhere on the page; where they would land is shown while they hover.
import { form, part } from "comptoir/composer/form.js";
import { attach } from "comptoir/composer/files.js";

let depth = 0;

const brings = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const isOpen = () => Boolean(form() && part("[data-files]"));

function show(isOver) {
  document.getElementById("composer")?.classList.toggle("is-over", isOver);
}

document.addEventListener("dragenter", (event) => {
  if (!isOpen() || !brings(event)) return;
  depth += 1;
  show(true);
});
document.addEventListener("dragleave", (event) => {
  if (!isOpen() || !brings(event)) return;
  depth = Math.max(depth - 1, 0);
  if (!depth) show(false);
});
document.addEventListener("dragover", (event) => {
  if (isOpen() && brings(event)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!isOpen() || !brings(event)) return;
  event.preventDefault();
  depth = 0;
  show(false);
  attach([...event.dataTransfer.files]);
});
