// Puts HTML from the server in its place without disturbing anyone who is typing.
const FRESH_MS = 2500;
const WRITING = "input:not([type=hidden]), textarea, select";
// A refused value and two values side by side stand nowhere but here.
const UNSAVED = "[data-dirty], [data-state=error], [data-state=conflict]";

export const announce = (text) => { document.querySelector("[data-announce]").textContent = text; };
export const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;

export function isBusy(element) {
  const focused = document.activeElement;
  const isWriting = element.contains(focused) && focused.matches(WRITING);
  return isWriting || element.matches(UNSAVED) || element.querySelector(UNSAVED) !== null;
}

export function swap(current, incoming, { isFresh = false } = {}) {
  if (isFresh) {
    incoming.dataset.fresh = "";
    setTimeout(() => delete incoming.dataset.fresh, FRESH_MS);
  }
  current.replaceWith(incoming);
  window.htmx?.process(incoming);
}

// Two drawings are the same when only "9 min ago" and marks of our own differ.
function bare(element) {
  const copy = element.cloneNode(true);
  delete copy.dataset.fresh;
  const each = (what, change) => copy.querySelectorAll(what).forEach(change);
  each("time", (time) => { time.textContent = ""; });
  each("[name=csrf_token]", (token) => token.removeAttribute("value"));
  each(".htmx-request, .htmx-settling", (mark) => mark.removeAttribute("class"));
  return copy;
}

const idsOf = (parts) => parts.map(({ id }) => id).join();
const partsOf = (element) => [...element.querySelectorAll("[data-part][id]")];

// Returns false when the part was left alone because somebody is using it.
function renew(part) {
  const current = document.getElementById(part.id);
  if (!current || bare(current).isEqualNode(bare(part))) return true;
  if (isBusy(current)) return false;
  swap(current, part, { isFresh: true });
  return true;
}

export function place(container, html) {
  const incoming = parse(html);
  // The shield and the heading stand above the container and come with it.
  for (const part of incoming.querySelectorAll("[data-outside]")) renew(part.parentNode.removeChild(part));
  const parts = partsOf(incoming);
  const isSameShape = idsOf(parts) === idsOf(partsOf(container));
  if (isSameShape || isBusy(container)) return parts.map(renew).every(Boolean) && isSameShape;
  const open = new Set([...container.querySelectorAll("details[open][id]")].map((details) => details.id));
  for (const details of incoming.querySelectorAll("details[id]")) details.open = open.has(details.id);
  container.replaceChildren(...incoming.childNodes);
  window.htmx?.process(container);
  return true;
}
