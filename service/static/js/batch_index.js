/** The list of batches: says where photos on this device still wait to be sent. */

import { UploadStore } from "./upload_store.js";
import { sentence } from "./upload_view.js";

const store = await UploadStore.open();
for (const line of store ? document.querySelectorAll("[data-unsent]") : []) {
  const count = await store.count(new URL(line.dataset.unsent, location.href).href);
  if (count === 0) continue;
  const link = line.querySelector("a");
  link.textContent = sentence({ one: link.dataset.one, other: link.dataset.other }, count);
  line.hidden = false;
}
