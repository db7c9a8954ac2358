// A box with a list below it to choose from by arrow keys: the search box and the palette.
// Options are elements with role=option; what choosing one does is the caller's.
export class Finder {
  constructor(dialog, { fill, choose, submit }) {
    this.dialog = dialog;
    this.input = dialog.querySelector("[role=combobox]");
    this.list = dialog.querySelector("[role=listbox]");
    this.status = dialog.querySelector("[role=status]");
    this.fill = fill;
    this.choose = choose;
    this.submit = submit;
    this.input.addEventListener("input", () => this.fill(this.input.value));
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.querySelector("form").addEventListener("submit", (event) => this.onSubmit(event));
    this.list.addEventListener("mousemove", ({ target }) => this.select(target.closest("[role=option]")));
    this.list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  open(text = "") {
    if (!this.dialog.open) this.dialog.showModal();
    this.input.value = text;
    this.input.focus();
    this.show("");
    this.fill(text);
  }

  close() {
    this.dialog.close();
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  selected() {
    return this.list.querySelector('[aria-selected="true"]');
  }

  show(html, { status = "", first = false } = {}) {
    this.list.innerHTML = html;
    const options = this.options();
    const isFilled = this.list.childElementCount > 0;
    this.list.hidden = !isFilled;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    for (const option of options) option.setAttribute("aria-selected", "false");
    this.status.textContent = status;
    if (first) this.select(options[0]);
  }

  select(option) {
    if (!option || option === this.selected()) return;
    this.selected()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  move(step) {
    const options = this.options();
    const at = options.indexOf(this.selected());
    const next = at < 0 && step < 0 ? options.length - 1 : at + step;
    this.select(options[(next + options.length) % options.length]);
  }

  onKey(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else return;
    event.preventDefault();
  }

  onSubmit(event) {
    const option = this.selected();
    if (option) {
      event.preventDefault();
      this.choose(option);
    } else if (!this.submit?.(this.input.value)) event.preventDefault();
  }
}
