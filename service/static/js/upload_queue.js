/**
 * The queue of photos on their way: a few at a time, each tried until the server has it or refuses it.
 */

import { outcomeOf, sendPhoto, waitBefore } from "./upload_send.js";
import { UploadStore } from "./upload_store.js";

const AT_ONCE = 3;
/** A server that breaks on a photo is asked this often; an outage (no answer, 503, 429) is waited out for ever. */
const MOST_BREAKS = 4;

/** @typedef {"waiting" | "sending" | "retrying" | "received" | "duplicate" | "refused" | "failed"} ItemState */

/**
 * @typedef {object} Item
 * @property {number} number  counts up on this page
 * @property {File} file
 * @property {ItemState} state
 * @property {number} share  sent so far, 0..1
 * @property {string} message  why it was refused or failed, in the reader's language
 * @property {number | null} keptId  in the UploadStore
 * @property {string | null} hash  SHA-256 of the file, hexadecimal
 */

/**
 * @typedef {object} QueueOptions
 * @property {string} url  takes one photo a request
 * @property {string} field  name of the form field
 * @property {string} csrfToken
 * @property {number} mostBytes
 * @property {string[]} known  SHA-256 of the photos that the server has already
 * @property {{too_large: string, empty: string, failed: string}} texts
 * @property {(item: Item | null) => void} onChange  null: something about the whole
 * @property {(item: Item, photo: any) => void} onReceived
 */

export class UploadQueue {
  /** @type {Item[]} */
  items = [];
  /** Why nothing is sent any more, in the reader's language; "" while all is well. */
  stopped = "";
  #options;
  #running = 0;
  #known;
  /** @type {UploadStore | null} */
  #store = null;
  #opening = UploadStore.open();
  /** @type {Promise<number> | null} */
  #resuming = null;
  #wake = new EventTarget();

