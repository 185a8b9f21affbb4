"""What the page of a design tells beside its texts: terms of trade, licence, its family's attributes, its kin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from catalog.families import from_plain
from catalog.money import ExchangeRate
from catalog.organisations import Actor
from catalog.permissions import may_see_tech_pack
from catalog.store import lineage, money, tech_packs
from catalog.store.tables import DesignVersion
from service.attribute_words import attributes_in_words
from service.language import current_language
from service.licence_words import licence_address, licence_explanation, licence_name
from service.money_words import RECKONED_IN, conversion_sentence, format_money
from service.words import count_of_pieces


@dataclass(frozen=True)
class Terms:
    """What a buyer reckons with, in words; what was not given is empty."""

    price: str
    conversion: str
    lead_time: str
    minimum_order: str


@dataclass(frozen=True)
class LicenceTold:
    """What others may do with a design. `address` is where the text of the licence stands, if anywhere."""

    name: str
    explanation: str
    address: str
    royalty: str
    credit: str


@dataclass(frozen=True)
class Kin:
    """What a design was derived from, as far as everyone may see it, and what was derived from it."""

    original: DesignVersion | None
    derivations: Sequence[DesignVersion]


@dataclass(frozen=True)
class TechPackTold:
    """What a tech pack holds, in words, and whether this reader may see it."""

    holds: str
    may_see: bool


@dataclass(frozen=True)
class DesignTold:
    terms: Terms
    licence: LicenceTold | None
    attributes: list[tuple[str, str]]
    kin: Kin


def tell_design(session: Session, version: DesignVersion) -> DesignTold:
    """All of it, in the reader's language and money."""
    rates = money.newest_rates(session) if version.price is not None else {}
    original = version.derived_from if lineage.was_published(version.derived_from) else None
    return DesignTold(
        terms=_terms(version, rates),
        licence=_licence(version),
        attributes=attributes_in_words(version.craft, from_plain(version.attributes)),
        kin=Kin(original, lineage.derivations_of(session, version.design_id)),
    )


def tell_pack(session: Session, version: DesignVersion, actor: Actor) -> TechPackTold | None:
    """None where there is no tech pack."""
    pack = tech_packs.read_pack(session, version.id)
    if pack.is_empty:
        return None
    materials, steps, tolerances = len(pack.materials), len(pack.steps), len(pack.tolerances)
    parts = (
        ngettext("%(num)d material", "%(num)d materials", materials) if materials else "",
        ngettext("%(num)d step", "%(num)d steps", steps) if steps else "",
        ngettext("%(num)d tolerance", "%(num)d tolerances", tolerances) if tolerances else "",
        ngettext("%(num)d drawing", "%(num)d drawings", len(pack.drawings)) if pack.drawings else "",
        gettext("packaging") if pack.packaging.is_said else "",
    )
    may_see = may_see_tech_pack(actor, tech_packs.ownership_of(session, version))
    return TechPackTold(", ".join(filter(None, parts)), may_see)


def _terms(version: DesignVersion, rates: dict[str, ExchangeRate]) -> Terms:
    days, pieces = version.lead_time_days, version.minimum_order
    return Terms(
        price=format_money(version.price),
        conversion=conversion_sentence(version.price, rates, RECKONED_IN[current_language()]),
        lead_time=ngettext("%(num)d day", "%(num)d days", days) if days else "",
        minimum_order=count_of_pieces(pieces) if pieces else "",
    )


def _licence(version: DesignVersion) -> LicenceTold | None:
    if not version.licence:
        return None
    royalty = format_money(version.royalty)
    return LicenceTold(
        name=licence_name(version.licence),
        explanation=licence_explanation(version.licence),
        address=licence_address(version.licence),
        royalty=gettext("%(amount)s for each piece", amount=royalty) if royalty else "",
        credit=version.credit or version.design.studio.name,
    )
