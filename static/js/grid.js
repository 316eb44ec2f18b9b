// The grid of photographs opens at its newest visit.
for (const area of document.querySelectorAll("[data-scroll-end]")) {
  area.scrollLeft = getComputedStyle(area).direction === "rtl" ? -area.scrollWidth : area.scrollWidth;
}
