// Rows and cards: which comment is in focus, and what is loaded before it is needed.
import { gone } from "./acts.js";
import { claim, readClaims } from "./claims.js";
import { board, fill, rows, stage, words } from "./page.js";
import { hide, keepTyped, putInAddress, putNoteBack, scrollList, showTop, takeUp } from "./place.js";
import { allSent, fragment } from "./sending.js";
import { say } from "./telling.js";

const AHEAD = 4; // cards that are loaded before they are needed
export const FEW = 10; // rows; with fewer, more are asked for

export const rowOf = (id) => rows.querySelector(`[data-row="${CSS.escape(id)}"]`);
export const cardOf = (id) => document.getElementById(`card-${id}`);
export const current = () => stage?.querySelector('.card[aria-current="true"]') ?? null;
export const loading = new Map();

function cached({ dataset: { row, revision } }) {
  const card = cardOf(row);
  return card?.dataset.revision === revision ? card : null;
}

function loadCard(row) {
  const id = row.dataset.row;
  if (cached(row)) return Promise.resolve(cached(row));
  if (!loading.has(id)) {
    const got = fragment(`${board.dataset.cards}${id}?${board.dataset.query}`).then((page) => {
      forget(id);
      const card = page?.querySelector(".card");
      if (!card) return null;
      stage.append(document.adoptNode(card));
      row.dataset.revision = card.dataset.revision; // it may have been edited since
      putNoteBack(card);
      return card;
    }).finally(() => loading.delete(id)); // what failed is asked for again
    loading.set(id, got);
  }
  return loading.get(id);
}

export function forget(id) {
  const card = cardOf(id);
  if (!card) return;
  keepTyped(card);
  card.remove();
}

export function loadAhead(row) {
  for (let i = 0; i < AHEAD && row; i++, row = row.nextElementSibling) loadCard(row).catch(() => {});
}

export function next(row, step = 1) {
  const sibling = (one) => (step > 0 ? one?.nextElementSibling : one?.previousElementSibling);
  let found = sibling(row);
  while (found?.querySelector("[data-claim]").textContent && sibling(found)) found = sibling(found);
  return found;
}

function attend(row) {
  for (const old of rows.querySelectorAll("[data-focus]")) delete old.dataset.focus;
  if (row) row.dataset.focus = "";
}

export const attended = (row) => "focus" in row.dataset; // else somebody was faster, with the next key

export async function focusOn(row) {
  const was = current();
  if (was && (!row || gone.has(was.dataset.commentId))) hide(was); // no key may reach it again
  attend(row);
  document.getElementById("empty").hidden = Boolean(row);
  if (!row) { takeUp(document.getElementById("empty")); return refill(); }
  let card = cached(row);
  try { card ??= await loadCard(row); } catch (fault) { return stay(row, fault); }
  const [wanted, after] = [attended(row), next(row) ?? next(row, -1)];
  if (!card) row.remove();
  if (wanted) card ? present(card, row) : focusOn(after);
}

function stay(row, fault) {
  if (!attended(row)) return;
  say(fill(words.not_loaded, { why: fault.message }));
  if (current()) attend(rowOf(current().dataset.commentId));
}

function present(card, row) {
  if (current() && current() !== card) hide(current());
  card.hidden = false;
  card.setAttribute("aria-current", "true");
  takeUp(card);
  putInAddress(row.dataset.row);
  document.getElementById("told").textContent = card.getAttribute("aria-label");
  readClaims(); // others may have decided it while it was loaded
  scrollList(row);
  showTop(card);
  claim(row.dataset.row);
  loadAhead(row.nextElementSibling);
  if (rows.children.length < FEW) refill();
}

let refilling = false;

// A look goes through so many comments and no more, so what few have may take several.
export async function refill() {
  if (refilling) return;
  refilling = true;
  do {
    if (!(await lookOn())) break;
    if (!current() && rows.firstElementChild) focusOn(rows.firstElementChild);
  } while (rows.children.length < FEW && document.getElementById("further"));
  refilling = false;
}

async function lookOn() {
  const further = document.getElementById("further");
  const query = new URLSearchParams(board.dataset.query);
  const last = rows.lastElementChild?.dataset.place;
  if (further) for (const [name, value] of new URLSearchParams(further.dataset.spot)) query.set(name, value);
  else if (last) query.set("after", last); // all was looked through: what has come since
  await allSent(); // what was decided must not come again
  const before = new Set(gone.keys());
  const page = await fragment(`${board.dataset.rows}?${query}`).catch(() => null);
  if (!page) return false;
  const since = (id) => gone.has(id) && !before.has(id); // decided while these rows were asked for
  const fresh = [...page.querySelectorAll(".row")].filter(({ dataset: { row } }) => !rowOf(row) && !since(row));
  rows.append(...fresh.map((row) => document.adoptNode(row)));
  const next = page.getElementById("further");
  further?.replaceWith(...(next ? [document.adoptNode(next)] : []));
  return true;
}
