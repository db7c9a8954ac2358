// How one wants to hear of alerts: the browser is asked only when somebody presses the button.
import { tone } from "comptoir/sound.js";

const place = document.getElementById("allow");
const button = document.getElementById("allow-button");
const state = document.getElementById("allow-state");

function show() {
  const permission = "Notification" in window ? Notification.permission : "missing";
  button.hidden = permission !== "default";
  state.textContent = place.dataset[permission] ?? "";
}

button.addEventListener("click", async () => {
  await Notification.requestPermission();
  show();
});
document.getElementById("hear").addEventListener("click", tone);
show();
