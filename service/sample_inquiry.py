"""The sample inquiry: a buyer asks about a bowl, the studio quotes and brings in the workshop, the workshop answers.

Made through the same functions as anybody's. Nothing is decided in it: that is left to whoever tries the samples.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.inquiries import Audience, InquiryDraft, LineDraft
from catalog.quotations import Price, QuotationDraft
from catalog.store.inquiry_entries import Words
from catalog.store.tables import Design, DesignVersion, Inquiry, Organisation, Person
from service import accounts, inquiries
from service.context import Parts

DESIGN = "Fluted Celadon Bowl"  # or, where it is not there, any other of the studio
TERMS = {"currency": "EUR", "incoterm": "FOB", "incoterm_place": "Semarang"}
WANTED_IN = datetime.timedelta(days=120)
VALID_FOR = datetime.timedelta(days=45)
NOTE = (
    "Good morning,\n\n"
    "We furnish a small hotel in Rotterdam that opens in spring, and the celadon bowl would stand on every breakfast "
    "table. Could the glaze be a little greener than in the photograph? We would like to see one bowl first.\n\n"
    "With kind regards,\nMarieke van Dijk"
)
OFFER = (
    "Thank you for your question.\n\n"
    "The greener glaze is no trouble: the same recipe with a little more iron. The price is for bowls packed in "
    "boxes of four, each wrapped in paper. I have asked Sanggar Bayat, who throw this bowl for us, to tell you when "
    "their kiln is free.\n\nRatna Wulandari"
)
ANSWER = (
    "Selamat pagi Ibu Marieke,\n\n"
    "Tungku kami kosong mulai minggu kedua bulan depan. Sekali bakar muat 60 mangkuk, jadi 240 mangkuk selesai dalam "
    "empat kali bakar, kira-kira lima minggu. Contoh satu mangkuk dengan glasir yang lebih hijau bisa kami kirim dalam "
    "sepuluh hari.\n\nSalam,\nPak Sarwono"
)


def add_inquiry(
    session: Session, parts: Parts, buyer: Organisation, studio: Organisation, workshop: Organisation
) -> Inquiry | None:
    """Make the sample thread, unless these two have one already. Returns the inquiry, or None without the design."""
    if session.scalar(select(Inquiry.id).where(Inquiry.buyer_id == buyer.id, Inquiry.studio_id == studio.id)):
        return None
    version = _find_version(session, studio)
    if version is None:
        return None
    today = datetime.datetime.now(datetime.UTC).date()
    asker, designer, maker = (_owner(session, each) for each in (buyer, studio, workshop))
    inquiry = inquiries.ask(session, parts, accounts.actor_of(asker), _question(version, today), language="en")
    author = inquiries.author_in(inquiry, accounts.actor_of(designer), "en")
    offer = _offer(today)
    inquiries.quote(session, parts, inquiry, author, offer, Words(OFFER, audience=Audience.PRINCIPALS))
    inquiries.invite(session, parts, inquiry, author, workshop.id, Words())
    author = inquiries.author_in(inquiry, accounts.actor_of(maker), "id")
    inquiries.reply(session, parts, inquiry, author, Words(ANSWER))
    return inquiry


def _question(version: DesignVersion, today: datetime.date) -> InquiryDraft:
    return InquiryDraft(
        lines=(LineDraft(version.id, quantity=240, target=Decimal("11.00")),),
        **TERMS,
        country="NL",
        destination="Rotterdam",
        wanted_on=today + WANTED_IN,
        sample_first=True,
        note=NOTE,
    )


def _offer(today: datetime.date) -> QuotationDraft:
    return QuotationDraft(
        prices=(Price(line=1, unit=Decimal("12.50"), minimum=120),),
        **TERMS,
        lead_time_days=60,
        valid_until=today + VALID_FOR,
        sample=Decimal(35),
        text=OFFER,
    )


def _find_version(session: Session, studio: Organisation) -> DesignVersion | None:
    is_it = DesignVersion.title["en"].astext == DESIGN
    query = select(DesignVersion).join(Design).where(Design.studio_id == studio.id)
    query = query.where(DesignVersion.state == VersionState.PUBLISHED)
    return session.scalar(query.order_by(is_it.desc(), DesignVersion.published_at).limit(1))


def _owner(session: Session, organisation: Organisation) -> Person:
    people = select(Person).where(Person.organisation_id == organisation.id)
    return session.scalars(people.order_by(Person.is_owner.desc(), Person.created_at).limit(1)).one()
