"""The pages of inquiries: asked from a design, answered in a thread, with nothing typed lost."""

from __future__ import annotations

import datetime
import io
import re
import uuid
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.designs import VersionState
from catalog.inquiries import Action, Audience, InquiryState
from catalog.organisations import OrganisationKind, Role
from catalog.store import notifications
from catalog.store.tables import DesignVersion, Inquiry, InquiryAttachment, Person
from service.accounts import Account
from service.notification_words import sentence_of
from service.storage import StorageFull
from tests.camera_photos import SECRET, camera_photo
from tests.factories import make_account, make_design, make_organisation, make_person, photo_bytes
from tests.forms import forms_of, values_of
from tests.inquiry_factories import decide, invite, make_inquiry, make_quotation, say


@dataclass
class World:
    client: FlaskClient
    session: Session
    buyer: Account
    designer: Account
    version: DesignVersion

    def ask(self, **fields: object) -> TestResponse:
        form = {"version": str(self.version.id), "quantity_1": "120", "country": "NL", "token": str(uuid.uuid4())}
        return self.client.post("/inquiries?lang=en", data=form | fields)

    def post(self, inquiry: Inquiry, what: str, **fields: object) -> TestResponse:
        return self.client.post(f"/inquiries/{inquiry.id}/{what}?lang=en", data=fields)

    def the_inquiry(self) -> Inquiry:
        self.session.expire_all()
        return self.session.scalars(select(Inquiry)).one()


@pytest.fixture
def world(client, session, sign_in) -> World:
    studio = make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")
    designer = make_account(session, Role.DESIGNER, organisation=studio)
    buyer = sign_in(Role.BUYER)
    return World(client, session, buyer, designer, make_design(session, studio))


@pytest.fixture
def inquiry(world) -> Inquiry:
    return make_inquiry(world.session, world.buyer.person, world.version)


def test_a_buyer_finds_the_button_on_a_design_and_asks(world):
    page = world.client.get(f"/designs/{world.version.design.slug}?lang=en").text
    assert "Ask for a quotation" in page
    form = world.client.get(f"/inquiries/new?lang=en&design={world.version.design.slug}").text
    assert str(world.version.id) in form
    answer = world.ask(target_1="11,50", currency="EUR", note="For the spring.", sample_first="1")
    assert answer.status_code == 303
    made = world.the_inquiry()
    assert (made.state, made.studio_id, made.sample_first) == (
        InquiryState.SENT,
        world.designer.person.organisation_id,
        True,
    )
    assert notifications.count_unread(world.session, world.designer.person_id) == 1
    assert notifications.count_unread(world.session, world.buyer.person_id) == 0


def test_a_form_that_cannot_be_taken_comes_back_as_it_was_typed(world):
    answer = world.ask(quantity_1="many", note="For the <b>spring</b>.", country="", incoterm="FOB")
    assert answer.status_code == 422
    assert "For the &lt;b&gt;spring&lt;/b&gt;." in answer.text
    assert 'value="many"' in answer.text
    assert "Write a whole number, such as 120." in answer.text
    assert world.session.scalar(select(func.count()).select_from(Inquiry)) == 0


def test_a_form_sent_twice_is_one_inquiry_told_once(world):
    token = str(uuid.uuid4())
    first, second = world.ask(token=token), world.ask(token=token)
    assert first.headers["Location"] == second.headers["Location"]
    assert notifications.count_unread(world.session, world.designer.person_id) == 1


def test_a_visitor_signs_in_and_comes_back_to_the_form(world):
    world.client.post("/logout")
    path = f"/inquiries/new?design={world.version.design.slug}"
    assert "Ask for a quotation" in world.client.get(f"/designs/{world.version.design.slug}?lang=en").text
    answer = world.client.get(path)
    assert answer.headers["Location"].startswith("/login?next=")
    assert "inquiries/new" in answer.headers["Location"]


def test_who_does_not_buy_is_told_why_not(world, sign_in):
    for role in (Role.DESIGNER, Role.WORKSHOP, Role.MENTOR, Role.ADMINISTRATOR):
        sign_in(role)
        page = world.client.get(f"/inquiries/new?lang=en&design={world.version.design.slug}")
        assert "Buyers ask for quotations" in page.text
        assert "<textarea" not in page.text
        assert world.ask().status_code == 403


def test_several_designs_of_a_studio_are_one_inquiry_and_other_studios_are_named(world):
    studio = world.version.design.studio
    other, elsewhere = make_design(world.session, studio), make_design(world.session)
    slugs = "&".join(f"design={each.design.slug}" for each in (world.version, other, elsewhere))
    page = world.client.get(f"/inquiries/new?lang=en&{slugs}").text
    assert page.count('name="version"') == 2
    assert "Other studios are asked by themselves" in page
    world.ask(version=[str(world.version.id), str(other.id)], quantity_1="5", quantity_2="7")
    assert [line.quantity for line in world.the_inquiry().lines] == [5, 7]


