"""Inquiries: requests for quotation, as threads of entries between a buyer, a studio and workshops."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.inquiries import Action, Audience, EntryKind, InquiryState, Party
from catalog.store.tables.base import Base, choice, now, primary_key
from catalog.store.tables.designs import DesignVersion
from catalog.store.tables.people import Organisation, Person

AMOUNT = Numeric(14, 2)  # as catalog.money has it: up to 10^11, to the hundredth


class Inquiry(Base):
    """What a buyer asks of a studio. What is asked never changes; `state` follows the entries."""

    __tablename__ = "inquiry"
    __table_args__ = (
        Index("ix_inquiry_buyer_id_touched_at", "buyer_id", "touched_at"),
        Index("ix_inquiry_studio_id_touched_at", "studio_id", "touched_at"),
    )

    id: Mapped[uuid.UUID] = primary_key()
    buyer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    studio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[InquiryState] = mapped_column(choice(InquiryState, "state"), default=InquiryState.SENT)
    moves: Mapped[int] = mapped_column(default=0)  # how often the state was decided on: a form carries it
    last_number: Mapped[int] = mapped_column(default=0)  # of the newest entry
    currency: Mapped[str | None] = mapped_column(String(3))  # of the lines' target prices
    incoterm: Mapped[str | None] = mapped_column(String(3))
    incoterm_place: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(String(2))  # ISO 3166
    destination: Mapped[str] = mapped_column(server_default="")
    wanted_on: Mapped[datetime.date | None]
    sample_first: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime.datetime] = now()
    touched_at: Mapped[datetime.datetime] = now()
    buyer: Mapped[Organisation] = relationship(foreign_keys=[buyer_id], lazy="joined")
    studio: Mapped[Organisation] = relationship(foreign_keys=[studio_id], lazy="joined")
    lines: Mapped[list[InquiryLine]] = relationship(order_by="InquiryLine.position", lazy="selectin")
    workshops: Mapped[list[InquiryWorkshop]] = relationship(order_by="InquiryWorkshop.since", lazy="selectin")


class InquiryLine(Base):
    """So many pieces of one version of a design."""

    __tablename__ = "inquiry_line"

    inquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inquiry.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  # from 1
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_version.id"), index=True)
    quantity: Mapped[int]
    target: Mapped[Decimal | None] = mapped_column(AMOUNT)  # for one piece
    version: Mapped[DesignVersion] = relationship(lazy="joined")


class InquiryWorkshop(Base):
    """A workshop that was invited into a thread, and the number of the entry that did so."""

    __tablename__ = "inquiry_workshop"

    inquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inquiry.id"), primary_key=True)
    workshop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    since: Mapped[int]
    workshop: Mapped[Organisation] = relationship(lazy="joined")


class InquiryEntry(Base):
    """A request, message, quotation or event. Never changed once it is there.

    `token` is made with the form: the same form sent twice is one entry.
    """

    __tablename__ = "inquiry_entry"
    __table_args__ = (
        UniqueConstraint("inquiry_id", "number"),
        UniqueConstraint("person_id", "token"),
        Index("ix_inquiry_entry_person_id_created_at", "person_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = primary_key()
    inquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inquiry.id"))
    number: Mapped[int]  # from 1, which is the request
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind, "kind"))
    action: Mapped[Action | None] = mapped_column(choice(Action, "action"))  # what was done; None for the request
    state: Mapped[InquiryState] = mapped_column(choice(InquiryState, "state"))  # of the inquiry, after this entry
    party: Mapped[Party] = mapped_column(choice(Party, "party"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    audience: Mapped[Audience] = mapped_column(choice(Audience, "audience"), default=Audience.ALL)
    text: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str | None] = mapped_column(String(2))  # of the pages its author was reading
    quotation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("inquiry_entry.id"))  # what an event is about
    workshop_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))  # whom an event invites
    token: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime.datetime] = now()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id], lazy="joined")
    workshop: Mapped[Organisation | None] = relationship(foreign_keys=[workshop_id], lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")
    quotation: Mapped[InquiryQuotation | None] = relationship(back_populates="entry", lazy="joined")
    about: Mapped[InquiryEntry | None] = relationship(foreign_keys=[quotation_id], remote_side=[id])
    attachments: Mapped[list[InquiryAttachment]] = relationship(
        back_populates="entry", order_by="InquiryAttachment.position", lazy="selectin"
    )


class InquiryQuotation(Base):
    """What an entry of the kind quotation offers."""

    __tablename__ = "inquiry_quotation"

    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inquiry_entry.id"), primary_key=True)
    prices: Mapped[list[Any]]  # [{"line": 1, "unit": "12.50", "minimum": 50 | None}, ...]
    currency: Mapped[str] = mapped_column(String(3))
    incoterm: Mapped[str] = mapped_column(String(3))
    incoterm_place: Mapped[str]
    lead_time_days: Mapped[int]
    valid_until: Mapped[datetime.date]
    sample: Mapped[Decimal | None] = mapped_column(AMOUNT)  # the price of one sample; None: none is offered
    entry: Mapped[InquiryEntry] = relationship(back_populates="quotation")


class InquiryAttachment(Base):
    """A file of an entry. What kind it is its bytes have said, not its name."""

    __tablename__ = "inquiry_attachment"

    id: Mapped[uuid.UUID] = primary_key()
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inquiry_entry.id"), index=True)
    position: Mapped[int]
    file_key: Mapped[str]  # SHA-256 of its bytes, hexadecimal: its key in the image store
    content_type: Mapped[str]
    file_name: Mapped[str]
    size_bytes: Mapped[int]
    width_px: Mapped[int | None]  # of a photo
    height_px: Mapped[int | None]
    entry: Mapped[InquiryEntry] = relationship(back_populates="attachments")


class InquiryReading(Base):
    """Up to which entry a person has read a thread."""

    __tablename__ = "inquiry_reading"

    inquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inquiry.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    number: Mapped[int]
    read_at: Mapped[datetime.datetime] = now()
