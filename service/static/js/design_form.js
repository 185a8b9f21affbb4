// The form of a design: what a craft asks, what may be derived and what a price comes to are shown at once.
// Without this script the form's own buttons do the same by loading the page again.

const form = document.querySelector("[data-design-form]");
// Which parts of the page an answer may change, by what was asked.
const PARTS = { family: ["family"], origin: ["origin", "licence"], price: ["price"] };
const TYPING_MS = 350;
let newest = 0;

document.documentElement.classList.add("scripted");
rememberGroups();
form.addEventListener("change", (event) => ask(event.target.dataset.asks));
form.addEventListener("input", (event) => {
  if ("whileTyping" in event.target.dataset) later(() => ask(event.target.dataset.asks));
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=show]");
  if (!button) return;
  event.preventDefault();
  ask(button.value);
});
form.addEventListener("keydown", (event) => {
  // Enter in the search of originals searches; it does not save.
  if (event.key !== "Enter" || !("whileTyping" in event.target.dataset)) return;
  event.preventDefault();
  ask(event.target.dataset.asks);
});
addEventListener("pageshow", followCraft);
addEventListener("hashchange", openTarget);
openTarget();

let timer;
function later(work) {
  clearTimeout(timer);
  timer = setTimeout(work, TYPING_MS);
}

/** Send the form as it is, and put the parts of the answer in the place of the page's. */
async function ask(/** @type {string | undefined} */ question) {
  if (!question) return;
  clearTimeout(timer);
  const mine = ++newest;
  const parts = PARTS[question].map((name) => form.querySelector(`[data-part="${name}"]`));
  for (const part of parts) part.ariaBusy = "true";
  try {
    const body = new FormData(form);
    body.set("show", question);
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    if (mine === newest) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of parts) replace(part, page.querySelector(`[data-part="${part.dataset.part}"]`));
      tellFailure(false);
    }
  } catch (error) {
    console.warn("the form could not be asked:", error);
    tellFailure(true);
  } finally {
    for (const part of parts) part.ariaBusy = null;
  }
}

/** Who comes back to the form finds the craft chosen by the browser: its fields come as when it was chosen. */
function followCraft() {
  const craft = form.elements.craft;
  if (craft && craft.value !== form.querySelector("[data-part=family]").dataset.of) ask("family");
}

/** That the fields below do not fit what was chosen above, since nobody answered. */
function tellFailure(/** @type {boolean} */ failed) {
  for (const words of form.querySelectorAll("[data-not-answered]")) words.hidden = !failed;
}

/** The keyboard stays where it is, also when its field is one of those that are replaced. */
function replace(/** @type {Element} */ part, /** @type {Element} */ fresh) {
  const at = part.contains(document.activeElement) ? document.activeElement : null;
  part.replaceChildren(...fresh.childNodes);
  Object.assign(part.dataset, fresh.dataset);
  if (!at?.name) return;
  const again = [...part.querySelectorAll(`[name="${at.name}"]`)].find((field) => field.value === at.value);
  again?.focus();
}

/** Groups stay open as they were when the page comes back after saving. */
function rememberGroups() {
  const key = `groups ${location.pathname}`;
  const groups = [...form.querySelectorAll(".form-group")];
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  for (const group of groups) {
    if (kept.includes(group.id)) group.open = true;
    group.addEventListener("toggle", () => {
      sessionStorage.setItem(key, JSON.stringify(groups.filter((each) => each.open).map((each) => each.id)));
    });
  }
}

/** A link to a field inside a closed group opens it. */
function openTarget() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const group = target && target.closest(".form-group");
  if (!group || group.open) return;
  group.open = true;
  target.scrollIntoView();
}
