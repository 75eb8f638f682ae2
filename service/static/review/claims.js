// Claims: who has a comment on the screen, and who was faster.
import { attended, current, focusOn, loading, refill, rowOf } from "./cards.js";
import { board, fill, rows, words } from "./page.js";
import { post } from "./sending.js";

export function claim(id) {
  post(board.dataset.claimUrl, { comment: id }).then(({ claimed_by }) => {
    const row = rowOf(id);
    if (row) row.querySelector("[data-claim]").textContent = held(claimed_by);
    if (current()?.dataset.commentId !== id) return;
    showClaim(current(), held(claimed_by));
    showDecided(id); // nobody claims what is decided
  }, () => {});
}

const held = (holder) => (holder ? fill(words.has_this, { who: holder }) : "");

export function showClaim(card, text) {
  const line = card.querySelector("[data-card-claim]");
  line.hidden = !text;
  line.textContent = text ? `${text}. ${words.first_decides}` : "";
}

const told = (what) => JSON.parse(document.querySelector("[data-claims]")?.dataset[what] || "{}");

// What was taken back a moment ago; the page is told so only after a while.
export function notDecided(ids) {
  const decided = told("decided");
  for (const id of ids) delete decided[id];
  document.querySelector("[data-claims]").dataset.decided = JSON.stringify(decided);
}

function showDecided(id, decided = told("decided")) {
  if (!(id in decided) || current()?.dataset.commentId !== id) return;
  const [who, word] = decided[id];
  const said = fill(who ? words.already : words.already_platform, { who, word: words[`word_${word}`] });
  Object.assign(current().querySelector("[data-card-claim]"), { hidden: false, textContent: said });
}

export function readClaims() {
  const [claims, decided] = [told("claims"), told("decided")];
  for (const row of [...rows.children]) {
    const id = row.dataset.row;
    row.querySelector("[data-claim]").textContent = held(claims[id]);
    if (id in decided && !attended(row)) row.remove();
  }
  const id = current()?.dataset.commentId;
  if (id) showClaim(current(), held(claims[id])); // a decision may have been taken back
  showDecided(id, decided);
  const here = document.querySelector("[data-count]");
  if (here) document.title = document.title.replace(/\(.*?\)/, `(${here.textContent})`);
  if (!rows.children.length && Number(here?.dataset.count ?? 0)) refill();
  const missing = id ? null : rows.querySelector("[data-focus]");
  if (missing && !loading.has(missing.dataset.row)) focusOn(missing); // it could not be loaded before
}