def test_a_version_that_was_retired_meanwhile_is_not_asked_for(world):
    world.version.state = VersionState.RETIRED
    world.session.commit()
    answer = world.ask()
    assert answer.status_code == 409
    assert "This version is not published." in answer.text


def test_the_studio_answers_with_a_photo_and_only_the_parties_get_it(world, inquiry, sign_in, images):
    sign_in(world.designer)
    file = (io.BytesIO(photo_bytes(5)), "../kiln.jpg")
    assert world.post(inquiry, "messages", text="Our kiln", attachments=file).status_code == 303
    [attached] = world.session.scalars(select(InquiryAttachment))
    path = f"/attachments/{attached.id}"
    sign_in(world.buyer)
    assert path in world.client.get(f"/inquiries/{inquiry.id}").text
    got = world.client.get(path)
    assert got.data == photo_bytes(5)
    assert got.headers["Content-Disposition"] == "attachment; filename=kiln.jpg"
    assert (got.headers["X-Content-Type-Options"], got.mimetype) == ("nosniff", "image/jpeg")
    assert world.client.get(f"{path}/320.webp").mimetype == "image/webp"
    for stranger in (Role.BUYER, Role.DESIGNER, Role.WORKSHOP):
        sign_in(stranger)
        assert world.client.get(path).status_code == 404
        assert world.client.get(f"{path}/320.webp").status_code == 404


def test_a_photo_goes_to_the_others_without_what_the_camera_wrote_beside_it(world, inquiry, images):
    file = (io.BytesIO(camera_photo()), "shop.jpg")
    assert world.post(inquiry, "messages", text="Our shop", attachments=file).status_code == 303
    [attached] = world.session.scalars(select(InquiryAttachment))
    kept = images.get(attached.file_key)
    assert SECRET.encode() not in kept
    assert (attached.size_bytes, attached.width_px, attached.height_px) == (len(kept), 48, 96)
    attached.file_key = images.put(camera_photo(), "image/jpeg")  # as it was kept formerly
    world.session.commit()
    assert world.client.get(f"/attachments/{attached.id}").data == kept


def test_a_file_that_is_refused_leaves_the_words_in_the_form(world, inquiry):
    file = (io.BytesIO(b"MZ\x90\0" + b"\0" * 60), "prices.pdf")
    answer = world.post(inquiry, "messages", text="Our prices", attachments=file)
    assert answer.status_code == 422
    assert "prices.pdf is no photo, PDF or spreadsheet." in answer.text
    assert ">Our prices</textarea>" in answer.text


def test_a_form_that_comes_back_says_which_files_to_choose_again(world, inquiry):
    told = "Choose the files again, they were not kept: kiln.jpg."
    for answer in (
        world.ask(quantity_1="12 pcs", attachments=(io.BytesIO(photo_bytes(5)), "kiln.jpg")),
        world.post(inquiry, "messages", text="x" * 5000, attachments=(io.BytesIO(photo_bytes(5)), "kiln.jpg")),
    ):
        assert (answer.status_code, told in answer.text) == (422, True)
    assert "they were not kept" not in world.ask(quantity_1="12 pcs").text


def test_a_full_disk_is_said_and_leaves_the_words_in_the_form(world, inquiry, images, monkeypatch):
    def full(*_given) -> str:
        raise StorageFull("no room")

    monkeypatch.setattr(images, "put", full)
    file = (io.BytesIO(photo_bytes(5)), "kiln.jpg")
    for answer in (
        world.post(inquiry, "messages", text="Our kiln", attachments=file),
        world.ask(note="Our kiln", attachments=(io.BytesIO(photo_bytes(5)), "kiln.jpg")),
    ):
        assert answer.status_code == 507
        assert "no room left" in answer.text
        assert ">Our kiln</textarea>" in answer.text


def test_a_message_of_too_many_bytes_is_refused_before_it_is_read(world, inquiry, monkeypatch):
    monkeypatch.setattr("service.web.inquiries.MAX_MESSAGE_MB", -0.999)
    answer = world.post(inquiry, "messages", text="x" * 3000)
    assert answer.status_code == 422
    assert "Send them with several messages." in answer.text


def decisions_on(page: str, action: str) -> list[dict[str, list[str]]]:
    """What the buttons of a thread's page that decide so would send."""
    return [values_of(form) for form in forms_of(page) if form.fields.get("action") == action]


def offer(**fields: str) -> dict[str, str]:
    complete = {"unit_1": "16,20", "currency": "EUR", "incoterm": "FOB", "incoterm_place": "Semarang"}
    return {**complete, "lead_time_days": "45", "valid_until": "2099-01-01", "sample": "0", **fields}


