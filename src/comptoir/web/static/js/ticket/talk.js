// Where a conversation is read from: the oldest message nobody answered, else the newest.
const talk = () => document.getElementById("conversation");

export function jump(selector, block = "start") {
  const found = [...talk().querySelectorAll(selector)].at(-1);
  found?.scrollIntoView({ block });
  return found;
}

export function showLatest() {
  const place = talk();
  if (!place || location.hash) return;
  if (place.scrollHeight <= place.clientHeight) return;
  if (jump(".message.is-first-unanswered") || jump(".message--buyer")) return;
  place.scrollTop = place.scrollHeight;
}
