// Talking with the server: what is done is sent in order, and nothing is left behind.
import { fill, words } from "./page.js";
import { signIn } from "./place.js";

const csrf = document.querySelector("meta[name=csrf]").content;

let sending = Promise.resolve(); // one at a time and in order: an undo must not overtake
export let unsent = 0; // the page may not be left before, or the rest of them is lost

export function send(url, fields) {
  const sent = sending.then(() => post(url, fields));
  const done = () => { unsent -= 1; };
  unsent += 1;
  sending = sent.then(done, done);
  return sent;
}

export async function allSent() {
  while (unsent) await sending;
}

export async function goTo(address) {
  await allSent();
  location.assign(address);
}

// Once what was not done is back on the screen: the place there is kept.
function signInSoon() { allSent().then(() => setTimeout(signIn)); }

// A browser's own words for it are its own, in its own language.
async function reach(url, options) {
  try { return await fetch(url, options); } catch { throw new Error(words.not_reached); }
}

export async function post(url, fields) {
  const headers = { "X-CSRF-Token": csrf, Accept: "application/json" };
  const response = await reach(url, { method: "POST", body: new URLSearchParams(fields), headers, keepalive: true });
  if (response.status === 401) signInSoon();
  const known = response.headers.get("Content-Type")?.startsWith("application/json");
  if (!response.ok && response.status !== 409) throw new Error(fill(words.server_answered, { status: response.status }));
  const answer = known ? await response.json() : {};
  if (answer.other_site) throw new Error(fill(words.other_site, { site: answer.other_site }));
  return { ok: response.ok, ...answer };
}

export async function fragment(url) {
  const response = await reach(url, { headers: { Accept: "text/html" } });
  if (response.status === 404) return null;
  if (response.redirected) signInSoon(); // nothing else leads elsewhere
  if (response.redirected || !response.ok) throw new Error(fill(words.server_answered, { status: response.ok ? 401 : response.status }));
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
