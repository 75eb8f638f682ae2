// Doing things: a decision, a move or a note goes out, and comes back when it was not taken.
import { cardOf, current, focusOn, forget, next, rowOf } from "./cards.js";
import { notDecided } from "./claims.js";
import { board, counted, fill, rows, words } from "./page.js";
import { leave } from "./place.js";
import { allSent, goTo, send } from "./sending.js";
import { count, say, sayThere } from "./telling.js";

export const SAID = { approve: words.approved, reject: words.rejected, spam: words.marked_spam, escalate: words.escalated, snooze: words.snoozed, move: words.sent_on };
export const gone = new Map(); // comment id -> its row, to come back by undo

export function act(what) {
  const card = current();
  if (!card) return;
  const id = card.dataset.commentId;
  const row = rowOf(id);
  const form = card.querySelector("form.actions");
  if (!card.querySelector(`[data-do="${what}"]`)) return say(words.for_admins);
  const fields = { comment: `${id}:${card.dataset.revision}`, note: form.elements.note.value };
  const moves = what === "escalate" || what === "snooze" || what === "move";
  if (moves) Object.assign(fields, { kind: what, to: card.querySelector("[name=to]").value });
  else fields.word = what;
  const after = row ? next(row) ?? next(row, -1) : rows.firstElementChild;
  const was = { row, before: row?.nextElementSibling ?? null };
  gone.set(id, was);
  leave(row);
  row?.remove();
  document.getElementById("toasts").dataset.used = ""; // room for the answer, before anybody aims at what follows
  const sent = send(moves ? board.dataset.moveUrl : board.dataset.decideUrl, fields);
  focusOn(after); // may ask for more rows, which come after what is being sent
  sent.then((answer) => {
    const refused = Object.values(answer.refused ?? {});
    if (refused.length) refuse(id, refused[0]);
    else {
      say(SAID[what], answer.act);
      setTimeout(letGo, 1000 * board.dataset.undoSeconds, id, was);
    }
    if (moves) form.elements.note.value = ""; // kept by now, and not to be sent again after an undo
    count();
  }, (fault) => {
    comeBack([id]);
    say(fill(words.nothing_decided, { why: fault.message }));
  });
}

// No undo brings it back any more, and somebody may stay on the page for a day.
function letGo(id, was) {
  if (gone.get(id) !== was) return;
  if (!rowOf(id)) forget(id);
  gone.delete(id);
}

function refuse(id, why) {
  gone.delete(id);
  forget(id); // with another text it may come again
  say(fill(words.not_done, { why }));
}

// The last thing by key; what a button stands beside, by that.
export function undo(act = "") {
  send(board.dataset.undoUrl, { act }).then((answer) => {
    if (!answer.ok) return say(answer.detail);
    const refused = Object.entries(answer.refused);
    for (const [id] of refused) { gone.delete(id); forget(id); } // with another text it may come again
    if (answer.done.length) say(counted("undone", answer.done.length));
    else say(fill(words.not_undone, { why: refused[0][1] }));
    comeBack(answer.done);
    count();
  }, (fault) => say(fill(words.not_undone, { why: fault.message })));
}

function comeBack(ids) {
  notDecided(ids);
  for (const id of ids) {
    const was = gone.get(id);
    if (!was?.row) { sayThere(counted("undone", ids.length)); goTo(`${board.dataset.queueUrl}?${board.dataset.query}&focus=${id}`); return; }
    rows.insertBefore(was.row, was.before?.parentNode === rows ? was.before : rows.firstElementChild);
    gone.delete(id);
  }
  if (ids.length) focusOn(rowOf(ids[0]));
}

export function keepNote() {
  const card = current();
  const note = card.querySelector("textarea");
  if (!note.value.trim()) return;
  send(board.dataset.noteUrl, { comment: card.dataset.commentId, note: note.value }).then(
    () => { note.value = ""; note.closest("details").open = false; say(words.note_kept); },
    (fault) => say(fill(words.note_not_kept, { why: fault.message })));
}

export const selected = () => [...rows.querySelectorAll("input:checked")];

export const selection = document.getElementById("selection");

export function decideSelected(word) {
  selection.elements.word.value = word;
  selection.requestSubmit();
}

// The note that was typed goes along: under the comment in focus, or under one that is selected.
export function carryNote() {
  const cards = [current(), ...selected().map((box) => cardOf(box.value.split(":")[0]))];
  const notes = cards.map((card) => card?.querySelector("textarea").value.trim());
  selection.elements.note.value = notes.find(Boolean) ?? "";
  selection.elements.focus.value = current()?.dataset.commentId ?? "";
}

export async function alike() {
  await allSent();
  const id = current()?.dataset.commentId;
  if (id) location.assign(`${board.dataset.bulkUrl}?${board.dataset.query}&by=text&comment=${id}`);
}
