// Sends one field and shows its answer; what was typed is never lost.
import { announce, parse, swap } from "./fragments.js";
import { keepHere } from "./kept.js";
import { say, sayAsBefore } from "./status.js";

const [IDLE_MS, RETRY_MS] = [2000, 5000];
const [timers, saved] = [new WeakMap(), new WeakMap()];
const written = (form) => new URLSearchParams(new FormData(form)).toString();

function keep(form, text) {
  say(form, "bad", text);
  form.querySelector(".save").dataset.needed = "";
  schedule(form, RETRY_MS);
}

// While someone is still in the box, only what surrounds it is renewed.
function settle(form, answer) {
  const field = form.closest(".field");
  const renewed = answer.querySelector("form[data-autosave]");
  if (!renewed || !form.contains(document.activeElement)) return swap(field, answer);
  field.dataset.state = answer.dataset.state;
  form.elements.base_revision.value = renewed.elements.base_revision.value;
  for (const part of ["[data-status]", ".notes"]) form.querySelector(part).replaceWith(renewed.querySelector(part));
  delete form.querySelector(".save").dataset.needed;
  remember(form);
}

export const remember = (form) => saved.set(form, written(form));
export const isKnown = (form) => saved.has(form);
export function schedule(form, wait_ms = IDLE_MS) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => form.isConnected && save(form), wait_ms));
}

export async function save(form, { isForced = false } = {}) {
  const body = written(form);
  clearTimeout(timers.get(form));
  if ("saving" in form.dataset) return;
  if ([...form.elements].some((each) => each.validity?.badInput)) return say(form, "bad", "Not saved yet: finish it"); // half a time reads as none
  if (body === saved.get(form) && !isForced) {
    delete form.dataset.dirty;
    return sayAsBefore(form);
  }
  form.dataset.saving = "";
  say(form, "", "Saving…");
  const headers = { "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded" };
  const answer = await fetch(form.action, { method: "POST", body, headers, keepalive: true }).catch(() => null);
  delete form.dataset.saving;
  if (answer?.status === 401) keepHere(form);
  const field = answer && parse(await answer.text()).querySelector(".field");
  if (!field) return keep(form, "Kept here, not sent yet");
  if (written(form) !== body) {
    // More was typed meanwhile: take the new revision and send the rest.
    if (answer.ok) form.elements.base_revision.value = field.querySelector("[name=base_revision]").value;
    return schedule(form);
  }
  delete form.dataset.dirty;
  announce(`${field.querySelector(".head > :first-child").textContent}: ${answer.ok ? "saved" : "not saved"}`);
  settle(form, field);
}
