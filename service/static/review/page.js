// The page as its scripts find it: where things stand, the keys, the words.

export const board = document.querySelector("[data-board]");
export const keys = JSON.parse(document.body.dataset.keys || "{}");
export const words = JSON.parse(document.body.dataset.words || "{}"); // see service/review/script_words.py
export const stage = document.getElementById("stage");
export const rows = document.getElementById("rows");

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
export const counted = (name, count) => fill(words[count === 1 ? `${name}_one` : name], { count });

