// Turns pasted HTML into text as a person would write it: paragraphs, lists, links, tables.
const BLOCKS = /^(P|DIV|H[1-6]|LI|UL|OL|TABLE|TR|BLOCKQUOTE|PRE|SECTION|ARTICLE|HEADER|FOOTER)$/;
const SILENT = /^(STYLE|SCRIPT|HEAD|TITLE|META|LINK|TEMPLATE|NOSCRIPT|IFRAME|OBJECT|SVG|svg)$/;
const WORTH_IT = "a[href], li, table, [data-style*='mso-'], [class*='Mso'], br, p";
const BULLET = /^[·•o§▪◦\-–]$/;

// Null where the clipboard's own plain text is just as good.
export function asText(html, plain) {
  const page = new DOMParser().parseFromString(unstyled(html), "text/html");
  if (!page.querySelector(WORTH_IT)) return null;
  const made = tidy(read(page.body, 0));
  return made || plain;
}

// Styles are read, never applied: the page's policy would complain of each.
function unstyled(html) {
  return html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle=/gi, " data-style=");
}

function read(node, depth) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/[\s\u00a0]+/g, " ");
  if (node.nodeType !== Node.ELEMENT_NODE || SILENT.test(node.tagName)) return "";
  if (node.tagName === "BR") return "\n";
  if (node.tagName === "PRE") return `\n${node.textContent}\n`;
  const style = node.getAttribute("data-style") ?? "";
  if (/display:\s*none|mso-element:\s*comment/i.test(style)) return "";
  if (/mso-list:\s*Ignore/i.test(style)) return bullet(node.textContent);
  const isList = /^(UL|OL)$/.test(node.tagName);
  const inner = [...node.childNodes].map((one) => read(one, depth + (isList ? 1 : 0))).join("");
  return framed(node, inner, depth);
}

function framed(node, inner, depth) {
  if (node.tagName === "A") return linked(inner, node.getAttribute("href") ?? "");
  if (node.tagName === "LI") return `\n${"  ".repeat(Math.max(depth - 1, 0))}${sign(node)} ${inner.trim()}\n`;
  if (/^T[DH]$/.test(node.tagName)) return `${inner.trim().replace(/\n+/g, " ")}\t`;
  if (node.tagName === "P" || /^H[1-6]$/.test(node.tagName)) {
    return /MsoListParagraph/.test(node.className) ? `\n${inner.trim()}\n` : `\n\n${inner}\n\n`;
  }
  if (node.tagName === "TR") return `\n${inner.replace(/(^|\t) +/g, "$1").trimEnd()}`;
  return BLOCKS.test(node.tagName) ? `\n${inner}\n` : inner;
}

function sign(item) {
  if (item.parentElement?.tagName !== "OL") return "-";
  const start = Number(item.parentElement.getAttribute("start") ?? 1);
  return `${[...item.parentElement.children].indexOf(item) + start}.`;
}

// Word writes its own bullets, in a font where `·` or `o` is a dot.
function bullet(written) {
  const mark = written.trim();
  return BULLET.test(mark) ? "- " : `${mark} `;
}

function linked(inner, href) {
  const shown = inner.trim();
  if (!/^(https?:|mailto:)/i.test(href)) return inner;
  const target = href.replace(/^mailto:/i, "");
  if (!shown) return target;
  return shown === target || shown === href || target.replace(/\/$/, "") === shown ? inner : `${inner} (${target})`;
}

function tidy(said) {
  return said
    .split("\n")
    .map((line) => line.replace(/\t+$/, "").replace(/ {2,}(?=\S)/g, (gap, at) => (at ? " " : gap)).trimEnd())
    .map((line) => (/^\s+(-|\d+\.) /.test(line) ? line : line.trimStart()))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^(\s*(?:-|\d+\.) .*)\n\n(?=\s*(?:-|\d+\.) )/gm, "$1\n")
    .trim();
}
