// Hearts without a reload. Without scripts, or when the line is down, the form sends itself.

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-favourite]") || event.defaultPrevented) return;
  event.preventDefault();
  const keep = form.elements.keep.value === "1";
  show(form, keep); // at once: the server nearly always agrees
  if (!(await send(form))) show(form, !keep);
  delete form.dataset.sent;
});

async function send(form) {
  const body = new FormData(form);
  body.set("keep", form.elements.keep.value === "1" ? "0" : "1"); // it has been turned over already
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    return answer.ok;
  } catch {
    return false;
  }
}

function show(form, isFavourite) {
  form.querySelector("button").setAttribute("aria-pressed", String(isFavourite));
  form.elements.keep.value = isFavourite ? "0" : "1";
}
