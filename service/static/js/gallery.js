// The strip of photos of a design: thumbnails that move it, and a view of its own for the details (js/zoom.js).
// Without this the thumbnails are links within the page, and the photos links to themselves.

import { Zoom } from "./zoom.js";

const gallery = document.querySelector("[data-gallery]");
const strip = gallery?.querySelector("[data-strip]");
const view = document.querySelector("dialog[data-zoom]");

function markThumb(id) {
  for (const thumb of gallery.querySelectorAll("[data-thumb]")) {
    if (thumb.dataset.thumb === id) thumb.setAttribute("aria-current", "true");
    else thumb.removeAttribute("aria-current");
  }
}

function startStrip() {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) markThumb(entry.target.id);
  }, { root: strip, threshold: 0.6 });
  for (const photo of strip.children) seen.observe(photo);
  gallery.addEventListener("click", (event) => {
    const thumb = event.target.closest("[data-thumb]");
    if (!thumb || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    strip.scrollTo({ left: document.getElementById(thumb.dataset.thumb).offsetLeft - strip.offsetLeft });
  });
}

function startView() {
  const photos = [...strip.querySelectorAll("[data-photo]")];
  const zoom = new Zoom(view.querySelector("[data-stage]"));
  const count = view.querySelector("[data-count]");
  let index = 0;

  function show(next) {
    index = (next + photos.length) % photos.length;
    const small = photos[index].querySelector("picture img");
    zoom.show(photos[index].href, small.alt);
    count.textContent = `${index + 1} / ${photos.length}`;
  }

  for (const part of view.querySelectorAll("[data-step], [data-count]")) part.hidden = photos.length < 2;
  strip.addEventListener("click", (event) => {
    const photo = event.target.closest("[data-photo]");
    if (!photo || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    show(photos.indexOf(photo));
    view.showModal();
  });
  view.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    const scale = event.target.closest("[data-scale]");
    if (step) show(index + Number(step.dataset.step));
    if (scale) zoom.step(scale.dataset.scale === "in" ? 1 : -1);
  });
  view.addEventListener("keydown", (event) => {
    if (zoom.key(event.key)) event.preventDefault();
    else if (event.key === "ArrowLeft") show(index - 1);
    else if (event.key === "ArrowRight") show(index + 1);
  });
  view.addEventListener("close", () => {
    photos[index].focus({ preventScroll: true });
    strip.scrollTo({ left: photos[index].parentElement.offsetLeft - strip.offsetLeft, behavior: "instant" });
  });
}

if (strip) {
  startStrip();
  startView();
}
