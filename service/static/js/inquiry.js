// Files that are too large or too many are told of before a slow line is used for nothing.

function problemOf(field) {
  const files = [...field.files];
  const megabytes = (bytes) => bytes / 1_000_000;
  const { mostFiles, mostMb, mostMessageMb, tooMany, tooLarge, tooMuch } = field.dataset;
  if (files.length > Number(mostFiles)) return tooMany;
  if (files.some((file) => megabytes(file.size) > Number(mostMb))) return tooLarge;
  return megabytes(files.reduce((sum, file) => sum + file.size, 0)) > Number(mostMessageMb) ? tooMuch : "";
}

for (const field of document.querySelectorAll("input[data-most-mb]")) {
  field.addEventListener("change", () => {
    field.setCustomValidity(problemOf(field));
    field.reportValidity();
  });
  field.form.addEventListener("submit", (event) => {
    if (field.reportValidity()) return;
    event.preventDefault();
    event.stopPropagation(); // js/app.js would take the form for sent
  });
}

// A link to the quotation opens it.
function openNamed() {
  const named = document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;
}
window.addEventListener("hashchange", openNamed);
openNamed();
