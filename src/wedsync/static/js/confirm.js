// Asks once more before something is taken away, or, with a tone, before a word that counts. Without it the form sends at once.
const dialog = document.querySelector("[data-confirm-dialog]");

function ask(form, submitter) {
  dialog.querySelector("[data-confirm-title]").textContent = form.dataset.confirm;
  dialog.querySelector("[data-confirm-text]").textContent = form.dataset.confirmText || "";
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = form.dataset.confirmYes || "Yes";
  yes.className = `btn ${form.dataset.confirmTone || "danger"}`;
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "";
    form.requestSubmit(submitter);
  }, { once: true });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!dialog || !form.dataset.confirm || "confirmed" in form.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(form, event.submitter);
}, true);
