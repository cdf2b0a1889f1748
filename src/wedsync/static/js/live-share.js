// One stream per browser, not per tab: over HTTP/1.1 the seventh tab would otherwise never load.
import { follow } from "./live-source.js";

// The worker is named after the stream, so two people in one browser never share one.
function byWorker(url, script, tell) {
  const worker = new SharedWorker(script, { type: "module", name: url });
  worker.port.onmessage = ({ data }) => tell(data);
  worker.onerror = () => alone(url, tell);
  addEventListener("pagehide", () => worker.port.postMessage("bye"));
  addEventListener("pageshow", () => worker.port.postMessage("hello"));
}

// Without shared workers, the tab that holds the lock listens and tells the others.
function byLock(url, tell) {
  const channel = new BroadcastChannel(`live ${url}`);
  channel.onmessage = ({ data }) => tell(data);
  const tellAll = (message) => {
    tell(message);
    channel.postMessage(message);
  };
  navigator.locks.request(`live ${url}`, () => new Promise(() => follow(url, tellAll)));
}

// Locks are not to be had on a plain-http address other than this machine's own.
const alone = (url, tell) => (navigator.locks && "BroadcastChannel" in window ? byLock(url, tell) : follow(url, tell));

export function share(url, script, tell) {
  if ("SharedWorker" in window) byWorker(url, script, tell);
  else alone(url, tell);
}
