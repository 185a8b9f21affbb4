// While photos arrive, the parts of the page that show them are fetched anew: [data-fresh="NAME"], by name.

const AFTER_MS = 600;
let timer = 0;
let isFetching = false;
let isWanted = false;

async function freshen() {
  if (isFetching) {
    isWanted = true;
    return;
  }
  isFetching = true;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (response.ok) replaceParts(await response.text());
  } catch {
    // No connection: the next photo that gets through brings the page up to date.
  } finally {
    isFetching = false;
  }
  if (isWanted) {
    isWanted = false;
    later();
  }
}

function replaceParts(/** @type {string} */ html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of document.querySelectorAll("[data-fresh]")) {
    const fresh = page.querySelector(`[data-fresh="${part.dataset.fresh}"]`);
    // What somebody has typed, or is about to press, stays.
    const isInUse = part.contains(document.activeElement) || part.querySelector("[data-typed]");
    if (fresh && !isInUse) part.innerHTML = fresh.innerHTML;
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(freshen, AFTER_MS);
}

document.addEventListener("upload:received", later);
document.addEventListener("upload:idle", later);
