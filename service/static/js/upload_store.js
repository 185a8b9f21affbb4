/**
 * Photos that were chosen and that the server has not acknowledged yet, kept in this browser.
 *
 * A reload, a crash of the browser or an empty battery loses none of them: the next visit goes on. Where the browser
 * keeps nothing (private windows, a full disk) `open` or `keep` answer null and the upload works from memory alone.
 */

const DATABASE = "kriya-uploads";
const PHOTOS = "photos";
const FORGET_AFTER_MS = 14 * 24 * 3600 * 1000;

/**
 * @typedef {object} KeptPhoto
 * @property {number} id
 * @property {string} scope  what the photo belongs to: the address it is sent to
 * @property {string} name
 * @property {Blob} file
 * @property {number} keptAt  milliseconds since 1970
 */

/** @param {IDBRequest} request @returns {Promise<any>} */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class UploadStore {
  /** @type {IDBDatabase} */
  #database;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#database = database;
  }

  /** @returns {Promise<UploadStore | null>} null where the browser keeps nothing */
  static async open() {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => {
        const photos = request.result.createObjectStore(PHOTOS, { keyPath: "id", autoIncrement: true });
        photos.createIndex("scope", "scope");
      };
      return new UploadStore(await answer(request));
    } catch {
      return null;
    }
  }

  /**
   * Keep a photo. Resolves when it would survive a reload.
   * @param {string} scope @param {File} file @returns {Promise<number | null>} null when there is no room
   */
  async keep(scope, file) {
    try {
      const transaction = this.#database.transaction(PHOTOS, "readwrite");
      const id = await answer(transaction.objectStore(PHOTOS).add({ scope, name: file.name, file, keptAt: Date.now() }));
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      return id;
    } catch {
      return null;
    }
  }

  /** @param {string} scope @returns {Promise<KeptPhoto[]>} in the order they were chosen */
  async list(scope) {
    return answer(this.#photos("readonly").index("scope").getAll(scope));
  }

  /** @param {string} scope @returns {Promise<number>} */
  async count(scope) {
    return answer(this.#photos("readonly").index("scope").count(scope));
  }

  /** @param {number | null} id */
  async forget(id) {
    if (id !== null) await answer(this.#photos("readwrite").delete(id));
  }

  /** Forget what nobody came back for. */
  async sweep() {
    const photos = this.#photos("readwrite");
    const request = photos.openCursor();
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return;
      if (Date.now() - cursor.value.keptAt > FORGET_AFTER_MS) cursor.delete();
      cursor.continue();
    };
  }

  /** @param {IDBTransactionMode} mode */
  #photos(mode) {
    return this.#database.transaction(PHOTOS, mode).objectStore(PHOTOS);
  }
}
