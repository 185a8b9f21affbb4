/**
 * Uploading photos, for any page. How to use it:
 *
 *   {% from "macros/upload.html" import uploader with context %}
 *   {{ uploader(url_for("batches.add_photo", batch_id=batch.id), known=hashes, most_mb=25) }}
 *   <link rel="stylesheet" href="{{ static_url('css/upload.css') }}">
 *   <script type="module" src="{{ static_url('js/upload.js') }}"></script>
 *
 * The address takes ONE photo a request, multipart field "photo", header X-CSRFToken, Accept: application/json, and answers
 *   201 {...}                    the photo is kept: committed, never to be sent again
 *   200 {...}                    it was there already
 *   4xx {"error": {"message"}}   refused; the message is shown beside the photo, the others go on
 *   503, 429 (Retry-After), 5xx, no answer: tried again
 * Without scripts the same form posts all photos at once with Accept: text/html; answer with a redirect.
 *
 * `known` are the SHA-256 (hexadecimal) of photos that are there already: the image keys.
 * Chosen photos stay in IndexedDB until they are acknowledged; any page with the same address goes on with them.
 *
 * Events on the form, for the page around it (they bubble):
 *   upload:received  detail {photo}              the JSON of each 201 or 200
 *   upload:idle      detail {received, refused}  nothing is on its way any more
 */

import { UploadQueue } from "./upload_queue.js";
import { UploadView } from "./upload_view.js";

/** @param {HTMLFormElement} form */
export function attachUpload(form) {
  const texts = JSON.parse(form.querySelector("[data-upload-texts]").textContent);
  const view = new UploadView(form, texts);
  const queue = new UploadQueue({
    url: form.action,
    field: form.dataset.field,
    csrfToken: form.querySelector("[name=csrf_token]").value,
    mostBytes: Number(form.dataset.mostMb) * 1_000_000,
    known: JSON.parse(form.querySelector("[data-upload-known]").textContent),
    texts,
    onChange: (item) => {
      view.show(queue, item);
      announceWhenIdle(form, queue, item);
    },
    onReceived: (_item, photo) => {
      form.dispatchEvent(new CustomEvent("upload:received", { detail: { photo }, bubbles: true }));
    },
  });
  takeFiles(form, queue);
  view.againButton.addEventListener("click", () => queue.retry());
  addEventListener("beforeunload", (event) => {
    if (queue.isForgetful) event.preventDefault();
  });
  queue.resume().then((count) => view.greet(count));
  return queue;
}

/** The inputs, and photos dropped on the page. */
function takeFiles(/** @type {HTMLFormElement} */ form, /** @type {UploadQueue} */ queue) {
  for (const input of form.querySelectorAll("input[type=file]")) {
    const take = () => {
      queue.add([...input.files]);
      input.value = ""; // the same photo may be chosen again
    };
    input.addEventListener("change", take);
    if (input.files.length) take(); // chosen before this script was there, on a slow line
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("is-dropping");
  });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("is-dropping"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer?.files.length) queue.add([...event.dataTransfer.files]);
  });
}

function announceWhenIdle(form, queue, item) {
  const isBusy = queue.items.some((each) => ["waiting", "sending", "retrying"].includes(each.state));
  if (item !== null || isBusy) return;
  const count = (...states) => queue.items.filter((each) => states.includes(each.state)).length;
  const detail = { received: count("received", "duplicate"), refused: count("refused", "failed") };
  form.dispatchEvent(new CustomEvent("upload:idle", { detail, bubbles: true }));
}

for (const form of document.querySelectorAll("form[data-upload]")) attachUpload(form);
