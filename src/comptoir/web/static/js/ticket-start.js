// On a phone a ticket begins at the buyer's newest message. A classic script behind the conversation:
// the page is drawn where it stays, and nothing jumps once the modules have come.
(() => {
  const GAP_PX = 12;
  const talk = document.getElementById("conversation");
  if (!talk || location.hash || getComputedStyle(talk).overflowY !== "visible") return;
  const messages = [...talk.querySelectorAll(".message")];
  const newest = messages.filter((one) => one.matches(".message--buyer")).at(-1) ?? messages.at(-1);
  const head = document.getElementById("ticket-head")?.offsetHeight ?? 0;
  if (!newest) return;
  scrollTo({ top: newest.getBoundingClientRect().top + scrollY - head - GAP_PX, behavior: "instant" });
  talk.dataset.isPlaced = "";
})();
