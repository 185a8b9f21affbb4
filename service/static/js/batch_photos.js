/** The page where photos are taken: the way to the verdicts opens with the first photo that is there. */

const next = document.querySelector("[data-next]");

document.addEventListener("upload:received", () => {
  next.hidden = false;
});

document.addEventListener("upload:idle", (event) => {
  // All is sent: now the verdicts are the one thing to do.
  if (event.detail.received > 0) next.querySelector("a").classList.remove("outline");
});
