"""A reviewer's way in a real browser: from a verdict that was wrong to a limit that is right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from catalog.store import calibrations
from catalog.store.tables import Batch
from tests.factories import make_batch, make_design
from tests.fakes import MemoryStore
from tests.service.reviewed import make_false_rejects, make_piece, make_reviewable_standard


@pytest.fixture
def batch(session: Session, sign_in: Callable, images: MemoryStore) -> Batch:
    """A batch against a standard of the designer who is signed in."""
    version = make_design(session, images=images)
    sign_in("designer", organisation=version.design.studio)
    return make_batch(session, standard=make_reviewable_standard(session, images, version))


def test_from_a_wrong_verdict_to_a_new_limit(page: Page, session: Session, batch: Batch, images: MemoryStore):
    make_false_rejects(session, batch, images=images)
    photo = make_piece(session, batch, 40, 1.02, images=images)
    page.goto(f"/pieces/{photo.id}")
    page.get_by_label("Note").fill("Only a reflection on the rim")
    page.get_by_role("button", name="This piece is good").click()
    expect(page.get_by_text("The inspector's verdict stays as it was.")).to_be_visible()
    page.goto(f"/standards/{batch.standard_id}")
    page.get_by_role("link", name="What 7 corrections would change").click()
    expect(page.get_by_role("heading", name="photos would have another verdict")).to_be_visible()
    asked = []
    page.wait_for_load_state()  # it is a script that asks
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="Use the new limit").click()
    expect(page.get_by_text("The new limit is in force for what is inspected from now on.")).to_be_visible()
    assert len(asked) == 1
    [used] = calibrations.calibrations_of(session, batch.standard_id)
    assert used.limit > 1.05
    page.get_by_role("button", name="Go back to it").click()
    expect(page.get_by_text("The earlier limit is in force again.")).to_be_visible()
