"""What is to be said of a design in a row of facts: on the comparison and on a page of a lookbook."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import format_decimal, gettext, ngettext

from catalog.designs import DIMENSIONS
from catalog.families import from_plain
from catalog.money import ExchangeRate
from catalog.store.tables import DesignVersion
from service.attribute_words import attributes_in_words
from service.language import marked
from service.licence_words import licence_name
from service.money_words import conversion_sentence, format_money
from service.words import count_of_pieces, dimension_name


def sizes_in_words(version: DesignVersion) -> str:
    """Such as "Diameter 140 mm, height 60 mm"."""
    sizes = [
        f"{dimension_name(name)} {format_decimal(version.dimensions_mm[name])} mm"
        for name in DIMENSIONS
        if name in version.dimensions_mm
    ]
    return ", ".join([*sizes[:1], *(size[0].lower() + size[1:] for size in sizes[1:])])


def materials_in_words(version: DesignVersion) -> str:
    return ", ".join(marked(material) for material in version.materials)


def colours_in_words(version: DesignVersion) -> str:
    return ", ".join(marked(colour["name"]) for colour in version.colours)


def price_in_words(version: DesignVersion, rates: Mapping[str, ExchangeRate]) -> str:
    """The indicative price, and what that is elsewhere by rates of a day; empty without a price."""
    return "\n".join(filter(None, (format_money(version.price), conversion_sentence(version.price, rates))))


def form_facts(version: DesignVersion) -> list[tuple[str, str]]:
    """What the piece is: (term, words) in the reader's language, the words empty where nothing is said."""
    return [
        (gettext("Size"), sizes_in_words(version)),
        (gettext("Materials"), materials_in_words(version)),
        (gettext("Technique"), marked(version.technique)),
        (gettext("Colours"), colours_in_words(version)),
    ]


def order_facts(version: DesignVersion, rates: Mapping[str, ExchangeRate] | None) -> list[tuple[str, str]]:
    """What it takes to order it, likewise; without `rates` no word of prices."""
    days, pieces = version.lead_time_days, version.minimum_order
    price = [] if rates is None else [(gettext("Indicative price"), price_in_words(version, rates))]
    return [
        *price,
        (gettext("Minimum order"), "" if pieces is None else count_of_pieces(pieces)),
        (gettext("Lead time"), "" if days is None else ngettext("%(num)d day", "%(num)d days", days)),
    ]


def trade_facts(version: DesignVersion, rates: Mapping[str, ExchangeRate] | None) -> list[tuple[str, str]]:
    """How it is ordered, where it comes from and under what licence, likewise."""
    return [
        *order_facts(version, rates),
        (gettext("Origin"), version.origin),
        (gettext("Licence"), licence_name(version.licence)),
    ]


def attribute_facts(version: DesignVersion) -> dict[str, str]:
    """What its craft family asks, by name in the family's order."""
    return dict(attributes_in_words(version.craft, from_plain(version.attributes)))
