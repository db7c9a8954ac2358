// What is pasted: screenshots become files, Word's and Outlook's pages become clean text.
import { form, text } from "comptoir/composer/form.js";
import { attach } from "comptoir/composer/files.js";
import { asText } from "comptoir/composer/word.js";
import { words } from "comptoir/words.js";

const ENDINGS = { "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp" };

function named(file, number) {
  if (file.name && file.name !== "image.png") return file;
  const at = new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-");
  const ending = ENDINGS[file.type] ?? "bin";
  const behind = number ? `-${number + 1}` : "";
  return new File([file], `${words.composer.pasted}-${at}${behind}.${ending}`, { type: file.type });
}

// `insertText` keeps the browser's own undo; where it is refused the text is put in all the same.
function insert(said) {
  const area = text();
  if (document.execCommand("insertText", false, said)) return;
  area.setRangeText(said, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("paste", (event) => {
  if (!form() || event.target !== text()) return;
  const { files } = event.clipboardData;
  const plain = event.clipboardData.getData("text/plain");
  const html = event.clipboardData.getData("text/html");
  if (files.length && !plain.trim()) {
    event.preventDefault();
    attach([...files].map(named));
    return;
  }
  const said = html ? asText(html, plain) : null;
  if (said === null) return;
  event.preventDefault();
  insert(said);
});
