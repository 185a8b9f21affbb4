"""Drawing the part of the photo that is judged, with a finger or a mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from catalog.standards import StandardState
from tests.factories import make_design, make_standard
from tests.fakes import MemoryStore


def test_the_part_is_drawn_across_the_photo(page: Page, session: Session, sign_in: Callable, images: MemoryStore):
    version = make_design(session, images=images)
    sign_in("designer", organisation=version.design.studio)
    standard = make_standard(session, version, state=StandardState.COLLECTING, images=images)
    page.goto(f"/standards/{standard.id}")
    page.get_by_text("Where the piece is").click()
    stage = page.locator("[data-region-stage]")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.9 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"], steps=4)
    page.mouse.up()
    for name, value in (("left", 20), ("top", 30), ("width", 60), ("height", 60)):
        assert float(page.locator(f"[name={name}]").input_value()) == pytest.approx(value, abs=1)
    page.get_by_role("button", name="Judge this part alone").click()
    expect(page.get_by_text("Only this part is judged.")).to_be_visible()
    session.refresh(standard)
    assert standard.region == pytest.approx({"x": 0.2, "y": 0.3, "width": 0.6, "height": 0.6}, abs=0.01)
