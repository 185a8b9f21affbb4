// What every page shares: menus that close, dialogs, questions before what cannot be undone, forms sent once.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog").close();
  if (event.target instanceof HTMLDialogElement && event.target.open) closeWhenOutside(event);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

function closeWhenOutside(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right
    && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1"; // a second tap on a slow line sends nothing twice
});

// A page that comes back from the browser's own memory may send its forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    if (!(await copy(document.getElementById(button.dataset.copy)))) return;
    const words = button.querySelector("[data-words]") ?? button;
    const before = words.textContent;
    words.textContent = button.dataset.copied ?? before;
    setTimeout(() => { words.textContent = before; }, 2000);
  });
}

/** Whether what an element says was copied; where it was not, it is marked, to be copied by hand. */
async function copy(/** @type {HTMLElement} */ element) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(element.textContent.trim());
    return true;
  }
  // Over plain http, as on a workshop's own network, browsers offer no more than this.
  window.getSelection().selectAllChildren(element);
  return document.execCommand("copy");
}

document.querySelector("[data-focus]")?.focus();

// Where a row of rooms or parts is longer than the phone is wide, the one that is open is in sight.
for (const current of document.querySelectorAll("nav [aria-current]")) {
  const bar = current.closest(".site-nav, .tabs");
  if (bar) bar.scrollLeft = current.getBoundingClientRect().right - bar.getBoundingClientRect().right;
}

if (document.querySelector("form[data-favourite]")) import("./favourites.js");

// Whoever is signed in reads times in their own zone, from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (document.querySelector("[data-menu]") && zone && !document.cookie.includes(`kriya_zone=${zone}`)) {
  document.cookie = `kriya_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}
