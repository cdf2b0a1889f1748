// What another person saves appears here by itself: one stream for the whole browser.
import { place } from "./fragments.js";
import { share } from "./live-share.js";

const RETRY_MS = 2000;
const running = new Set();
const waiting = new Set();
const skipped = new Set();

const containers = () => [...document.querySelectorAll("[data-live]")];

// "refresh" is said to a page that may have missed something.
function concerns(container, { kind, id }) {
  return kind === "refresh" || container.dataset.live.split(" ").some((topic) => topic === `${kind}:${id}` || topic === `${kind}:*`);
}

async function refresh(container) {
  if (running.has(container) || document.hidden) return waiting.add(container);
  running.add(container);
  try {
    const answer = await fetch(container.dataset.liveSrc, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (answer.ok) skipped[place(container, await answer.text()) ? "delete" : "add"](container);
    else if (answer.status >= 500) setTimeout(refresh, RETRY_MS, container);
  } catch {
    setTimeout(refresh, RETRY_MS, container);
  } finally {
    running.delete(container);
    if (!document.hidden && waiting.delete(container)) refresh(container);
  }
}

const refreshAll = (some) => some.filter((container) => container.isConnected).forEach((container) => refresh(container));

// Everything on the page, as it stands now.
export const renew = () => refreshAll(containers());

function hear(message) {
  if (message.type === "open") renew();
  else refreshAll(containers().filter((container) => concerns(container, message.event)));
}

// A field that was in use when news came is renewed when its writer leaves it.
document.addEventListener("focusout", () => {
  const left = [...skipped];
  skipped.clear();
  setTimeout(refreshAll, 0, left);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  const late = [...waiting];
  waiting.clear();
  refreshAll(late);
});
addEventListener("pageshow", (event) => event.persisted && renew());

const { liveUrl, liveWorker } = document.body.dataset;
if (liveUrl && containers().length) share(liveUrl, liveWorker, hear);
