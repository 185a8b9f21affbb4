// A photo with layers over it. <div data-viewer> holds images or drawings with data-layer="NAME",
// a <input type="range" data-opacity="NAME"> for each that fades, and a checkbox data-shows="NAME" for each that hides.

function start(viewer) {
  const layer = (name) => viewer.querySelector(`[data-layer="${name}"]`);
  for (const range of viewer.querySelectorAll("input[data-opacity]")) {
    const fade = () => { layer(range.dataset.opacity).style.opacity = String(range.value / range.max); };
    range.addEventListener("input", fade);
    fade();
  }
  for (const box of viewer.querySelectorAll("input[data-shows]")) {
    const show = () => { layer(box.dataset.shows).toggleAttribute("hidden", !box.checked); };
    box.addEventListener("change", show);
    show();
  }
}

for (const viewer of document.querySelectorAll("[data-viewer]")) start(viewer);