def test_the_studio_quotes_and_the_buyer_accepts(world, inquiry, sign_in):
    sign_in(world.designer)
    refused = world.post(inquiry, "quotations", **offer())
    assert (refused.status_code, "16,20" in refused.text) == (422, True)  # 2099 is a typing mistake
    soon = (inquiry.created_at + datetime.timedelta(days=40)).date().isoformat()
    assert world.post(inquiry, "quotations", **offer(valid_until=soon, text="Gladly.")).status_code == 303
    sign_in(world.buyer)
    page = world.client.get(f"/inquiries/{inquiry.id}?lang=en").text
    assert "€16.20" in page
    assert "€1,620.00" in page  # a hundred pieces
    [fields] = decisions_on(page, "accept")
    assert world.client.post(f"/inquiries/{inquiry.id}/state", data=fields).status_code == 303
    assert world.the_inquiry().state == InquiryState.ACCEPTED
    assert world.client.post(f"/inquiries/{inquiry.id}/state", data=fields).status_code == 303  # the same tap again
    kinds = [each.kind for each in notifications.notifications_of(world.session, world.designer.person_id, limit=9)]
    assert kinds == ["inquiry_state"]


def told_last(session: Session, person: Person) -> str:
    newest, *_ = notifications.notifications_of(session, person.id, limit=1)
    return sentence_of(newest)


def test_who_was_not_chosen_is_told_so_and_not_who_was(world, inquiry, app, sign_in):
    session, studio = world.session, world.designer.person
    winner, loser = (make_account(session, Role.WORKSHOP) for _ in range(2))
    for each in (winner, loser):
        invite(session, inquiry, studio, each.person.organisation_id)
    offers = {each.id: make_quotation(session, inquiry, each.person) for each in (winner, loser)}
    sign_in(world.buyer)
    chosen = {"quotation": str(offers[winner.id].id), "moves": str(world.the_inquiry().moves)}
    assert world.post(inquiry, "state", action="accept", **chosen).status_code == 303
    maker = winner.person.organisation.name
    pages = {}
    for each in (winner, loser, world.designer):
        sign_in(each)
        pages[each.id] = world.client.get(f"/inquiries/{inquiry.id}?lang=en").text
        listed = world.client.get("/inquiries?lang=en").text
        assert ("Given to another" in listed) == ("Given to another" in pages[each.id]) == (each is loser)
    assert "accepts your quotation" in pages[winner.id]
    assert "accepts somebody else&#39;s quotation" in pages[loser.id]
    assert maker not in pages[loser.id]
    assert f"accepts the quotation of {maker}" in pages[world.designer.id]
    assert [word in pages[loser.id] for word in ("not chosen", "accepted</")] == [True, False]
    with app.test_request_context("/?lang=en"):
        assert "accepts your quotation for" in told_last(session, winner.person)
        assert "accepts somebody else's quotation for" in told_last(session, loser.person)
        assert f"accepts the quotation of {maker} for" in told_last(session, studio)


def test_an_agreed_sample_ends_with_the_quotation_that_is_taken_back(world, inquiry):
    session, studio = world.session, world.designer.person
    quotation = make_quotation(session, inquiry, studio)
    decide(session, inquiry, world.buyer.person, Action.AGREE_SAMPLE, quotation)
    again = make_quotation(session, inquiry, studio)  # a newer one of the same studio keeps the agreement
    assert world.the_inquiry().state == InquiryState.SAMPLE_AGREED
    for each in (again, quotation):
        decide(session, inquiry, studio, Action.WITHDRAW_QUOTATION, each)
    assert world.the_inquiry().state == InquiryState.ANSWERED


def test_what_was_quoted_in_private_is_taken_back_in_private(world, inquiry, sign_in):
    maker = make_account(world.session, Role.WORKSHOP)
    invite(world.session, inquiry, world.designer.person, maker.person.organisation_id)
    quotation = make_quotation(world.session, inquiry, world.designer.person, audience=Audience.PRINCIPALS)
    decide(world.session, inquiry, world.designer.person, Action.WITHDRAW_QUOTATION, quotation)
    taken_back = "takes its quotation back"
    assert taken_back in world.client.get(f"/inquiries/{inquiry.id}?lang=en").text
    sign_in(maker)
    assert taken_back not in world.client.get(f"/inquiries/{inquiry.id}?lang=en").text


