/** The page of one piece: arrow keys leaf through the batch, a slider lays the reference over the photo. */

const LOOK_AGAIN_MS = 4000;

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select");
  if (isTyping || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = rel && document.querySelector(`a[rel="${rel}"]`);
  if (link) link.click();
});

for (const range of document.querySelectorAll("input[data-reveal]")) {
  const layer = document.querySelector(`[data-layer="${range.dataset.reveal}"]`);
  const findings = document.querySelector('[data-layer="findings"]');
  const reveal = () => {
    layer.hidden = range.value === "0";
    layer.style.clipPath = `inset(0 ${100 - range.value}% 0 0)`;
    if (findings) findings.style.clipPath = `inset(0 0 0 ${range.value}%)`;
  };
  range.addEventListener("input", reveal);
  reveal();
}

// Nothing is known yet: look again now and then, while somebody is looking.
if (document.querySelector('[data-state="queued"]')) {
  setInterval(() => {
    if (!document.hidden) location.reload();
  }, LOOK_AGAIN_MS);
}
