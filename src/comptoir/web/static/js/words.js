// Texts of the page's language, rendered by the server.
const holder = document.getElementById("words");

export const words = holder ? JSON.parse(holder.textContent) : {};

export function fill(text, values) {
  return (text ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
