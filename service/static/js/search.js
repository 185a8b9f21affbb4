// The page of results: choices take effect at once on a desk, addresses stay short, a photo is sent as it is chosen.

document.documentElement.classList.add("has-scripts");

const form = document.getElementById("search");
const isDesk = window.matchMedia("(min-width: 62rem)");
const PLACE = "place on the results";

// What is empty or usual is no part of the address.
form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) {
    if (value === "" || (name === "sort" && value === "best")) event.formData.delete(name);
  }
});

document.addEventListener("change", (event) => {
  const isOrder = event.target.name === "sort";
  // On the phone several filters are chosen in the sheet, and then shown together.
  if (event.target.matches("[data-narrows]") && (isOrder || isDesk.matches)) showFrom(event.target);
  if (event.target.matches("[data-photo-search] input[type=file]") && event.target.files.length > 0) {
    event.target.form.requestSubmit();
  }
});

// What is chosen is what the address says, also for who comes back to this page.
window.addEventListener("pageshow", (event) => {
  const [arrival] = performance.getEntriesByType("navigation");
  if (event.persisted || arrival.type === "back_forward") form.reset();
});

/** Load the page that a choice asks for, and stay where the choice was made. */
function showFrom(/** @type {HTMLInputElement | HTMLSelectElement} */ field) {
  sessionStorage.setItem(PLACE, JSON.stringify({ name: field.name, value: field.value, top: window.scrollY }));
  form.requestSubmit();
}

function goBackToPlace() {
  const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  if (!place) return;
  sessionStorage.removeItem(PLACE);
  const isIt = (each) => each.name === place.name && (each.name === "sort" || each.value === place.value);
  const field = [...form.elements].find(isIt);
  for (let folded = field?.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
  field?.focus({ preventScroll: true });
  window.scrollTo({ top: place.top, behavior: "instant" });
}

goBackToPlace();

function focusSheet() {
  if (window.location.hash === "#filters" && !isDesk.matches) document.getElementById("filters").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && window.location.hash === "#filters") window.location.hash = "found-count";
});
window.addEventListener("hashchange", focusSheet);
focusSheet();
