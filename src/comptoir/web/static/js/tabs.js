// The tab one is on is in sight, however many there are.
for (const tab of document.querySelectorAll(".page__tabs [aria-current]")) {
  const strip = tab.parentElement;
  strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.clientWidth) / 2;
}
