// The word a field says about itself: saved, saving, not saved yet.
const WORDS = { saved: ["ok", "Saved"], error: ["bad", "Not saved"] };
const tagOf = (form) => form.querySelector("[data-status]");

export function say(form, tone, text) {
  Object.assign(tagOf(form), { hidden: false, className: `tag ${tone}`.trim(), textContent: text });
}

// Typed and taken back: nothing was sent, so the field says what it said.
export function sayAsBefore(form) {
  const words = WORDS[form.closest(".field").dataset.state];
  if (words) say(form, ...words);
  else tagOf(form).hidden = true;
}
