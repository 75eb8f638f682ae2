// Deciding many: the number on the buttons follows the boxes, and the keys press what is there.
"use strict";

const form = document.getElementById("many");
const keys = JSON.parse(document.body.dataset.keys || "{}");

function recount() {
  const chosen = form.querySelectorAll("input[type=checkbox]:checked").length;
  for (const number of form.querySelectorAll("[data-chosen]")) number.textContent = String(chosen);
  for (const button of form.querySelectorAll("[data-do]")) button.disabled = !chosen;
}

function perform(name) {
  if (name === "help") document.getElementById("help").showModal();
  else if (name === "note" && form) {
    form.querySelector("details.note").open = true;
    form.elements.note.focus();
  } else {
    const button = name && form?.querySelector(`[data-do="${name}"]`);
    button?.click();
    return Boolean(button);
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("textarea")) return event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (event.target.matches("textarea, dialog[open] *")) return;
  if (perform(Object.keys(keys).find((one) => keys[one] === event.key))) event.preventDefault();
});

if (form) {
  form.addEventListener("change", recount);
  // What was decided is no page to come back to: a browser would ask to send the selection again.
  form.addEventListener("submit", () => history.replaceState(null, "", form.querySelector("[data-back]").href));
}