  /** @param {QueueOptions} options */
  constructor(options) {
    this.#options = options;
    this.#known = new Set(options.known);
    addEventListener("online", () => this.#wake.dispatchEvent(new Event("wake")));
  }

  /** True while there are photos that a reload would lose. */
  get isForgetful() {
    return this.items.some((item) => item.keptId === null && !this.#isDone(item));
  }

  /** Take up what an earlier visit left unfinished, once. @returns {Promise<number>} how many photos */
  resume() {
    return (this.#resuming ??= this.#takeUp());
  }

  async #takeUp() {
    this.#store = await this.#opening;
    if (!this.#store) return 0;
    await this.#store.sweep();
    const kept = await this.#store.list(this.#options.url);
    for (const photo of kept) {
      this.#push(new File([photo.file], photo.name, { type: photo.file.type }), photo.id);
    }
    this.#pump();
    return kept.length;
  }

  /** @param {Iterable<File>} files */
  async add(files) {
    const added = [...files].map((file) => this.#push(file, null));
    this.#pump();
    await this.resume(); // or what is kept now would be taken for an earlier visit's
    for (const item of added) {
      if (this.#isDone(item)) continue;
      item.keptId = (await this.#store?.keep(this.#options.url, item.file)) ?? null;
      // It may have been received while it was being kept.
      if (this.#isDone(item)) await this.#store?.forget(item.keptId);
    }
  }

  /** Try the failed ones again, and those that wait for their next try at once. */
  retry() {
    for (const item of this.items) {
      if (item.state === "failed") this.#set(item, "waiting");
    }
    this.#wake.dispatchEvent(new Event("wake"));
    this.#pump();
  }

  /** @param {File} file @param {number | null} keptId */
  #push(file, keptId) {
    /** @type {Item} */
    const item = { number: this.items.length, file, state: "waiting", share: 0, message: "", keptId, hash: null };
    this.items.push(item);
    if (file.size > this.#options.mostBytes) this.#refuse(item, this.#options.texts.too_large);
    else if (file.size === 0) this.#refuse(item, this.#options.texts.empty);
    else this.#options.onChange(item);
    return item;
  }

  #pump() {
    while (this.#running < AT_ONCE && !this.stopped) {
      const item = this.items.find((each) => each.state === "waiting");
      if (!item) return;
      this.#running += 1;
      this.#set(item, "sending");
      this.#send(item).finally(() => {
        this.#running -= 1;
        this.#pump();
        this.#options.onChange(null);
      });
    }
  }

  /** @param {Item} item */
  async #send(item) {
    if (await this.#isKnown(item)) return this.#finish(item, "duplicate");
    let breaks = 0;
    for (let tries = 1; ; tries += 1) {
      const { url, field, csrfToken } = this.#options;
      const answer = await sendPhoto(url, field, item.file, csrfToken, (share) => {
        item.share = share;
        this.#options.onChange(item);
      });
      const outcome = outcomeOf(answer);
      const message = answer.body?.error?.message ?? "";
      if (outcome === "received" || outcome === "duplicate") return this.#finish(item, outcome, answer.body);
      if (outcome === "refused") return this.#refuse(item, message, answer.body.error.code);
      if (outcome === "stop") return this.#stop(item, message);
      if (answer.status === 500) breaks += 1;
      if (breaks >= MOST_BREAKS) return this.#fail(item, message);
      await this.#waitForNextTry(item, waitBefore(tries, answer.retryAfterS), message);
    }
  }

  /** The photo keeps its place among the few that are sent, so that an outage costs a few tries and not hundreds. */
  async #waitForNextTry(/** @type {Item} */ item, /** @type {number} */ seconds, /** @type {string} */ message) {
    item.message = message;
    this.#set(item, "retrying");
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      const wake = () => {
        clearTimeout(timer);
        resolve(null);
      };
      this.#wake.addEventListener("wake", wake, { once: true });
    });
    item.message = "";
    this.#set(item, "sending");
  }

  /** Has the server, or an earlier choice on this page, the same bytes? Where the browser cannot tell, the server does. */
  async #isKnown(/** @type {Item} */ item) {
    if (!globalThis.crypto?.subtle) return false;
    try {
      const digest = await crypto.subtle.digest("SHA-256", await item.file.arrayBuffer());
      item.hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    } catch {
      return false; // unreadable here; sending it will say so
    }
    if (this.#known.has(item.hash)) return true;
    this.#known.add(item.hash);
    return false;
  }

  /** @param {Item} item @param {"received" | "duplicate"} state @param {any} [photo] */
  #finish(item, state, photo) {
    item.share = 1;
    this.#set(item, state);
    this.#store?.forget(item.keptId);
    if (photo) this.#options.onReceived(item, photo);
  }

  /** @param {Item} item @param {string} message @param {string} [code] */
  #refuse(item, message, code) {
    item.message = message;
    if (item.hash) this.#known.delete(item.hash);
    this.#set(item, "refused");
    this.#store?.forget(item.keptId);
    // No room for this one is no room for the others: sending them would only cost data.
    if (code !== "batch_is_full" && code !== "too_many_references") return;
    for (const other of this.items.filter((each) => each.state === "waiting")) this.#refuse(other, message);
  }

  /** @param {Item} item @param {string} message */
  #fail(item, message) {
    item.message = message || this.#options.texts.failed;
    if (item.hash) this.#known.delete(item.hash);
    this.#set(item, "failed");
  }

  /** Nothing more is sent; the photos stay in this browser until the page is loaded again. */
  #stop(/** @type {Item} */ item, /** @type {string} */ message) {
    this.stopped = message;
    this.#set(item, "waiting");
  }

  /** @param {Item} item @param {ItemState} state */
  #set(item, state) {
    item.state = state;
    this.#options.onChange(item);
  }

  #isDone(/** @type {Item} */ item) {
    return item.state === "received" || item.state === "duplicate" || item.state === "refused";
  }
}
