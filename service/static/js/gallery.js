// Thumbnails that change the large photo, and the large photo at full size in a dialog. Without it they are links.

const gallery = document.querySelector("[data-gallery]");
const large = gallery?.querySelector("[data-large] img");
const lightbox = document.querySelector("dialog.lightbox");

function choose(link) {
  for (const other of gallery.querySelectorAll("[data-thumb]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  const small = link.querySelector("img");
  large.srcset = small.srcset;
  large.src = small.src;
  large.alt = link.dataset.alt;
  gallery.querySelector("[data-large]").href = link.href;
}

gallery?.addEventListener("click", (event) => {
  const thumb = event.target.closest("[data-thumb]");
  const zoom = event.target.closest("[data-large]");
  if (event.metaKey || event.ctrlKey || !(thumb || zoom)) return;
  event.preventDefault();
  if (thumb) {
    choose(thumb);
    return;
  }
  const picture = lightbox.querySelector("img");
  picture.src = zoom.href;
  picture.alt = large.alt;
  lightbox.showModal();
});
