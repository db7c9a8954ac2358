// Narrows the list of templates while somebody types: names first, then folders, then texts.
const plain = (value) => value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const ranks = new WeakMap();

function read(option) {
  if (!ranks.has(option)) {
    ranks.set(option, {
      name: plain(option.querySelector(".templates__name").textContent),
      folder: plain(option.querySelector(".templates__folder")?.textContent ?? ""),
      text: plain(option.querySelector("[data-text]").content.textContent),
    });
  }
  return ranks.get(option);
}

function rank({ name, folder, text }, word) {
  if (name.startsWith(word)) return 5;
  if (name.includes(` ${word}`)) return 4;
  if (name.includes(word)) return 3;
  if (folder.includes(word)) return 2;
  return text.includes(word) ? 1 : 0;
}

// False where nothing fits, or where the list holds only a part: then the server is asked.
export function narrowed(list, typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const isPart = Boolean(list.querySelector("[data-more]"));
  const found = [...list.querySelectorAll("[role=option]")]
    .map((option, at) => ({ option, at, rank: Math.min(...words.map((word) => rank(read(option), word))) }))
    .filter((one) => one.rank > 0)
    .sort((one, other) => other.rank - one.rank || one.at - other.at);
  list.replaceChildren(...found.map((one) => one.option));
  return found.length > 0 && !isPart;
}
