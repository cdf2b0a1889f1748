// What somebody had on screen for a second, in a tab that they looked at, is said to be seen; never what was only fetched.
const LOOK_MS = 1000;
const TOGETHER_MS = 300;
const RETRY_MS = 5000;
const MOST = 100;
const onScreen = new Map();
const said = new Set();
const waiting = new Map();

function say(url) {
  const tokens = [...waiting.get(url)].slice(0, MOST);
  if (!tokens.length) return;
  tokens.forEach((token) => waiting.get(url).delete(token));
  const csrf = document.querySelector("[name=csrf_token]")?.value ?? "";
  const body = new URLSearchParams({ csrf_token: csrf, seen: tokens.join(" ") });
  const again = () => {
    tokens.forEach((token) => waiting.get(url).add(token));
    setTimeout(say, RETRY_MS, url);
  };
  fetch(url, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true })
    .then((answer) => (answer.status >= 500 ? again() : setTimeout(say, 0, url)), again);
}

function note(element) {
  const url = element.closest("[data-seen-url]").dataset.seenUrl;
  const tokens = element.dataset.seen.split(" ").filter((token) => !said.has(token));
  if (!tokens.length) return;
  if (!waiting.has(url)) waiting.set(url, new Set());
  if (!waiting.get(url).size) setTimeout(say, TOGETHER_MS, url);
  for (const token of tokens) {
    said.add(token);
    waiting.get(url).add(token);
  }
}

// The second begins anew whenever it leaves the screen, or the tab is left.
function look(element) {
  clearTimeout(onScreen.get(element));
  onScreen.set(element, document.hidden ? 0 : setTimeout(() => element.isConnected && note(element), LOOK_MS));
}

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) look(target);
    else {
      clearTimeout(onScreen.get(target));
      onScreen.delete(target);
    }
  }
}, { threshold: 0.6 });

const follow = () => document.querySelectorAll("[data-seen]").forEach((element) => observer.observe(element));
document.addEventListener("visibilitychange", () => [...onScreen.keys()].forEach(look));
for (const place of document.querySelectorAll("[data-live]")) new MutationObserver(follow).observe(place, { childList: true, subtree: true });
follow();
