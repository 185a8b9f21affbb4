"""What each column of a spreadsheet of designs means, and a spreadsheet to begin with that explains itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from catalog.designs import DIMENSIONS
from catalog.exchange.columns import FAMILY, REFERENCE, columns_of, template_columns
from catalog.families import Attribute, Family, Kind, families, field_of
from catalog.licences import Licence
from catalog.money import CURRENCIES
from catalog.text import LANGUAGES
from service.attribute_words import bounds_in_words
from service.language import current_language
from service.sheet_writing import csv_lines, write_xlsx
from service.words import craft_names, dimension_name

EXAMPLE_ITEMS = 3
TEXTS = {
    "title": _l("What the design is called; one language is enough to begin with."),
    "description": _l("What it is, in a few sentences."),
    "story": _l("Where it comes from and who makes it."),
    "technique": _l("How it is made."),
    "materials": _l("Materials, several divided by semicolons, in the same order in both languages."),
    "colours": _l("What the colours are called, in the order of colours_hex."),
    "care": _l("How to look after it."),
    "photo_note": _l("What there is to know of the pictures."),
    "picture_texts": _l("What each picture shows, for who does not see it; in the order of pictures."),
}
OTHERS = {
    "reference": _l("Your own code of the design. By it a later import finds the design again. Needed."),
    "studio": _l("Whose design it is; empty: the studio of the import."),
    "colours_hex": _l("Colours as #RRGGBB, several divided by semicolons."),
    "licence": _l("Under what others may use it."),
    "royalty_amount": _l("What the studio gets for each piece."),
    "royalty_currency": _l("The currency of the royalty."),
    "credit": _l("Who is to be named."),
    "derived_from": _l("The design that it comes from, such as celadon-bowl@2, or the reference of another row."),
    "price_amount": _l("The indicative price of one piece."),
    "price_currency": _l("The currency of the price."),
    "lead_time_days": _l("How long an order takes, in days."),
    "minimum_order": _l("The least number of pieces in an order."),
    "origin": _l("Where it is made."),
    "pictures": _l("Names of the picture files, several divided by semicolons; the first stands for the design."),
    "tech_pack": _l("The folder of its tech pack in the archive. What is not sent along stays as it is."),
}


def column_help(column: str) -> str:
    """What a column means, in the reader's language."""
    if column in OTHERS:
        return " ".join([str(OTHERS[column]), *_values(column)])
    if column == FAMILY:
        return " ".join([gettext("The craft family. Needed."), _one_of(families())])
    if column.removesuffix("_mm") in DIMENSIONS:
        return gettext("%(size)s in millimetres.", size=dimension_name(column.removesuffix("_mm")))
    if column.startswith("attribute_"):
        return " ".join(f"{family}: {told}" for family, told in _attribute_help(column))
    return str(TEXTS[column.rsplit("_", 1)[0]])


def _values(column: str) -> Iterator[str]:
    if column == "licence":
        yield _one_of(licence.value for licence in Licence)
    if column.endswith("_currency"):
        yield _one_of(CURRENCIES)


def _one_of(values) -> str:
    return gettext("One of: %(values)s.", values=", ".join(values))


def _attribute_help(column: str) -> Iterator[tuple[str, str]]:
    """(name of the family, what the column means there) for each family that has it."""
    for family in families().values():
        for attribute in family.attributes:
            if column in columns_of(attribute):
                yield family.name.get(current_language()), _attribute_words(attribute)


def _attribute_words(attribute: Attribute) -> str:
    name = attribute.name.get(current_language())
    if attribute.kind == Kind.NUMBER:
        bounds = bounds_in_words(attribute) or attribute.unit
        kind = gettext("a number, %(bounds)s", bounds=bounds) if bounds else gettext("a number")
    elif attribute.kind == Kind.YES_NO:
        kind = gettext("yes or no")
    elif attribute.kind == Kind.TEXT:
        kind = gettext("a text")
    elif attribute.kind == Kind.CHOICE:
        kind = gettext("one of %(values)s", values=", ".join(choice.code for choice in attribute.choices))
    else:
        codes = ", ".join(choice.code for choice in attribute.choices)
        kind = gettext("any of %(values)s, divided by semicolons", values=codes)
    needed = gettext("Needed for publishing.") if attribute.is_required else ""
    return f"{name}, {kind}. {needed}".strip()


def _remarks() -> Iterator[dict[str, str]]:
    """Rows that an import passes over: what each column means, and an example of each family."""
    told = gettext(
        "Rows that begin with # and a blank are passed over. This one explains the columns, the next show the families."
    )
    yield {column: column_help(column) for column in template_columns() if not column.startswith("attribute_")} | {
        REFERENCE: f"# {told} {column_help(REFERENCE)}"
    }
    for family in families().values():
        yield {REFERENCE: f"# {family.name.get(current_language())}", FAMILY: family.code, **dict(_examples(family))}


def _examples(family: Family) -> Iterator[tuple[str, str]]:
    for attribute in family.attributes:
        for column in columns_of(attribute):
            yield column, _example(attribute, column)


def _example(attribute: Attribute, column: str) -> str:
    codes = [choice.code for choice in attribute.choices]
    match attribute.kind:
        case Kind.CHOICE:
            return codes[0]
        case Kind.CHOICES:
            return "; ".join(codes[:EXAMPLE_ITEMS])
        case Kind.YES_NO:
            return "yes"
        case Kind.NUMBER:
            return f"{attribute.minimum or 0:g}"
    language = column.rsplit("_", 1)[-1]
    return attribute.name.get(language if language in LANGUAGES else LANGUAGES[0])


def template_csv() -> Iterator[bytes]:
    """The spreadsheet to begin with, as CSV."""
    return (line.encode() for line in csv_lines(template_columns(), _remarks()))


def write_template(target: IO[bytes]) -> None:
    """The same as XLSX: with a second sheet that explains every column, and choices that the program offers."""
    explained = [(gettext("Column"), gettext("Meaning"))]
    explained += [(column, column_help(column)) for column in template_columns()]
    choices = {
        FAMILY: [code for code, _ in craft_names()],
        "licence": [licence.value for licence in Licence],
        "price_currency": CURRENCIES,
        "royalty_currency": CURRENCIES,
        **{field_of(code): ("yes", "no") for code in _yes_no_codes()},
    }
    sheets = {gettext("Columns"): explained}
    write_xlsx(target, template_columns(), _remarks(), choices=choices, other_sheets=sheets)


def _yes_no_codes() -> Iterator[str]:
    attributes = [attribute for family in families().values() for attribute in family.attributes]
    yield from dict.fromkeys(attribute.code for attribute in attributes if attribute.kind == Kind.YES_NO)
