// The queue while it is looked at: told by the server where it has a stream left for this page,
// asked for every few seconds otherwise. A page that nobody looks at leaves its place to others.
import { readClaims } from "./claims.js";
import { board } from "./page.js";
import { count } from "./telling.js";

const ASK_MS = 5_000;
const TRY_AGAIN_MS = 60_000; // for a stream, once there was no place
let stream = null;
export let streaming = false;

function listen() {
  if (stream || document.hidden || !window.EventSource) return;
  stream = new EventSource(`${board.dataset.liveUrl}?${board.dataset.query}`);
  stream.addEventListener("queues", (event) => {
    streaming = true;
    document.getElementById("queues").innerHTML = event.data;
    readClaims();
  });
  stream.addEventListener("error", () => {
    streaming = false;
    if (stream?.readyState !== EventSource.CLOSED) return; // it tries again by itself
    stream = null;
    setTimeout(listen, TRY_AGAIN_MS);
  });
}

function hush() {
  stream?.close();
  stream = null;
  streaming = false;
}

if (board) {
  listen();
  setInterval(() => { if (!streaming && !document.hidden) count(); }, ASK_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return hush();
    count();
    listen();
  });
}
