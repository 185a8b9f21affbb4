"""Inquiries for tests, made through the catalog's own functions and committed."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

from sqlalchemy.orm import Session

from catalog.attachments import Attachment
from catalog.inquiries import Action, Audience, InquiryDraft, LineDraft
from catalog.notifications import NotificationKind
from catalog.organisations import Actor
from catalog.quotations import Price, QuotationDraft
from catalog.store import inquiries, inquiry_entries, notifications
from catalog.store.inquiry_entries import Author, Words
from catalog.store.tables import DesignVersion, Inquiry, InquiryEntry, Organisation, Person
from service.accounts import actor_of
from service.storage import ImageStore
from tests.factories import SIDE_PX, make_design, make_organisation, make_person, photo_bytes


def make_inquiry(
    session: Session, asker: Person, *versions: DesignVersion, quantity: int = 100, note: str = "For the spring."
) -> Inquiry:
    lines = tuple(LineDraft(version.id, quantity, Decimal("14.50")) for version in versions)
    draft = InquiryDraft(lines, "EUR", "FOB", "Semarang", "NL", "Rotterdam", note=note)
    inquiry, _ = inquiries.add_inquiry(session, actor_of(asker), draft)
    session.commit()
    return inquiry


def author_of(inquiry: Inquiry, person: Person) -> Author:
    viewer = inquiries.viewer_of(inquiry, actor_of(person))
    assert viewer is not None, "takes no part"
    return Author(person.id, viewer, "en")


def say(
    session: Session, inquiry: Inquiry, person: Person, text: str, audience: Audience = Audience.ALL
) -> InquiryEntry:
    inquiry = inquiries.get_inquiry(session, inquiry.id, lock=True)
    entry, _ = inquiry_entries.reply(session, inquiry, author_of(inquiry, person), Words(text, audience=audience))
    session.commit()
    return entry


def make_quotation(
    session: Session,
    inquiry: Inquiry,
    person: Person,
    unit: str = "16.20",
    *,
    days: int = 30,
    sample: Decimal | None = Decimal(40),
    audience: Audience = Audience.ALL,
    text: str = "",
) -> InquiryEntry:
    """An offer for every line, valid for so many days more; as if made earlier, where `days` is negative."""
    inquiry = inquiries.get_inquiry(session, inquiry.id, lock=True)
    prices = tuple(Price(line.position, Decimal(unit), 50) for line in inquiry.lines)
    until = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=abs(days))
    draft = QuotationDraft(prices, "EUR", "FOB", "Semarang", 45, until, sample, text)
    words = Words(text, audience=audience)
    entry, _ = inquiry_entries.quote(session, inquiry, author_of(inquiry, person), draft, words)
    if days < 0:
        entry.quotation.valid_until = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=days)
    session.commit()
    return entry


def decide(
    session: Session, inquiry: Inquiry, person: Person, action: Action, quotation: InquiryEntry | None = None
) -> InquiryEntry:
    inquiry = inquiries.get_inquiry(session, inquiry.id, lock=True)
    quotation_id = None if quotation is None else quotation.id
    entry, _ = inquiry_entries.act(
        session, inquiry, author_of(inquiry, person), action, quotation_id=quotation_id, moves=inquiry.moves
    )
    session.commit()
    return entry


def invite(session: Session, inquiry: Inquiry, person: Person, workshop_id: uuid.UUID) -> InquiryEntry:
    inquiry = inquiries.get_inquiry(session, inquiry.id, lock=True)
    entry, _ = inquiry_entries.invite(session, inquiry, author_of(inquiry, person), workshop_id)
    session.commit()
    return entry


def make_thread(session: Session, images: ImageStore, studio: Organisation, workshop: Organisation) -> dict:
    """An inquiry of a new buyer with both in it, a photo attached and somebody told; ids by the names in addresses."""
    buyer = make_person(session, make_organisation(session, "buyer"))
    designer = make_person(session, studio)
    inquiry = make_inquiry(session, buyer, make_design(session, studio))
    invite(session, inquiry, designer, workshop.id)
    key = images.put(photo_bytes(9), "image/jpeg")
    photo = Attachment(key, "image/jpeg", "kiln.jpg", len(photo_bytes(9)), SIDE_PX, SIDE_PX)
    entry, _ = inquiry_entries.reply(session, inquiry, author_of(inquiry, designer), Words("Look", [photo]))
    details = {"title": {"id": "Mangkuk", "en": "Bowl"}, "by": "Studio"}
    kind = NotificationKind.INQUIRY_MESSAGE
    [told] = notifications.notify(session, [buyer.id], kind, inquiry.id, details)
    token = notifications.mail_token(session, buyer.id)
    session.commit()
    return {
        "inquiry_id": inquiry.id,
        "attachment_id": entry.attachments[0].id,
        "notification_id": told.id,
        "mail_token": token,
    }


def nobody_of(person: Person) -> Actor:
    """A person of the same role in another organisation."""
    return Actor(uuid.uuid4(), person.role, uuid.uuid4())
