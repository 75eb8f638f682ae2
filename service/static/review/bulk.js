// Deciding many: the number on the buttons follows the boxes, and the decision keys press them.
"use strict";

const form = document.getElementById("many");
const keys = JSON.parse(document.body.dataset.keys || "{}");

function recount() {
  const chosen = form.querySelectorAll("input[type=checkbox]:checked").length;
  for (const number of form.querySelectorAll("[data-chosen]")) number.textContent = String(chosen);
  for (const button of form.querySelectorAll("[data-do]")) button.disabled = !chosen;
}

if (form) {
  form.addEventListener("change", recount);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const name = Object.keys(keys).find((one) => keys[one] === event.key);
    const button = name && form.querySelector(`[data-do="${name}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });
}
