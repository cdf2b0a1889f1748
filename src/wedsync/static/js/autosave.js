// A field saves itself on leaving it, or after 2 s without a key; one that suggests names only on leaving it.
import { isKnown, remember, save, schedule } from "./saving.js";
import { say } from "./status.js";

const formOf = (event) => event.target.closest?.("form[data-autosave]");
// Who pauses over a list of suggestions has not chosen yet.
const isBeingSuggested = ({ target }) => target.list && target === document.activeElement;
const isChosenAtOnce = (event) => event.type === "change" && event.target.matches("[type=radio], select");

function touch(event) {
  const form = formOf(event);
  if (!form) return;
  if (!("dirty" in form.dataset)) say(form, "", "Not saved yet");
  form.dataset.dirty = "";
  if (isBeingSuggested(event)) return;
  schedule(form, isChosenAtOnce(event) ? 0 : undefined);
}

function leave(event) {
  const form = formOf(event);
  if (form && "dirty" in form.dataset && !form.contains(event.relatedTarget)) save(form);
}

function saveAll() {
  document.querySelectorAll("form[data-dirty]").forEach((form) => save(form));
}

document.addEventListener("focusin", (event) => {
  const form = formOf(event);
  if (form && !isKnown(form)) remember(form);
});
document.addEventListener("input", touch);
document.addEventListener("change", touch);
document.addEventListener("focusout", leave);
document.addEventListener("submit", (event) => {
  const form = formOf(event);
  if (!form) return;
  event.preventDefault();
  save(form, { isForced: true });
});
addEventListener("online", saveAll);
document.addEventListener("visibilitychange", () => document.hidden && saveAll());
