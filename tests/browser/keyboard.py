"""A page gone through with Tab, as somebody does who has no mouse."""

from __future__ import annotations

from playwright.sync_api import Page

MOST_STEPS = 400

# What Tab must reach: all that can be operated and is shown. Of radios of one name it is one.
OPERABLE = """() => {
  const fields = "a[href], button, input, select, textarea, summary, [tabindex]";
  const groups = new Set();
  return [...document.querySelectorAll(fields)].filter((each) => {
    if (each.disabled || each.tabIndex < 0 || !each.checkVisibility({visibilityProperty: true})) return false;
    if (each.closest("details:not([open])") && !each.matches("summary")) return false;
    if (each.type !== "radio") return true;
    const group = each.form?.id + each.name;
    return !groups.has(group) && groups.add(group);
  }).map((each, index) => { each.dataset.operable = index; return index; });
}"""
# Where the focus is, whether an outline shows it, and whether it lies under something.
FOCUS = """() => {
  const here = document.activeElement;
  const shows = (element, part) => {
    const style = getComputedStyle(element, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const holders = [here, here.closest("label"), here.parentElement].filter(Boolean);
  const box = here.getBoundingClientRect();
  const radio = here.type === "radio" && document.querySelector(`[name="${here.name}"][data-operable]`);
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    index: (radio || here).dataset.operable ?? null,
    html: here.outerHTML.slice(0, 160),
    seen: holders.some((each) => shows(each) || shows(each, "::after") || shows(each, "::before")),
    covered: top !== null && !holders.some((each) => each.contains(top) || top.contains(each)),
  };
}"""


def focus_problems(page: Page) -> set[str]:
    """What Tab does not reach, and where the focus is not seen or lies under something."""
    waiting = {str(index) for index in page.evaluate(OPERABLE)}
    problems = set()
    for _ in range(MOST_STEPS):
        if not waiting:
            break
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        waiting.discard(focus["index"])
        if focus["index"] is not None and not focus["seen"]:
            problems.add(f"the focus is not seen: {focus['html']}")
        if focus["index"] is not None and focus["covered"]:
            problems.add(f"the focus lies under something: {focus['html']}")
    left = [page.locator(f'[data-operable="{index}"]').evaluate("each => each.outerHTML") for index in waiting]
    return problems | {f"Tab does not reach: {each[:160]}" for each in left}
