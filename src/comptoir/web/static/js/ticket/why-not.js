// A key that has nothing to do on this ticket says why.
import { toast } from "comptoir/toasts.js";

document.addEventListener("comptoir:key", ({ detail }) => {
  const said = document.querySelector(`[data-why-not="${CSS.escape(detail.key)}"]`);
  if (!said) return;
  detail.preventDefault();
  toast(said.textContent);
});
