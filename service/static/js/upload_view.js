/**
 * What a person sees of an upload: one bar for all, one row a photo, and what was not taken, with the reason.
 */

/** @typedef {import("./upload_queue.js").Item} Item */
/** @typedef {import("./upload_queue.js").UploadQueue} UploadQueue */
/** @typedef {{one: string, other: string}} Plural  with %(count)s and %(all)s in it */

const LABELS = ["waiting", "sending", "retrying", "received", "duplicate", "refused", "failed"];

/** @param {Plural} plural @param {number} count @param {Record<string, unknown>} [values] */
export function sentence(plural, count, values = {}) {
  const text = count === 1 ? plural.one : plural.other;
  return text.replace(/%\((\w+)\)s/g, (_all, name) => String(name === "count" ? count : values[name]));
}

export class UploadView {
  #form;
  #texts;
  /** @type {Map<Item, HTMLElement>} */
  #rows = new Map();
  #isDrawing = false;
  #thumbnails = new IntersectionObserver((entries) => entries.forEach(showThumbnail), { rootMargin: "100px" });

  /** @param {HTMLFormElement} form @param {Record<string, any>} texts */
  constructor(form, texts) {
    this.#form = form;
    this.#texts = texts;
    form.classList.add("is-live");
    this.againButton = this.#part("again");
  }

  /** @param {string} name @returns {any} */
  #part(name) {
    return this.#form.querySelector(`[data-upload-${name}]`);
  }

  /** @param {number} count  photos left from an earlier visit */
  greet(count) {
    if (count === 0) return;
    this.#part("note").textContent = sentence(this.#texts.resumed, count);
    this.#part("note").hidden = false;
  }

  /** @param {UploadQueue} queue @param {Item | null} item */
  show(queue, item) {
    if (item) this.#drawRow(item);
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.#drawWhole(queue);
    });
  }

  /** @param {Item} item */
  #drawRow(item) {
    const row = this.#rows.get(item) ?? this.#addRow(item);
    row.dataset.state = item.state;
    const bar = row.querySelector("progress");
    bar.value = item.share;
    const label = LABELS.includes(item.state) ? this.#texts.states[item.state] : "";
    row.querySelector("[data-part=state]").textContent = item.message || label;
    if (item.state !== "refused" && item.state !== "failed") return;
    bar.hidden = true;
    const list = this.#part("refused");
    if (row.parentElement !== list) list.append(row);
  }

  /** @param {Item} item */
  #addRow(item) {
    const row = this.#part("row").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-part=name]").textContent = item.file.name;
    row.querySelector("progress").setAttribute("aria-label", item.file.name);
    row.file = item.file;
    this.#thumbnails.observe(row);
    this.#part("list").append(row);
    this.#rows.set(item, row);
    return row;
  }

  /** @param {UploadQueue} queue */
  #drawWhole(queue) {
    const taken = queue.items.filter((item) => item.state !== "refused" && item.state !== "failed");
    const here = taken.filter((item) => item.state === "received" || item.state === "duplicate");
    const bytes = taken.reduce((sum, item) => sum + item.file.size, 0);
    const sent = taken.reduce((sum, item) => sum + item.file.size * item.share, 0);
    const isDone = taken.length === here.length;
    this.#showPanel(queue.items.length > 0);
    this.#part("total").value = bytes ? sent / bytes : 0;
    this.#part("total").classList.toggle("done", isDone && here.length > 0);
    this.#part("total").parentElement.hidden = taken.length === 0;
    this.#part("percent").textContent = bytes ? `${Math.floor((100 * sent) / bytes)} %` : "";
    this.#say(this.#wholeSentence(queue, taken, here, isDone));
    const refused = queue.items.length - taken.length;
    this.#part("refused-part").hidden = refused === 0;
    this.#part("refused-title").textContent = sentence(this.#texts.not_taken, refused);
    const stuck = queue.items.some((item) => item.state === "failed" || item.state === "retrying");
    this.againButton.hidden = !stuck || queue.stopped !== "";
    this.#part("stopped").hidden = queue.stopped === "";
    this.#part("stopped-text").textContent = queue.stopped;
    this.#form.classList.toggle("is-done", isDone);
  }

  /** With the first photo the bar for all comes into sight; after that the page stays where the reader has it. */
  #showPanel(isNeeded) {
    const panel = this.#part("panel");
    if (!isNeeded || !panel.hidden) return;
    panel.hidden = false;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    panel.scrollIntoView({ block: "start", behavior: isCalm ? "instant" : "smooth" });
  }

  #wholeSentence(queue, taken, here, isDone) {
    const twice = here.filter((item) => item.state === "duplicate").length;
    const waits = queue.items.find((item) => item.state === "retrying");
    if (waits) return `${waits.message || this.#texts.offline} ${sentence(this.#texts.kept, taken.length - here.length)}`;
    if (!isDone) return sentence(this.#texts.progress, here.length, { all: taken.length });
    const done = sentence(this.#texts.done, here.length - twice);
    return twice ? `${done} ${sentence(this.#texts.twice, twice)}` : done;
  }

  /** A status line is read aloud at each change, so only a change is written. */
  #say(text) {
    const summary = this.#part("summary");
    if (summary.textContent !== text) summary.textContent = text;
  }
}

/** Decoding two hundred large photos would bring a phone to its knees: only those in sight, and no longer than that. */
function showThumbnail(/** @type {IntersectionObserverEntry} */ entry) {
  const row = /** @type {any} */ (entry.target);
  const image = row.querySelector("img");
  if (entry.isIntersecting && !image.src) {
    image.src = URL.createObjectURL(row.file);
    image.onerror = () => row.classList.add("has-no-thumbnail");
  } else if (!entry.isIntersecting && image.src) {
    URL.revokeObjectURL(image.src);
    image.removeAttribute("src");
  }
}
