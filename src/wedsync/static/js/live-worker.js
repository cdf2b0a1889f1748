// Lives as long as any tab does; holds the stream and tells every tab what it hears.
import { follow } from "./live-source.js";

// A page was drawn a moment before its tab came here: it is told what it may have missed.
const RECENT_MS = 10000;
const ports = new Set();
let recent = [];

follow(self.name, (message) => {
  const now = Date.now();
  recent = recent.filter(({ at }) => now - at < RECENT_MS);
  recent.push({ at: now, message });
  for (const port of ports) port.postMessage(message);
});

self.onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = ({ data }) => (data === "bye" ? ports.delete(port) : ports.add(port));
  for (const { at, message } of recent) if (Date.now() - at < RECENT_MS) port.postMessage(message);
};
