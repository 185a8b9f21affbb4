/**
 * A batch's page while verdicts arrive: asks for its state, exchanges what differs, and leaves the rest in place.
 *
 * <div data-live="URL" data-tag="ETAG" data-done="true|false"> holds four [data-part]s; in "pieces" every child has a
 * data-key and a data-version. Asks every 2 s while something changes, then ever more rarely, and not at all while
 * nobody looks. Also when all is done: somebody may be adding photos from another phone.
 */

const SOON_MS = 2000;
const LATEST_MS = 15_000;

class LivePage {
  #root;
  #tag;
  #pause = SOON_MS;
  /** @type {number | undefined} */
  #timer;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#tag = root.dataset.tag;
    if (root.dataset.done === "true") this.#pause = LATEST_MS;
    document.addEventListener("visibilitychange", () => this.#wake());
    addEventListener("online", () => this.#wake());
    this.#wait();
  }

  #wake() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    this.#pause = SOON_MS;
    this.#ask();
  }

  #wait() {
    clearTimeout(this.#timer);
    if (!document.hidden) this.#timer = setTimeout(() => this.#ask(), this.#pause);
  }

  async #ask() {
    try {
      const headers = { Accept: "application/json", "If-None-Match": `"${this.#tag}"` };
      const response = await fetch(this.#root.dataset.live, { headers, cache: "no-store" });
      if (response.status === 401 || response.status === 404) return location.reload();
      if (response.status !== 304 && !response.ok) throw new Error(String(response.status));
      this.#say("");
      const isDone = response.ok && this.#take(await response.json(), response.headers.get("ETag"));
      this.#pause = response.ok && !isDone ? SOON_MS : Math.min(LATEST_MS, this.#pause * 1.3);
    } catch {
      this.#say(this.#root.dataset.lost);
      this.#pause = Math.min(LATEST_MS, this.#pause * 2);
    }
    this.#wait();
  }

  /** @param {any} state @param {string | null} tag @returns {boolean} whether all is done */
  #take(state, tag) {
    this.#tag = (tag ?? "").replace(/^W\//, "").replaceAll('"', "");
    const fresh = new DOMParser().parseFromString(state.html, "text/html");
    for (const part of ["summary", "rest"]) {
      const [before, after] = [this.#part(this.#root, part), this.#part(fresh, part)];
      if (before.innerHTML !== after.innerHTML && !before.contains(document.activeElement)) {
        before.replaceChildren(...after.childNodes);
      } else if (before.contains(document.activeElement)) {
        exchangeText(before, after);
      }
    }
    exchangeByKey(this.#part(this.#root, "pieces"), this.#part(fresh, "pieces"));
    // Its links never change, they only come with the first photo.
    if (!this.#part(this.#root, "actions").children.length) {
      this.#part(this.#root, "actions").replaceWith(this.#part(fresh, "actions"));
    }
    showChosenFilter();
    return state.is_done;
  }

  /** @param {ParentNode} parent @param {string} name @returns {HTMLElement} */
  #part(parent, name) {
    return parent.querySelector(`[data-part="${name}"]`);
  }

  /** @param {string} message */
  #say(message) {
    const line = document.querySelector("[data-live-lost]");
    line.textContent = message;
    line.hidden = message === "";
  }
}

/** Somebody's focus is inside: only the sentence changes, so that the keyboard keeps its place. */
function exchangeText(/** @type {HTMLElement} */ before, /** @type {HTMLElement} */ after) {
  const [old, fresh] = [before.querySelector(".decision"), after.querySelector(".decision")];
  if (old && fresh) old.textContent = fresh.textContent;
}

/** Puts the new list in place and keeps every child that says the same as before: its picture does not flicker. */
export function exchangeByKey(/** @type {HTMLElement} */ before, /** @type {HTMLElement} */ after) {
  const known = new Map([...before.children].map((child) => [child.dataset.key, child]));
  const wanted = [...after.children].map((child) => {
    const old = known.get(child.dataset.key);
    return old && old.dataset.version === child.dataset.version ? old : child;
  });
  wanted.forEach((child, place) => {
    if (before.children[place] !== child) before.insertBefore(child, before.children[place] ?? null);
  });
  while (before.children.length > wanted.length) before.lastElementChild.remove();
}

/** On a phone the row of filters is wider than the screen. */
function showChosenFilter() {
  const chosen = document.querySelector(".filters [aria-current]");
  const row = chosen?.parentElement;
  if (row) row.scrollLeft = chosen.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
}

showChosenFilter();
for (const root of document.querySelectorAll("[data-live]")) new LivePage(root);
