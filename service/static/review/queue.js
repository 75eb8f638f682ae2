// The queue by keyboard: the next comment is there before the last decision has arrived.
//
// Without this script everything on the page still works, as forms and links. With it, a key or
// a button shows the next comment at once and tells the server behind the moderator's back; what
// the server refuses is said, and the comment comes back when it was not decided.
import { SAID, act, alike, carryNote, decideSelected, keepNote, selected, selection, undo } from "./acts.js";
import { FEW, current, focusOn, loadAhead, next, refill } from "./cards.js";
import { claim, readClaims, showClaim } from "./claims.js";
import { board, counted, keys, rows, words } from "./page.js";
import { putNoteBack, scrollList, signIn } from "./place.js";
import { allSent, goTo, unsent } from "./sending.js";
import { say } from "./telling.js";

const actionOf = Object.fromEntries(Object.entries(keys).map(([name, key]) => [key, name]));
const HEARTBEAT_MS = 25_000; // a claim lasts a minute

const open = (kind) => {
  const folded = (current() ?? document).querySelector(`details.${kind}`);
  if (folded) { folded.open = true; folded.querySelector("textarea, input").focus(); }
};
const press = (word) => document.querySelector(`.card [data-do="${word}"]`)?.click();
const decide = (word) => (!board ? press(word) : selected().length ? decideSelected(word) : act(word));
const move = (kind) => (board ? act(kind) : press(kind));

const ACTIONS = {
  approve: () => decide("approve"),
  reject: () => decide("reject"),
  spam: () => decide("spam"),
  escalate: () => move("escalate"),
  snooze: () => move("snooze"),
  send: () => open("send"),
  undo: () => (board ? undo() : document.querySelector('.toast [data-do="undo"]')?.click()),
  next: () => { const to = next(rows.querySelector("[data-focus]")); if (to) focusOn(to); },
  previous: () => { const to = next(rows.querySelector("[data-focus]"), -1); if (to) focusOn(to); },
  select: () => { const box = rows.querySelector("[data-focus] input"); if (box) { box.checked = !box.checked; showSelection(); } },
  like: () => (board ? alike() : press("like")),
  campaign: () => document.querySelector("[data-campaign-key]")?.click(),
  note: () => open("note"),
  "keep-note": keepNote,
  reveal: () => (current() ?? document).querySelector(".body.blurred")?.classList.toggle("shown"),
  search: () => { const field = document.getElementById("q"); field.focus(); field.select(); },
  help: () => document.getElementById("help").showModal(),
  further: refill,
};
const REPEATS = new Set(["next", "previous"]); // all else is one press, one deed, however long it is held
const ANYWHERE = new Set(["undo", "approve", "reject", "spam", "escalate", "snooze", "send", "like", "note", "reveal", "help"]);

function perform(name) {
  if (!board && !ANYWHERE.has(name)) return false;
  ACTIONS[name]();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("input, textarea, select")) return event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches('input:not([type="checkbox"]), textarea, select, dialog[open] *')) return;
  const name = actionOf[event.key];
  if (event.repeat && !REPEATS.has(name)) {
    if (name || (event.key === "Enter" && event.target.closest("[data-do]"))) event.preventDefault();
    return;
  }
  if (name && perform(name)) event.preventDefault();
});

function showSelection() {
  const button = document.querySelector("[data-selection]");
  const many = selected().length;
  button.textContent = many ? counted("decide_selected", many) : words.decide_the_selected;
  button.disabled = !many;
}

if (board) {
  document.addEventListener("click", (event) => {
    const open = event.target.closest("[data-open]");
    const button = event.target.closest("[data-do]");
    const name = button?.dataset.do;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (open) { event.preventDefault(); focusOn(open.closest(".row")); }
    else if (name && (SAID[name] || ACTIONS[name])) { event.preventDefault(); if (SAID[name]) act(name); else if (name === "undo") undo(button.dataset.act); else ACTIONS[name](); }
    else if (unsent && event.target.closest("a[href]")) { event.preventDefault(); goTo(event.target.closest("a[href]").href); }
  });
  document.addEventListener("submit", (event) => {
    if (!unsent) return;
    event.preventDefault();
    allSent().then(() => event.target.requestSubmit(event.submitter));
  });
  window.addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });
  rows.addEventListener("change", showSelection);
  selection.addEventListener("submit", carryNote);
  const queues = document.getElementById("queues");
  queues.addEventListener("htmx:afterSwap", readClaims);
  queues.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status === 401) { event.preventDefault(); signIn(); }
  });
  setInterval(() => { const card = current(); if (card && !document.hidden) claim(card.dataset.commentId); }, HEARTBEAT_MS);
  showSelection();
  const row = rows.querySelector("[data-focus]");
  if (row) { showClaim(current(), row.querySelector("[data-claim]").textContent); putNoteBack(current()); loadAhead(row.nextElementSibling); scrollList(row); }
  if (rows.children.length < FEW && document.getElementById("further")) refill();
  const left = sessionStorage.getItem("say");
  if (left) { sessionStorage.removeItem("say"); say(left); }
}

document.querySelector(".open-appeals [aria-current]")?.scrollIntoView({ block: "nearest" });

for (const choice of document.querySelectorAll("[data-submits]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
