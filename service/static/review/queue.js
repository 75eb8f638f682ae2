// The queue by keyboard: the next comment is there before the last decision has arrived.
//
// Without this script everything on the page still works, as forms and links. With it, a key or
// a button shows the next comment at once and tells the server behind the moderator's back; what
// the server refuses is said, and the comment comes back when it was not decided.
"use strict";

const board = document.querySelector("[data-board]");
const keys = JSON.parse(document.body.dataset.keys || "{}");
const actionOf = Object.fromEntries(Object.entries(keys).map(([name, key]) => [key, name]));
const words = JSON.parse(document.body.dataset.words || "{}"); // see service/review/script_words.py
const csrf = document.querySelector("meta[name=csrf]").content;
const stage = document.getElementById("stage");
const rows = document.getElementById("rows");
const AHEAD = 4; // cards that are loaded before they are needed
const FEW = 10; // rows; with fewer, more are asked for
const HEARTBEAT_MS = 25_000; // a claim lasts a minute

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const counted = (name, count) => fill(words[count === 1 ? `${name}_one` : name], { count });

// --- talking with the server -----------------------------------------------------------------

let sending = Promise.resolve(); // one at a time and in order: an undo must not overtake
let unsent = 0; // the page may not be left before, or the rest of them is lost

function send(url, fields) {
  const sent = sending.then(() => post(url, fields));
  const done = () => { unsent -= 1; };
  unsent += 1;
  sending = sent.then(done, done);
  return sent;
}

async function allSent() {
  while (unsent) await sending;
}

async function goTo(address) {
  await allSent();
  location.assign(address);
}

// A browser's own words for it are its own, in its own language.
async function reach(url, options) {
  try { return await fetch(url, options); } catch { throw new Error(words.not_reached); }
}

async function post(url, fields) {
  const headers = { "X-CSRF-Token": csrf, Accept: "application/json" };
  const response = await reach(url, { method: "POST", body: new URLSearchParams(fields), headers, keepalive: true });
  if (response.status === 401) setTimeout(signIn); // once what was not done is back on the screen
  const known = response.headers.get("Content-Type")?.startsWith("application/json");
  if (!response.ok && response.status !== 409) throw new Error(fill(words.server_answered, { status: response.status }));
  return { ok: response.ok, ...(known ? await response.json() : {}) };
}

async function fragment(url) {
  const response = await reach(url, { headers: { Accept: "text/html" } });
  if (response.status === 404) return null;
  if (response.redirected) setTimeout(signIn); // nothing else leads elsewhere
  if (response.redirected || !response.ok) throw new Error(fill(words.server_answered, { status: response.ok ? 401 : response.status }));
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// --- rows and cards --------------------------------------------------------------------------

const rowOf = (id) => rows.querySelector(`[data-row="${CSS.escape(id)}"]`);
const cardOf = (id) => document.getElementById(`card-${id}`);
const current = () => stage?.querySelector('.card[aria-current="true"]') ?? null;
const loading = new Map();

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

function forget(id) {
  if (!cardOf(id)) return;
  keepNotes();
  cardOf(id).remove();
}

function loadAhead(row) {
  for (let i = 0; i < AHEAD && row; i++, row = row.nextElementSibling) loadCard(row).catch(() => {});
}

function next(row, step = 1) {
  const sibling = (one) => (step > 0 ? one?.nextElementSibling : one?.previousElementSibling);
  let found = sibling(row);
  while (found?.querySelector("[data-claim]").textContent && sibling(found)) found = sibling(found);
  return found;
}

function attend(row) {
  for (const old of rows.querySelectorAll("[data-focus]")) delete old.dataset.focus;
  if (row) row.dataset.focus = "";
}

const attended = (row) => "focus" in row.dataset; // else somebody was faster, with the next key

async function focusOn(row) {
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
async function refill() {
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

// --- claims ----------------------------------------------------------------------------------

function claim(id) {
  post(board.dataset.claimUrl, { comment: id }).then(({ claimed_by }) => {
    const row = rowOf(id);
    if (row) row.querySelector("[data-claim]").textContent = held(claimed_by);
    if (current()?.dataset.commentId !== id) return;
    showClaim(current(), held(claimed_by));
    showDecided(id); // nobody claims what is decided
  }, () => {});
}

const held = (holder) => (holder ? fill(words.has_this, { who: holder }) : "");

function showClaim(card, text) {
  const line = card.querySelector("[data-card-claim]");
  line.hidden = !text;
  line.textContent = text ? `${text}. ${words.first_decides}` : "";
}

const told = (what) => JSON.parse(document.querySelector("[data-claims]")?.dataset[what] || "{}");

// What was taken back a moment ago; the page is told so only after a while.
function notDecided(ids) {
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

function readClaims() {
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

// --- doing things ----------------------------------------------------------------------------

const SAID = { approve: words.approved, reject: words.rejected, spam: words.marked_spam, escalate: words.escalated, snooze: words.snoozed, move: words.sent_on };
const gone = new Map(); // comment id -> its row, to come back by undo

function act(what) {
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
  gone.set(id, { row, before: row?.nextElementSibling ?? null });
  leave(row);
  row?.remove();
  document.getElementById("toasts").dataset.used = ""; // room for the answer, before anybody aims at what follows
  const sent = send(moves ? board.dataset.moveUrl : board.dataset.decideUrl, fields);
  focusOn(after); // may ask for more rows, which come after what is being sent
  sent.then((answer) => {
    const refused = Object.values(answer.refused ?? {});
    if (refused.length) refuse(id, refused[0]);
    else say(SAID[what], answer.act);
    if (moves) form.elements.note.value = ""; // kept by now, and not to be sent again after an undo
    count();
  }, (fault) => {
    comeBack([id]);
    say(fill(words.nothing_decided, { why: fault.message }));
  });
}

function refuse(id, why) {
  gone.delete(id);
  forget(id); // with another text it may come again
  say(fill(words.not_done, { why }));
}

// The last thing by key; what a button stands beside, by that.
function undo(act = "") {
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

function keepNote() {
  const card = current();
  const note = card.querySelector("textarea");
  if (!note.value.trim()) return;
  send(board.dataset.noteUrl, { comment: card.dataset.commentId, note: note.value }).then(
    () => { note.value = ""; note.closest("details").open = false; say(words.note_kept); },
    (fault) => say(fill(words.note_not_kept, { why: fault.message })));
}

const selected = () => [...rows.querySelectorAll("input:checked")];

const selection = document.getElementById("selection");

function decideSelected(word) {
  selection.elements.word.value = word;
  selection.requestSubmit();
}

// The note that was typed goes along: under the comment in focus, or under one that is selected.
function carryNote() {
  const cards = [current(), ...selected().map((box) => cardOf(box.value.split(":")[0]))];
  const notes = cards.map((card) => card?.querySelector("textarea").value.trim());
  selection.elements.note.value = notes.find(Boolean) ?? "";
  selection.elements.focus.value = current()?.dataset.commentId ?? "";
}

async function alike() {
  await allSent();
  const id = current()?.dataset.commentId;
  if (id) location.assign(`${board.dataset.bulkUrl}?${board.dataset.query}&by=text&comment=${id}`);
}

// --- telling ---------------------------------------------------------------------------------

function say(text, undoes = "") {
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
const sayThere = (text) => sessionStorage.setItem("say", text);

function count() {
  window.htmx?.trigger("#queues", "refresh");
}

// --- keys and buttons ------------------------------------------------------------------------

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

for (const choice of document.querySelectorAll("[data-submits]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
