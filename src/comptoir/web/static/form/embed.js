// Puts the contact form onto a page of the shop: a frame where the script stands, as high as it needs.
(() => {
  const form = __FORM__;
  const script = document.currentScript;
  if (!script) return;
  if (!form.origins.includes(location.origin)) {
    console.warn(`Comptoir: the contact form is not allowed on ${location.origin}.`);
  }
  const asked = (script.dataset.lang || document.documentElement.lang || "").slice(0, 2).toLowerCase();
  const language = asked in form.titles ? asked : "";
  const source = new URL(form.src);
  if (language) source.searchParams.set("lang", language);
  source.searchParams.set("at", location.origin);
  const isDark = getComputedStyle(document.documentElement).colorScheme.includes("dark")
    && matchMedia("(prefers-color-scheme: dark)").matches;
  source.searchParams.set("theme", script.dataset.theme || (isDark ? "dark" : "light"));
  const frame = document.createElement("iframe");
  frame.src = source.href;
  frame.title = form.titles[language || form.language];
  frame.style.cssText = "display:block;width:100%;min-height:480px;border:0;color-scheme:light dark";
  frame.setAttribute("loading", "lazy");
  script.after(frame);
  addEventListener("message", (event) => {
    if (event.origin !== source.origin || event.source !== frame.contentWindow) return;
    const height = Number(event.data && event.data.comptoirFormHeight);
    if (height > 0 && height < 20000) frame.style.height = `${Math.ceil(height)}px`;
    if (event.data && event.data.comptoirFormTop) frame.scrollIntoView({ block: "nearest" });
  });
})();
