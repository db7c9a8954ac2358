// The original mail of a buyer: loaded into a frame without rights when somebody asks for it.
function showOriginal(fold) {
  if (!fold.open || fold.querySelector("iframe")) return;
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.setAttribute("referrerpolicy", "no-referrer");
  frame.title = fold.dataset.frameTitle;
  frame.src = fold.dataset.frame;
  fold.append(frame);
}

document.addEventListener("toggle", (event) => {
  if (event.target.dataset?.frame) showOriginal(event.target);
}, true);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-with-pictures]");
  const frame = button?.closest("details").querySelector("iframe");
  if (frame) frame.src = `${button.closest("details").dataset.frame}?pictures=1`;
});
