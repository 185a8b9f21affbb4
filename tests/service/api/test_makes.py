"""Who makes a design and what they show of it, over the API."""

from __future__ import annotations

from catalog.store import makes
from tests.factories import make_design, make_standard
from tests.makes import make_history, make_make


def test_makers_are_given_with_their_figures_and_the_page_of_their_evidence(call, client, session):
    batch = make_history(session)
    version = batch.standard.version
    path = f"/designs/{version.design.slug}/makers"
    assert call("GET", path).json == {"workshops": [], "unnamed": 1}
    makes.show_design(session, batch.workshop_id, version.design_id, None)
    session.commit()
    given = call("GET", path).json
    assert given["unnamed"] == 0
    (maker,) = given["workshops"]
    assert maker["workshop"]["name"] == batch.workshop.name
    assert (maker["level"], maker["version"]) == ("proven", 1)
    assert (maker["accepted"], maker["pieces"], maker["batches"]) == (80, 80, 4)
    assert 0.85 < maker["lower"] < 1
    assert maker["first_on"] < maker["last_on"]
    assert client.get(maker["evidence_url"]).status_code == 200


def test_makes_come_in_pages_until_their_workshop_takes_them_back(call, client, session, images):
    batch = make_history(session, images=images)
    shown = [make_make(session, batch, images=images) for _ in range(3)]
    path = f"/designs/{batch.standard.version.design.slug}/makes"
    first = call("GET", f"{path}?page_size=2").json
    assert (first["total"], len(first["items"])) == (3, 2)
    make = first["items"][0]
    assert make["alt"] == {"id": "Mangkuk seladon", "en": "A celadon bowl"}
    assert make["workshop"]["id"] == str(batch.workshop_id)
    assert client.get(make["url"]).mimetype == "image/webp"
    rest = call("GET", f"{path}?page_size=2&page=2").json["items"]
    assert {each["id"] for each in first["items"] + rest} == {str(each.id) for each in shown}
    makes.withdraw(session, batch.workshop_id, [each.id for each in shown], None)
    session.commit()
    assert call("GET", path).json["items"] == []


def test_a_draft_has_neither_for_anybody(call, session, check_error):
    draft = make_design(session, published=False)
    make_standard(session, draft)
    for what in ("makers", "makes"):
        check_error(call("GET", f"/designs/{draft.design.slug}/{what}"), 404, "design_not_found")
