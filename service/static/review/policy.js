// The policy as one writes it: a fault's place leads to the line that it is about.
"use strict";

const source = document.getElementById("source");

function goTo(line, column) {
  const lines = source.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  source.focus();
  source.setSelectionRange(start + column - 1, start + (lines[line - 1] ?? "").length);
  const height = parseFloat(getComputedStyle(source).lineHeight);
  source.scrollTo({ top: (line - 5) * height, left: 0 }); // a few lines above it stay in view
}

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-line]")?.dataset;
  if (!place) return;
  event.preventDefault();
  goTo(Number(place.line), Number(place.column ?? 1));
});
