// Files go to the server as soon as they are chosen, so that a crash loses none of them.
import { base, changed, field, form, headers, isNote, mode, part } from "comptoir/composer/form.js";
import { tell, untell } from "comptoir/composer/line.js";
import { announce, item } from "comptoir/composer/file-item.js";
import { fill, words } from "comptoir/words.js";

const MEGA = 1024 * 1024;
const under = new Map(); // the line of a file that is on its way, to its request

const list = () => part(`[data-files-of="${mode()}"]`);

export const areUnderWay = () => [...under.keys()].some((line) => list()?.contains(line));

const megabytes = (count) => fill(words.composer.bytes_mb, { count: Math.round((count / MEGA) * 10) / 10 });

function attachedBytes() {
  return [...list().querySelectorAll("[data-bytes]")].reduce((sum, one) => sum + Number(one.dataset.bytes), 0);
}

// What the channel would refuse is said before anything is sent; the server looks again.
function objection(file) {
  const { filesMax, fileBytes, filesBytes, endings } = form().dataset;
  const said = words.composer;
  const name = file.name;
  if (!file.size) return fill(said.file_empty, { name });
  if (file.size > Number(fileBytes)) return fill(said.file_too_large, { name, limit: megabytes(fileBytes) });
  if (isNote()) return "";
  const ending = `.${name.split(".").at(-1).toLowerCase()}`;
  if (endings && !endings.split(",").includes(ending)) {
    return fill(said.file_type, { name, types: endings.replaceAll(",", " ") });
  }
  if (Number(filesMax) && list().children.length >= Number(filesMax)) {
    return fill(said.too_many, { limit: filesMax });
  }
  if (attachedBytes() + file.size > Number(filesBytes)) {
    return fill(said.files_too_large, { name, limit: megabytes(filesBytes) });
  }
  return "";
}

export function attach(files) {
  if (!form() || !part("[data-files]")) return;
  untell("file");
  for (const file of files) {
    const said = objection(file);
    if (said) tell("file", said);
    else upload(file);
  }
}

function upload(file) {
  const line = item(file, () => {
    under.get(line)?.abort();
    under.delete(line);
    line.remove();
    tellSettled(false);
  });
  list().append(line);
  const request = new XMLHttpRequest();
  under.set(line, request);
  request.open("POST", `${base()}/draft/files`);
  for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) line.querySelector("progress").value = event.loaded / event.total;
  });
  request.addEventListener("loadend", () => settle(request, line, file));
  const filled = new FormData();
  filled.set("file", file);
  filled.set("is_note", isNote() ? "1" : "0");
  request.send(filled);
}

// A reply may be waiting for its files.
function tellSettled(hasArrived) {
  document.dispatchEvent(new CustomEvent("comptoir:file", { detail: { hasArrived } }));
}

function settle(request, line, file) {
  if (!under.delete(line) || !line.isConnected) return;
  const { name } = file;
  if (request.status === 200) {
    line.outerHTML = request.responseText;
    announce(fill(words.composer.attached, { name }));
    tellSettled(true);
    return;
  }
  line.remove();
  tellSettled(false);
  if (request.status === 422) return void tell("file", JSON.parse(request.responseText).said);
  const again = () => {
    untell("file");
    attach([file]);
  };
  tell("file", fill(words.composer.file_lost, { name }), { label: words.composer.again, run: again });
}

async function remove(line) {
  const answer = await fetch(`/draft-files/${line.dataset.file}`, { method: "POST", headers: headers() }).catch(() => null);
  if (!answer || ![204, 404].includes(answer.status)) return void tell("file", words.unreachable);
  const name = line.querySelector(".attached__name")?.textContent ?? "";
  const next = line.nextElementSibling ?? line.previousElementSibling;
  line.remove();
  untell("file");
  announce(fill(words.composer.removed, { name }));
  (next?.querySelector("button") ?? field("text")).focus();
  if (!field("text").value) changed();
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-files]")) return;
  attach([...event.target.files]);
  event.target.value = "";
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-removes-file]");
  if (button && form()?.contains(button)) remove(button.closest("[data-file]"));
});
