// Where one is in the queue, kept while cards come and go: the focus, what is in view, a typed note.
import { gone } from "./acts.js";
import { current } from "./cards.js";
import { board, rows, stage } from "./page.js";
import { goTo } from "./sending.js";

// --- the focus -------------------------------------------------------------------------------

let resume = null; // what had the focus as it went: a button's name, "" for anything else

// A part of the page is about to go. A button that was clicked is not taken up again: the space
// bar, by which one scrolls, would press it.
export function leave(part) {
  const at = document.activeElement;
  if (!part?.contains(at)) return;
  resume = (at.matches(":focus-visible") && at.closest("[data-do]")?.dataset.do) || "";
  at.blur();
}

export function hide(card) {
  leave(card);
  card.hidden = true;
  card.removeAttribute("aria-current");
}

export function takeUp(part) {
  const empty = document.getElementById("empty");
  if (resume === null || ![document.body, empty].includes(document.activeElement)) return;
  part.querySelector(`[data-do="${resume}"]`)?.focus({ preventScroll: true });
  if (!part.contains(document.activeElement)) part.focus({ preventScroll: true });
  if (part !== empty) resume = null; // more may come yet
}

// For "back" and "reload". Safari refuses more than a hundred in half a minute.
export function putInAddress(id) {
  const here = new URL(location.href);
  here.searchParams.set("focus", id);
  try { history.replaceState(null, "", here); } catch { /* the place alone is lost */ }
}

// --- what is in view -------------------------------------------------------------------------

// By hand: `scrollIntoView` moves the page, too, on whose narrow form the list is under the card.
export function scrollList(row) {
  const [list, at] = [rows, row].map((one) => one.getBoundingClientRect());
  if (at.top < list.top) rows.scrollTop += at.top - list.top;
  else if (at.bottom > list.bottom) rows.scrollTop += at.bottom - list.bottom;
}

export function showTop(card) {
  const { top } = card.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 3) stage.scrollIntoView();
}

// --- a typed note ----------------------------------------------------------------------------

const keptNotes = () => JSON.parse(sessionStorage.getItem("notes") ?? "{}"); // by comment id
const setNotes = (notes) => sessionStorage.setItem("notes", JSON.stringify(notes));

// Of cards that go, and of no other: what is typed on may be sent as something else.
export function keepTyped(...cards) {
  const notes = keptNotes();
  for (const card of cards) {
    const [id, typed] = [card.dataset.commentId, card.querySelector("textarea")?.value];
    if (typed?.trim() && !gone.has(id)) notes[id] = typed;
  }
  setNotes(notes);
}

export function putNoteBack(card) {
  const { [card.dataset.commentId]: typed, ...others } = keptNotes();
  const field = card.querySelector("textarea");
  if (!typed || !field) return;
  field.value = typed;
  field.closest("details").open = true;
  setNotes(others);
}

let leaving = false; // to go again would break off what began

// The session is over: back to this comment afterwards.
export function signIn() {
  if (leaving) return;
  leaving = true;
  keepTyped(...stage.querySelectorAll(".card"));
  const at = current()?.dataset.commentId;
  const here = `${board.dataset.queueUrl}?${board.dataset.query}${at ? `&focus=${at}` : ""}`;
  goTo(`/sign-in?next=${encodeURIComponent(here)}`);
}
