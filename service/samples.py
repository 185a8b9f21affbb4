"""The sample catalog: a fictional studio and workshop, and six designs rendered for Kriya.

The records are made at once; standards are fitted and batches inspected by the worker, as for anybody else.
Every step may run twice: what is there already is left alone.
"""

from __future__ import annotations

import datetime
import json
import secrets
import uuid
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.batches import BatchSource
from catalog.designs import Colour, DesignDraft
from catalog.families import from_plain
from catalog.money import ExchangeRate, make_money
from catalog.organisations import OrganisationKind
from catalog.standards import StandardState, View
from catalog.store import batches, designs, money, organisations, publishing, standards
from catalog.store.tables import Batch, Design, DesignVersion, Organisation, ReferenceStandard
from catalog.text import Text
from service import accounts, design_pictures, inspection, sample_inquiry, sample_makes, sample_packs
from service.context import Parts

FOLDER = Path(__file__).resolve().parent.parent / "samples"

STUDIO = (OrganisationKind.STUDIO, "Studio Lereng", "Yogyakarta", "Ratna Wulandari", "designer@lereng.example")
WORKSHOP = (OrganisationKind.WORKSHOP, "Sanggar Bayat", "Klaten", "Pak Sarwono", "workshop@bayat.example")
OTHERS = (
    (OrganisationKind.MENTOR_AGENCY, "Balai Pendampingan Kriya", "Surakarta", "Dewi Anggraini", "mentor@balai.example"),
    (OrganisationKind.BUYER, "Van Dijk Interiors", "Rotterdam", "Marieke van Dijk", "buyer@vandijk.example"),
    (OrganisationKind.MARKET_OFFICE, "Trade Desk Den Haag", "Den Haag", "Bagus Prasetyo", "market@tradedesk.example"),
    (OrganisationKind.OPERATOR, "Kriya", "", "Administrator", "admin@kriya.example"),
)
# Round figures near those of 2026, said to be no bank's.
RATES = {"USD": Decimal(16500), "EUR": Decimal(19000)}
RATES_SOURCE = "Contoh, bukan kurs bank / example, not a bank's rate"
# What the samples call their craft, in the catalog's words.
CRAFTS = {"batik": "textile_batik", "bamboo": "rattan_bamboo"}
ABOUT = {
    "Studio Lereng": Text(
        "Studio kecil di lereng Merapi yang merancang benda rumah untuk dibuat tangan. Studio rekaan untuk contoh.",
        "A small studio on the slope of Merapi that designs home ware to be made by hand. Invented for this sample.",
    ),
    "Sanggar Bayat": Text(
        "Bengkel keluarga di Klaten: keramik, kayu, anyaman, tembaga, dan batik. Bengkel rekaan untuk contoh.",
        "A family workshop in Klaten: ceramics, wood, weaving, copper and batik. Invented for this sample.",
    ),
}


@dataclass(frozen=True)
class SignIn:
    """A way in that was just made; the password is kept nowhere else."""

    role: str
    email: str
    password: str


def is_empty(session: Session) -> bool:
    return session.scalar(select(Design.id).limit(1)) is None


def load_samples(parts: Parts, folder: Path = FOLDER) -> list[SignIn]:
    """Make the sample people and designs and queue the rest; returns the new sign-ins. Needs an app context."""
    with parts.database.session() as session:
        sign_ins = [_add_people(session, *given) for given in (STUDIO, WORKSHOP, *OTHERS)]
        _add_mentorship(session)
        _add_rates(session)
    for design_folder in sorted(path.parent for path in folder.glob("*/design.json")):
        with parts.database.session() as session:
            _add_design(session, parts, design_folder)
    with parts.database.session() as session:
        parties = [find_organisation(session, name) for name in (OTHERS[1][1], STUDIO[1], WORKSHOP[1])]
        sample_inquiry.add_inquiry(session, parts, *parties)
    return [sign_in for sign_in in sign_ins if sign_in is not None]


def _add_people(session: Session, kind: OrganisationKind, name: str, place: str, person: str, email: str):
    """An organisation with one person who owns it; None when the address is known already."""
    if accounts.find_account(session, email) is not None:
        return None
    about = ABOUT.get(name, Text())
    organisation = organisations.add_organisation(session, kind, name, place, {"id": about.id, "en": about.en})
    owner = organisations.add_person(session, organisation, person, is_owner=True)
    password = secrets.token_urlsafe(9)
    accounts.add_account(session, owner, email, hash_password(password))
    return SignIn(owner.role.value, email, password)


