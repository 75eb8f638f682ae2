// A gentle word about breaks: it stays beside the work until somebody puts it away, and is read out
// once, on whichever page of the queue the time came.
import { board, fill, words } from "./page.js";

const BREAK_MS = 15 * 60_000; // so long away is a break
const LOOK_MS = 30_000;
const READ_OUT_MS = 10_000; // then a screen reader finds the text in one place only
const reminder = document.getElementById("reminder");
const breakMinutes = Number(document.body.dataset.breakMinutes);

const kept = (name) => Number(sessionStorage.getItem(name) ?? 0);
const keep = (name, value) => sessionStorage.setItem(name, String(value));

function putAway() {
  reminder.hidden = true;
  keep("reminded", 0);
  keep("began", Date.now());
}

function show() {
  reminder.querySelector("p").textContent = fill(words.have_a_break, { minutes: breakMinutes });
  reminder.hidden = false;
}

function readOut() {
  const told = document.getElementById("told");
  told.textContent = reminder.querySelector("p").textContent;
  setTimeout(() => { told.textContent = ""; }, READ_OUT_MS);
}

function look() {
  if (document.hidden) return;
  const now = Date.now();
  if (now - kept("seen") > BREAK_MS) putAway(); // that was one
  keep("seen", now);
  if (kept("reminded") || now - kept("began") < breakMinutes * 60_000) return;
  keep("reminded", 1);
  show();
  readOut();
}

if (board && breakMinutes > 0) {
  reminder.querySelector("button").addEventListener("click", putAway);
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.matches("input, textarea, select, dialog[open] *");
    if (event.key === "Escape" && !reminder.hidden && !elsewhere) putAway();
  });
  look();
  if (kept("reminded")) show(); // on the page before this one
  setInterval(look, LOOK_MS);
}
