// Forms of the studio: more rows of a list, and a question before typed words are left behind.

for (const list of document.querySelectorAll("[data-rows]")) {
  const button = list.parentElement.querySelector("[data-add-row]");
  button.hidden = false;
  button.addEventListener("click", () => addRow(list));
}

/** A copy of the last row without its words; the pointer of the keyboard goes there. */
function addRow(/** @type {HTMLElement} */ list) {
  const row = /** @type {HTMLElement} */ (list.lastElementChild.cloneNode(true));
  const words = row.querySelectorAll("input:not([type=color]), textarea");
  for (const input of words) input.value = "";
  for (const part of row.querySelectorAll("[data-not-copied], .field-error")) part.remove();
  for (const part of [row, ...row.querySelectorAll("[id]")]) part.removeAttribute("id");
  for (const part of row.querySelectorAll("[aria-describedby], [aria-invalid]")) {
    part.removeAttribute("aria-describedby");
    part.removeAttribute("aria-invalid");
  }
  list.append(row);
  words[0].focus();
}

// On the document, since standard_fresh.js may put a new form in a form's place.
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-keeps-typing]");
  if (form) form.dataset.typed = "1";
});
document.addEventListener("submit", (event) => {
  delete event.target.dataset.typed;
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("[data-typed]")) event.preventDefault();
});
