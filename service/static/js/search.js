// The page of results: choices take effect at once on a desk, addresses stay short, a photo is sent as it is chosen.

document.documentElement.classList.add("has-scripts");

const form = document.getElementById("search");
const isDesk = window.matchMedia("(min-width: 62rem)");

// What is empty or usual is no part of the address.
form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) {
    if (value === "" || (name === "sort" && value === "best")) event.formData.delete(name);
  }
});

document.addEventListener("change", (event) => {
  const isOrder = event.target.name === "sort";
  // On the phone several filters are chosen in the sheet, and then shown together.
  if (event.target.matches("[data-submits]") && (isOrder || isDesk.matches)) form.requestSubmit();
  if (event.target.matches("[data-photo-search] input[type=file]") && event.target.files.length > 0) {
    event.target.form.requestSubmit();
  }
});

function focusSheet() {
  if (window.location.hash === "#filters" && !isDesk.matches) document.getElementById("filters").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && window.location.hash === "#filters") window.location.hash = "found-count";
});
window.addEventListener("hashchange", focusSheet);
focusSheet();
