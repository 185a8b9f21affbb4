// A photo of the contact sheet, large, in a dialog; without scripts it is a link to the same photo.

const dialog = document.querySelector("dialog[data-photos]");
const large = dialog.querySelector("img");
/** @type {HTMLAnchorElement | null} */
let shown = null;

function show(/** @type {HTMLAnchorElement | null} */ link) {
  if (!link) return;
  shown = link;
  large.src = link.href;
  large.alt = link.querySelector("img").alt;
  if (!dialog.open) dialog.showModal();
}

function step(/** @type {number} */ by) {
  const links = [...document.querySelectorAll("[data-photo]")];
  show(links[links.indexOf(shown) + by] ?? null);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-photo]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  show(link);
});

dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight") step(1);
  if (event.key === "ArrowLeft") step(-1);
});
large.addEventListener("click", () => dialog.close());