def _add_mentorship(session: Session) -> None:
    agency = find_organisation(session, OTHERS[0][1])
    workshop = find_organisation(session, WORKSHOP[1])
    organisations.add_mentorship(session, agency, workshop)


def _add_rates(session: Session) -> None:
    """Two rates to see prices converted by; what people wrote down is never joined by an example."""
    if not money.newest_rates(session):
        today = datetime.datetime.now(datetime.UTC).date()
        for currency, idr_per_unit in RATES.items():
            money.add_rate(session, ExchangeRate(currency, idr_per_unit, today, RATES_SOURCE), None, today)


def find_organisation(session: Session, name: str) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.name == name).limit(1)).one()


def read_design(folder: Path) -> DesignDraft:
    """The texts of a sample's design.json."""
    given = json.loads((folder / "design.json").read_text())
    materials = zip(given["materials"]["id"], given["materials"]["en"], strict=True)
    return DesignDraft(
        title=Text(**given["title"]),
        description=Text(**given["description"]),
        craft=CRAFTS.get(given["craft"], given["craft"]),
        technique=Text(**given["technique"]),
        materials=tuple(Text(*pair) for pair in materials),
        dimensions_mm=given["dimensions_mm"],
        colours=tuple(Colour(Text(**colour["name"]), colour["hex"]) for colour in given["colours"]),
        care=Text(**given["care"]),
        photo_note=Text(**given["photo_note"]),
        story=Text(**given["story"]),
        attributes=from_plain(given["attributes"]),
        lead_time_days=given["lead_time_days"],
        minimum_order=given["minimum_order"],
        price=make_money(**given["price"]),
        origin=given["origin"],
        licence=given["licence"],
        royalty=make_money(**given["royalty"]) if "royalty" in given else None,
        credit=given["credit"],
    )


def _add_design(session: Session, parts: Parts, folder: Path) -> None:
    """Publish one design, collect its reference photos and queue the preparation of the rest."""
    draft = read_design(folder)
    if session.scalar(select(DesignVersion.id).where(DesignVersion.title["en"].astext == draft.title.en)):
        return
    studio = find_organisation(session, STUDIO[1])
    version = designs.add_design(session, studio.id, None, draft)
    for path in sorted(folder.glob("hero_*.jpg")):
        design_pictures.receive_picture(session, parts, version.id, path.read_bytes(), draft.title)
    sample_packs.add_pack(session, parts, version, folder, find_organisation(session, WORKSHOP[1]))
    publishing.publish(session, version, None)
    standard = standards.add_standard(session, version, View.FROM_ABOVE, None)
    for path in sorted((folder / "standard").glob("*.jpg")):
        inspection.receive_reference(session, parts, standard.id, path.name, path.read_bytes())
    standards.start_fit(session, standard)
    parts.queue.prepare_sample(session, standard.id, folder.name)


def prepare_sample(parts: Parts, standard_id: uuid.UUID, name: str, folder: Path = FOLDER) -> None:
    """Fit and activate a sample's standard, then queue its batch. Run by the worker; may run twice."""
    inspection.fit_standard(parts, standard_id)
    with parts.database.session() as session:
        standard = standards.get_standard(session, standard_id, lock=True)
        if standard.state == StandardState.FITTED:
            standards.activate(session, standard)
        if standard.state == StandardState.ACTIVE:
            _add_batch(session, parts, standard, folder / name / "batch")


def _add_batch(session: Session, parts: Parts, standard: ReferenceStandard, folder: Path) -> None:
    if session.scalar(select(Batch.id).where(Batch.standard_id == standard.id, Batch.source == BatchSource.SAMPLE)):
        return
    workshop = find_organisation(session, WORKSHOP[1])
    batch = batches.add_batch(session, workshop.id, standard, BatchSource.SAMPLE)
    for path in sorted(folder.glob("*.jpg")):
        inspection.receive_photo(session, parts, batch.id, path.name, path.read_bytes())
    parts.queue.show_sample(session, batch.id, sample_makes.LOOK_AGAIN_S)
