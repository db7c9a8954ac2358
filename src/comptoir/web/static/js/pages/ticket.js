// The ticket page: what belongs to it, started once; each behaviour is a module of its own.
import "comptoir/composer/mentions.js";
import "comptoir/ticket/copy.js";
import "comptoir/ticket/lightbox.js";
import "comptoir/ticket/live.js";
import "comptoir/ticket/looked.js";
import "comptoir/ticket/merge-find.js";
import "comptoir/ticket/original.js";
import "comptoir/ticket/presence.js";
import "comptoir/ticket/sheet.js";
import "comptoir/ticket/walk.js";
import "comptoir/ticket/why-not.js";
import { openComposer } from "comptoir/pages/composer.js";
import { show } from "comptoir/ticket/neighbours.js";
import { showLatest } from "comptoir/ticket/talk.js";
import { back } from "comptoir/ticket/order.js";

let isComposerOpen = false;

// The head comes anew with each change of the ticket, and does not know where one came from.
function leadBack() {
  const link = document.querySelector("[data-back]");
  const address = back();
  if (link && address) link.href = address;
}

document.addEventListener("htmx:oobAfterSwap", leadBack);
document.addEventListener("comptoir:ticket", () => {
  leadBack();
  if (!isComposerOpen) openComposer();
  isComposerOpen = true;
  showLatest();
  show();
});

const page = document.getElementById("ticket");
if (page) {
  document.dispatchEvent(new CustomEvent("comptoir:ticket", { detail: { id: page.dataset.ticket } }));
}
