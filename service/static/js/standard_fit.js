// A fit under way: ask how far it is, less and less often, and show the report when it is done.

const FIRST_MS = 700;
const MOST_MS = 8000;
const SLOWER = 1.3;

const place = document.querySelector("[data-fit-state]");
const bar = place.querySelector("progress");
const label = place.querySelector("[data-progress-label]");
const percent = place.querySelector("[data-progress-text]");
let waitMs = FIRST_MS;
let shown = -1;

function show(/** @type {number} */ progress) {
  const value = Math.round(100 * progress);
  if (value !== shown) waitMs = FIRST_MS; // it moves: look again soon
  shown = value;
  bar.value = value;
  percent.textContent = `${value} %`;
  label.textContent = progress > 0 ? place.dataset.working : place.dataset.waiting;
}

async function ask() {
  try {
    const response = await fetch(place.dataset.fitState, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const state = await response.json();
    if (!state.is_fitting) {
      location.reload();
      return;
    }
    show(state.progress);
  } catch {
    label.textContent = place.dataset.silent;
  }
  waitMs = Math.min(MOST_MS, waitMs * SLOWER);
  setTimeout(ask, waitMs);
}

setTimeout(ask, FIRST_MS);
// A phone that was put away looks at once when it is taken up again.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") waitMs = FIRST_MS;
});
