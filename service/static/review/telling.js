// Telling what became of it, with a button that undoes it.
import { current } from "./cards.js";
import { board, keys, words } from "./page.js";
import { leave, takeUp } from "./place.js";

export function say(text, undoes = "") {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undoes) {
    const button = Object.assign(document.createElement("button"), { textContent: words.undo });
    Object.assign(button.dataset, { do: "undo", act: undoes });
    if (keys.undo) button.append(Object.assign(document.createElement("kbd"), { textContent: keys.undo }));
    toast.append(button);
  }
  const toasts = document.getElementById("toasts");
  leave(toasts);
  toasts.replaceChildren(toast);
  if (current()) takeUp(current());
  setTimeout(() => { leave(toast); toast.remove(); if (current()) takeUp(current()); }, undoes ? 1000 * board.dataset.undoSeconds : 8000);
}

// On the page that is about to open.
export const sayThere = (text) => sessionStorage.setItem("say", text);

export function count() {
  window.htmx?.trigger("#queues", "refresh");
}
