/**
 * One photo to the server, with progress; and what its answer means for the queue.
 */

const SILENT_FOR_MS = 120_000;
const LONGEST_WAIT_S = 30;

/**
 * @typedef {object} Answer
 * @property {number} status  HTTP status; 0 when nothing came back
 * @property {any} body  the JSON, or null
 * @property {number | null} retryAfterS
 */

/**
 * @typedef {"received" | "duplicate" | "refused" | "again" | "stop"} Outcome
 *   again: worth another try; stop: the page itself must be loaded again or the person sign in
 */

/**
 * @param {string} url @param {string} field @param {File} file @param {string} csrfToken
 * @param {(share: number) => void} onProgress  share sent, 0..1
 * @returns {Promise<Answer>} never rejects
 */
export function sendPhoto(url, field, file, csrfToken, onProgress) {
  const form = new FormData();
  form.append(field, file, file.name);
  const request = new XMLHttpRequest(); // fetch tells nothing of how much has gone out
  request.open("POST", url);
  request.responseType = "text";
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", csrfToken);
  return new Promise((resolve) => {
    const stopWaiting = abortWhenSilent(request);
    const finish = () => {
      stopWaiting();
      resolve({ status: request.status, body: parse(request), retryAfterS: retryAfter(request) });
    };
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = request.onerror = request.onabort = finish;
    request.send(form);
  });
}

/** A line that went dead without a word is given up, so that the photo gets another try. */
function abortWhenSilent(/** @type {XMLHttpRequest} */ request) {
  let timer = setTimeout(() => request.abort(), SILENT_FOR_MS);
  request.upload.addEventListener("progress", () => {
    clearTimeout(timer);
    timer = setTimeout(() => request.abort(), SILENT_FOR_MS);
  });
  return () => clearTimeout(timer);
}

/** @param {XMLHttpRequest} request */
function parse(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

/** @param {XMLHttpRequest} request @returns {number | null} */
function retryAfter(request) {
  const seconds = Number(request.status ? request.getResponseHeader("Retry-After") : NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/** @param {Answer} answer @returns {Outcome} */
export function outcomeOf({ status, body }) {
  if (status === 201) return "received";
  if (status === 200 && body) return "duplicate";
  if (status === 401 || (status === 400 && body?.error?.code === "form_expired")) return "stop";
  // Anything that is not in our own words comes from something in between, such as a gateway.
  if (status >= 400 && status < 500 && status !== 408 && status !== 429 && body?.error) return "refused";
  return "again";
}

/**
 * Seconds until the next try: what the server asks for, else doubling up to half a minute, a little scattered so
 * that a hundred phones do not come back at once.
 * @param {number} tries  made so far, from 1 @param {number | null} retryAfterS @returns {number}
 */
export function waitBefore(tries, retryAfterS) {
  const wait = retryAfterS ?? Math.min(LONGEST_WAIT_S, 2 ** (tries - 1));
  return wait * (1 + Math.random() / 4);
}
