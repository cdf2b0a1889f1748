// Everything here makes a working page quicker; without it every form still sends itself.
import "./autosave.js";
import "./confirm.js";
import "./copy.js";
import "./live.js";
import "./clock.js";
import "./seen.js";
import { restore } from "./kept.js";

const offline = document.querySelector("[data-offline]");
const showSignal = () => { offline.hidden = navigator.onLine; };
addEventListener("online", showSignal);
addEventListener("offline", showSignal);
showSignal();

// A link to one field opens the section it lies in.
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const section = target && target.closest("details");
  if (!section) return;
  section.open = true;
  target.scrollIntoView();
  target.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}
addEventListener("hashchange", reveal);
reveal();
// Once more when all is there: the browser's own way to a #target takes the focus away again.
addEventListener("load", () => setTimeout(reveal));
restore();

// The button that takes a venue's address over goes once it is used; the focus goes on to the address.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const field = detail.successful && target.dataset?.leadsTo && document.getElementById(target.dataset.leadsTo);
  if (!field) return;
  field.tabIndex = -1;
  (field.querySelector("input:not([type=hidden]), textarea") ?? field).focus();
});

// The account menu closes like a menu.
const account = document.querySelector("details.account");
document.addEventListener("click", (event) => {
  if (account && account.open && !account.contains(event.target)) account.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !account || !account.open) return;
  account.open = false;
  account.querySelector("summary").focus();
});
