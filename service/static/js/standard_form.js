// Forms of the studio: more rows for materials and colours, and a question before typed words are left behind.

for (const list of document.querySelectorAll("[data-rows]")) {
  const button = list.parentElement.querySelector("[data-add-row]");
  button.hidden = false;
  button.addEventListener("click", () => addRow(list));
}

/** A copy of the last row without its words; the pointer of the keyboard goes there. */
function addRow(/** @type {HTMLElement} */ list) {
  const row = /** @type {HTMLElement} */ (list.lastElementChild.cloneNode(true));
  const words = row.querySelectorAll("input:not([type=color])");
  for (const input of words) input.value = "";
  list.append(row);
  words[0].focus();
}

for (const form of document.querySelectorAll("[data-keeps-typing]")) {
  let isTyped = false;
  form.addEventListener("input", () => {
    isTyped = true;
  });
  form.addEventListener("submit", () => {
    isTyped = false;
  });
  addEventListener("beforeunload", (event) => {
    if (isTyped) event.preventDefault();
  });
}
