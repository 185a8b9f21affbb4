// The part of the photo in which the piece lies, drawn with mouse, pen or finger. Without scripts there are four fields.

const NAMES = ["left", "top", "width", "height"];
/** @type {{ form: HTMLFormElement, x: number, y: number } | null} */
let drawing = null;

const field = (form, name) => form.querySelector(`[name="${name}"]`);
const percent = (value) => Math.round(value * 10) / 10;

function place(form, event) {
  const box = form.querySelector("[data-region-stage]").getBoundingClientRect();
  const within = (value) => Math.min(100, Math.max(0, 100 * value));
  return { x: within((event.clientX - box.left) / box.width), y: within((event.clientY - box.top) / box.height) };
}

function draw(form, [x, y, width, height]) {
  const outline = form.querySelector("[data-region]");
  outline.querySelector("path").setAttribute("d", `M0 0H100V100H0Z M${x} ${y}h${width}v${height}h${-width}Z`);
  for (const rect of outline.querySelectorAll("rect")) {
    for (const [name, value] of Object.entries({ x, y, width, height })) rect.setAttribute(name, String(value));
  }
}

function read(form) {
  return NAMES.map((name) => Number(field(form, name).value.replace(",", ".")));
}

document.addEventListener("pointerdown", (event) => {
  const stage = event.target.closest("[data-region-stage]");
  if (!stage || !event.isPrimary || event.button !== 0) return;
  const form = stage.closest("form");
  stage.setPointerCapture(event.pointerId);
  drawing = { form, ...place(form, event) };
  form.dataset.typed = "";
  event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (!drawing || !event.isPrimary) return;
  const { form, x, y } = drawing;
  const end = place(form, event);
  const part = [Math.min(x, end.x), Math.min(y, end.y), Math.abs(end.x - x), Math.abs(end.y - y)].map(percent);
  if (part[2] < 1 || part[3] < 1) return; // a tap draws nothing
  draw(form, part);
  NAMES.forEach((name, index) => { field(form, name).value = String(part[index]); });
});

for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { drawing = null; });

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-region-form]");
  if (!form) return;
  form.dataset.typed = "";
  const part = read(form);
  if (part.every((value) => Number.isFinite(value) && value >= 0)) draw(form, part);
});

for (const form of document.querySelectorAll("[data-region-form]")) {
  form.classList.add("can-draw");
  form.querySelector("[data-region-hint]").hidden = false;
}
