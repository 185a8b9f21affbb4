// An import's page while it is checked or done: fetched anew until nothing moves; then the page is whole again.

const AFTER_MS = 1500;

async function look() {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (response.ok) show(await response.text());
  } catch {
    // No connection: the next look may have one.
  }
}

function show(/** @type {string} */ html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("[data-live]");
  const part = document.querySelector("[data-live]");
  if (fresh.dataset.live !== "true") {
    location.reload();
    return;
  }
  // Who is about to press something keeps it under the finger.
  if (!part.contains(document.activeElement)) part.innerHTML = fresh.innerHTML;
}

setInterval(() => { if (!document.hidden) look(); }, AFTER_MS);
