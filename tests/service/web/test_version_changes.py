"""What changed from version to version, for everyone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.designs import Colour, DesignDraft
from catalog.money import Money
from catalog.store import designs, pictures, publishing
from catalog.store.tables import DesignVersion
from catalog.text import Text
from tests.factories import make_design, make_draft, make_picture


def publish_next(session: Session, version: DesignVersion, draft: DesignDraft) -> DesignVersion:
    newer = designs.start_next_version(session, version, None)
    designs.change_draft(session, newer, draft)
    publishing.publish(session, newer, None)
    session.commit()
    return newer


def test_each_version_tells_what_it_changed_of_the_one_before(client: FlaskClient, session: Session):
    first = make_design(session)
    green = Colour(Text("hijau", "green"), "#8FB09A")
    changed = make_draft(
        description=Text("Mangkuk kecil dengan alur halus.", "A small bowl with bold flutes."),
        colours=(green,),
        lead_time_days=28,
        price=Money(Decimal(185000), "IDR"),
        licence="cc_by",
        attributes={"body": "porcelain"},
    )
    second = publish_next(session, first, changed)
    publish_next(session, second, replace(changed, price=Money(Decimal(200000), "IDR")))
    page = client.get(f"/designs/{first.design.slug}/changes?lang=en").text
    assert page.index("Version 3") < page.index("Version 2") < page.index("The first version in the catalog.")
    for words in (
        "bold</ins>",
        "fine</del>",
        "28 days",
        "IDR\u00a0185,000",
        "CC BY 4.0",
        "Porcelain",
        "(+8 %)",
        "green",
    ):
        assert words in page, words
    assert f'href="/designs/{first.design.slug}?version=1"' in page


def test_pictures_that_came_and_went_are_shown(client: FlaskClient, session: Session):
    first = make_design(session)
    newer = designs.start_next_version(session, first, None)
    pictures.remove_picture(session, newer.pictures[0])
    make_picture(session, newer, seed=9)
    publishing.publish(session, newer, None)
    session.commit()
    page = client.get(f"/designs/{first.design.slug}/changes?lang=en").text
    assert 'class="added"' in page
    assert 'class="removed"' in page


def test_drafts_and_other_words_for_a_picture_are_not_told(client: FlaskClient, session: Session):
    first = make_design(session)
    second = designs.start_next_version(session, first, None)
    pictures.describe_picture(session, second.pictures[0], Text("mangkuk hijau", "a green bowl"))
    publishing.publish(session, second, None)
    secret = designs.start_next_version(session, second, None)
    designs.change_draft(session, secret, make_draft(title=Text("Rahasia", "Secret")))
    session.commit()
    page = client.get(f"/designs/{first.design.slug}/changes?lang=en").text
    assert "Nothing that buyers see." in page
    assert "Secret" not in page


def test_markup_in_texts_is_shown_as_text(client: FlaskClient, session: Session):
    first = make_design(session)
    publish_next(session, first, make_draft(title=Text("Mangkuk", "<script>alert(1)</script>")))
    assert "<script>alert" not in client.get(f"/designs/{first.design.slug}/changes?lang=en").text


def test_a_design_that_nobody_may_see_has_no_changes(client: FlaskClient, session: Session):
    draft = make_design(session, published=False)
    for slug in (draft.design.slug, "no-such-design"):
        assert client.get(f"/designs/{slug}/changes").status_code == 404
