// What was typed while signed out: this tab keeps it until its writer is back at the field.
const PLACE = "kept";
const read = () => JSON.parse(sessionStorage.getItem(PLACE) || "{}");
const write = (kept) => sessionStorage.setItem(PLACE, JSON.stringify(kept));
const nameOf = (field) => `${location.pathname}#${field.id}`;
// Whose words they are: somebody else who signs in here is not given them.
const keyOf = (field) => `${document.body.dataset.person} ${nameOf(field)}`;

// The way to sign in, and back to this very field.
export function keepHere(form) {
  const field = form.closest(".field");
  const boxes = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  write({ ...read(), [keyOf(field)]: boxes });
  const notes = form.querySelector(".notes");
  if (notes.querySelector("[data-way-back]")) return;
  const link = document.createElement("a");
  link.dataset.wayBack = "";
  Object.assign(link, { className: "aim", textContent: "Sign in and go on here" });
  link.href = `/sign-in?next=${encodeURIComponent(nameOf(field))}`;
  const line = Object.assign(document.createElement("p"), { className: "error" });
  line.append(link);
  notes.prepend(line);
}

function fill(form, boxes) {
  for (const [name, value] of boxes) {
    const box = form.elements.namedItem(name);
    if (box) box.value = value;
  }
  // Saved like any typing, from the revision that was seen then: what came between is shown beside it.
  form.querySelector("[name^=value]").dispatchEvent(new Event("input", { bubbles: true }));
}

// Called once the page is there: puts back what was typed before signing in.
export function restore() {
  const kept = read();
  for (const field of document.querySelectorAll(".field[id]")) {
    const form = field.querySelector("form[data-autosave]");
    const boxes = kept[keyOf(field)];
    if (!form || !boxes) continue;
    delete kept[keyOf(field)];
    fill(form, boxes);
  }
  write(kept);
}