def test_who_decides_over_an_older_page_is_told_and_nothing_changes(world, inquiry, sign_in):
    quotation = make_quotation(world.session, inquiry, world.designer.person)
    moves = inquiry.moves
    decide(world.session, inquiry, world.designer.person, Action.DECLINE)
    fields = {"action": "accept", "quotation": str(quotation.id), "moves": str(moves)}
    answer = world.post(inquiry, "state", **fields)
    assert answer.status_code == 409
    assert "Somebody else saved this in the meantime." in answer.text
    assert "Declined" in answer.text
    assert world.the_inquiry().state == InquiryState.DECLINED


def test_a_quotation_that_ran_out_has_no_button_and_is_not_accepted(world, inquiry):
    quotation = make_quotation(world.session, inquiry, world.designer.person, days=-3)
    page = world.client.get(f"/inquiries/{inquiry.id}?lang=en").text
    assert "no longer valid" in page
    assert not decisions_on(page, "accept")
    answer = world.post(inquiry, "state", action="accept", quotation=str(quotation.id))
    assert (answer.status_code, "no longer valid. Ask for a new one." in answer.text) == (409, True)


def test_a_decision_that_there_is_not_changes_nothing(world, inquiry):
    make_quotation(world.session, inquiry, world.designer.person)
    assert world.post(inquiry, "state", action="burn").status_code == 422
    assert world.post(inquiry, "state").status_code == 422
    assert world.post(inquiry, "state", action="accept", quotation="x", moves="y").status_code == 404
    assert world.the_inquiry().state == InquiryState.QUOTED


def test_a_workshop_is_invited_reads_its_part_and_does_not_see_the_others(world, inquiry, sign_in):
    say(world.session, inquiry, world.designer.person, "Before the invitation")
    maker = make_account(world.session, Role.WORKSHOP)
    other = make_organisation(world.session, OrganisationKind.WORKSHOP, "Sanggar Saingan")
    sign_in(world.designer)
    assert world.post(inquiry, "workshops", workshop=str(maker.person.organisation_id)).status_code == 303
    invite(world.session, inquiry, world.designer.person, other.id)
    make_quotation(world.session, inquiry, world.designer.person, audience=Audience.PRINCIPALS, text="Between us")
    rival = make_person(world.session, other)
    make_quotation(world.session, inquiry, rival, "9.99", text="We are cheaper")
    sign_in(maker)
    page = world.client.get(f"/inquiries/{inquiry.id}?lang=en").text
    assert "For the spring." in page
    for secret in ("Before the invitation", "Between us", "We are cheaper", "9.99", "Sanggar Saingan"):
        assert secret not in page
    assert "Invite a workshop" not in page
    assert world.post(inquiry, "messages", text="We can", private="1").status_code == 303
    sign_in(world.buyer)
    page = world.client.get(f"/inquiries/{inquiry.id}?lang=en").text
    assert {"We can", "We are cheaper", "Between us"} <= set(re.findall(r"We can|We are cheaper|Between us", page))


def test_the_list_marks_what_is_new_until_it_is_opened(world, inquiry):
    assert "1 new" not in world.client.get("/inquiries?lang=en").text
    say(world.session, inquiry, world.designer.person, "Good morning")
    assert "1 new" in world.client.get("/inquiries?lang=en").text
    assert "Good morning" in world.client.get(f"/inquiries/{inquiry.id}").text
    assert "1 new" not in world.client.get("/inquiries?lang=en").text


def test_an_empty_list_says_what_will_be_there(client, sign_in):
    for role, words in (
        (Role.BUYER, "Here you will find what you asked for"),
        (Role.DESIGNER, "When a buyer asks for a quotation of one of your designs"),
        (Role.WORKSHOP, "When a studio or a buyer invites you"),
    ):
        sign_in(role)
        assert words in client.get("/inquiries?lang=en").text


def test_administrators_read_no_inquiries(world, inquiry, sign_in):
    sign_in(Role.ADMINISTRATOR)
    assert world.client.get("/inquiries").status_code == 403
    assert world.client.get(f"/inquiries/{inquiry.id}").status_code == 403


def test_times_are_told_in_the_zone_that_the_browser_named(world, inquiry):
    world.client.set_cookie("kriya_zone", "America/New_York")
    assert "Times of America/New_York." in world.client.get(f"/inquiries/{inquiry.id}?lang=en").text
    world.client.set_cookie("kriya_zone", "Mars/Olympus")
    assert "Times of Asia/Jakarta." in world.client.get(f"/inquiries/{inquiry.id}?lang=en").text


def test_the_page_of_a_thread_asks_as_few_questions_for_many_entries_as_for_few(world, inquiry, asked):
    def count() -> int:
        asked.clear()
        world.client.get(f"/inquiries/{inquiry.id}")
        return len(asked)

    say(world.session, inquiry, world.designer.person, "One")
    count()
    few = count()
    for number in range(20):
        say(world.session, inquiry, world.designer.person, f"Again {number}")
    count()
    assert count() == few
