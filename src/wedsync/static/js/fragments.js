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
  for (const time of copy.querySelectorAll("time")) time.textContent = "";
  for (const token of copy.querySelectorAll("[name=csrf_token]")) token.removeAttribute("value");
  for (const mark of copy.querySelectorAll(".htmx-request, .htmx-settling")) mark.removeAttribute("class");
  return copy;
}

const partsOf = (element) => [...element.querySelectorAll("[data-part][id]")];

// Returns false when a part was left alone because somebody is using it.
export function place(container, html) {
  const incoming = parse(html);
  const parts = partsOf(incoming);
  const isSameShape = parts.map((part) => part.id).join() === partsOf(container).map((part) => part.id).join();
  if (!isSameShape && !isBusy(container)) {
    const open = new Set([...container.querySelectorAll("details[open][id]")].map((details) => details.id));
    for (const details of incoming.querySelectorAll("details[id]")) details.open = open.has(details.id);
    container.replaceChildren(...incoming.childNodes);
    window.htmx?.process(container);
    return true;
  }
  let isComplete = isSameShape;
  for (const part of parts) {
    const current = document.getElementById(part.id);
    if (!current || bare(current).isEqualNode(bare(part))) continue;
    if (isBusy(current)) isComplete = false;
    else swap(current, part, { isFresh: true });
  }
  return isComplete;
}
