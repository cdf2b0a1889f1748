// A wedding locks and opens by the clock, and nobody says so then.
import { renew } from "./live.js";

const LOOK_MS = 15000;
const MINUTE_MS = 60000;
let renewedAt = 0;

setInterval(() => {
  const isDue = Date.now() >= Date.parse(document.getElementById("shield")?.dataset.until);
  // A clock that runs ahead here must not ask again and again until the house's has caught up.
  if (!isDue || Date.now() - renewedAt < MINUTE_MS) return;
  renewedAt = Date.now();
  renew();
}, LOOK_MS);
