"""The form of a design: what was typed stays as typed until all of it can be taken."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, repeat

from werkzeug.datastructures import MultiDict

from catalog.designs import (
    DIMENSIONS,
    EMPTY_DRAFT,
    TEXTS,
    Colour,
    DesignDraft,
    check_draft,
    check_reference,
    clean_draft,
    clean_reference,
    clean_text,
)
from catalog.errors import InvalidFields
from catalog.families import Family, find_family
from catalog.licences import Licence
from catalog.money import RUPIAH, Money
from catalog.numbers import parse_money, parse_number, parse_whole
from catalog.text import LANGUAGES, Text
from service.field_words import design_labels
from service.web.attribute_form import attribute_labels, fields_of, read_attributes, show_attributes, take_attributes
from service.web.typed_numbers import format_amount, format_size

# Rows that wait for more materials or colours; a page without scripts gets as many again with every save.
SPARE_ROWS = 2
SPARE_COLOUR = ("", "", "#8A5A2B")

WHOLE_NUMBERS = ("lead_time_days", "minimum_order")
LINES = ("origin", "credit", "licence")
SINGLE = ("reference", "craft", *DIMENSIONS, *WHOLE_NUMBERS, *LINES, "derived_from_id", "origin_words")
AMOUNTS = ("price", "royalty")


def field_labels(craft: str = "") -> dict[str, str]:
    """What each field of the form is called, for a list of what is wrong or differs."""
    return design_labels() | attribute_labels(find_family(craft))


@dataclass(frozen=True)
class DesignForm:
    """The fields of the form by name, its two lists by rows, and the attributes as `attribute_form` has them.

    `materials` are (id, en), `colours` are (id, en, hex).
    """

    values: dict[str, str] = field(default_factory=dict)
    materials: tuple[tuple[str, str], ...] = ()
    colours: tuple[tuple[str, str, str], ...] = ()
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def pair(self, name: str) -> dict[str, str]:
        """A text in both languages, as the macro `text_pair` takes it."""
        return {language: self.values.get(f"{name}_{language}", "") for language in LANGUAGES}

    def typed(self, name: str) -> str:
        """What stands in the field of an attribute that has one value."""
        return next(iter(self.attributes.get(name, ())), "")

    def attribute_pair(self, name: str) -> dict[str, str]:
        """An attribute that is a text, in both languages."""
        return {language: self.typed(f"{name}_{language}") for language in LANGUAGES}

    @property
    def family(self) -> Family | None:
        return find_family(self.values.get("craft", ""))

    @property
    def of_other_families(self) -> list[tuple[str, str]]:
        """What was typed for a craft that was chosen before, to be carried along unseen."""
        shown = {name for attribute in (self.family.attributes if self.family else ()) for name in fields_of(attribute)}
        return [(name, value) for name, values in self.attributes.items() if name not in shown for value in values]

    @property
    def material_rows(self) -> list[tuple[str, str]]:
        return [*self.materials, *[("", "")] * SPARE_ROWS]

    @property
    def colour_rows(self) -> list[tuple[str, str, str]]:
        return [*self.colours, *[SPARE_COLOUR] * SPARE_ROWS]


def show_draft(draft: DesignDraft, reference: str | None = None) -> DesignForm:
    """The form of a draft that is there already, its numbers written in the reader's language.

    `reference` is the studio's own number of the design, which all of its versions share.
    """
    values = {name: str(getattr(draft, name) or "") for name in ("craft", *LINES, "derived_from_id", *WHOLE_NUMBERS)}
    for name in TEXTS:
        for language in LANGUAGES:
            values[f"{name}_{language}"] = getattr(getattr(draft, name), language)
    values |= {name: format_size(size_mm) for name, size_mm in draft.dimensions_mm.items()}
    values["reference"] = reference or ""
    for name in AMOUNTS:
        money: Money | None = getattr(draft, name)
        values[f"{name}_amount"] = format_amount(money) if money else ""
        values[f"{name}_currency"] = money.currency if money else RUPIAH
    return DesignForm(
        values=values,
        materials=tuple((material.id, material.en) for material in draft.materials),
        colours=tuple((colour.name.id, colour.name.en, colour.hex) for colour in draft.colours),
        attributes=show_attributes(find_family(draft.craft), draft.attributes),
    )


def read_form(sent: MultiDict[str, str]) -> DesignForm:
    """The form as it was sent. Rows with no word in them are left out, except of a colour that somebody chose."""
    texts = [f"{name}_{language}" for name in TEXTS for language in LANGUAGES]
    amounts = [f"{name}_{part}" for name in AMOUNTS for part in ("amount", "currency")]
    materials = _rows(sent, "material_id", "material_en")
    values = {name: clean_text(sent[name]) for name in (*SINGLE, *texts, *amounts) if name in sent}
    if "reference" in values:
        values["reference"] = clean_reference(values["reference"])
    return DesignForm(
        values=values,
        materials=tuple(row for row in materials if any(row)),
        colours=tuple(_sent_colours(sent)),
        attributes=read_attributes(sent),
    )


def _sent_colours(sent: MultiDict[str, str]) -> Iterator[tuple[str, str, str]]:
    """The rows of colours without those that wait; `colour_was` is what was saved without a name.

    A browser sends a colour for every row, so that of a waiting one, chosen anew without a name, looks like no choice.
    """
    before = chain(sent.getlist("colour_was"), repeat(""))
    rows = _rows(sent, "colour_id", "colour_en", "colour_hex")
    for (*names, hex_code), was in zip(rows, before, strict=False):
        row = (*names, hex_code.upper())  # browsers write it small; what did not change shall not look changed
        if row != SPARE_COLOUR or was == SPARE_COLOUR[2]:
            yield row


def take(form: DesignForm, saved: DesignDraft = EMPTY_DRAFT) -> DesignDraft:
    """The draft that the form means; a text or a value that the form does not ask stays as it was saved.

    Raises: InvalidFields with every field that cannot be taken.
    """
    problems: dict[str, str] = {}
    about: dict[str, Mapping[str, object]] = {}
    draft = replace(
        saved,
        **{name: Text(**form.pair(name)) for name in TEXTS if f"{name}_id" in form.values},
        **{name: form.values[name] for name in LINES if name in form.values},
        craft=form.values.get("craft", ""),
        attributes=take_attributes(form.family, form.attributes, problems),
        materials=tuple(Text(*row) for row in form.materials),
        dimensions_mm=dict(_read_each(form, DIMENSIONS, parse_number, problems)),
        colours=tuple(Colour(Text(*row[:2]), row[2]) for row in form.colours),
        **_take_trade(form, problems),
        **_take_origin(form, problems),
    )
    if draft.licence != Licence.ROYALTY_PER_PIECE:
        draft = replace(draft, royalty=None)
    draft = clean_draft(draft)
    for check in (partial(check_reference, form.values.get("reference", "")), partial(check_draft, draft)):
        try:
            check()
        except InvalidFields as error:
            about |= {name: limits for name, limits in error.about.items() if name not in problems}
            problems = error.fields | problems
    if problems:
        raise InvalidFields(problems, about)
    return draft


def _read_each(
    form: DesignForm, names: Iterable[str], parse: Callable[[str], float], problems: dict[str, str]
) -> Iterator[tuple[str, float]]:
    """The numbers of the fields that are filled in; what is none is noted in `problems`."""
    for name in names:
        if typed := form.values.get(name, ""):
            try:
                yield name, parse(typed)
            except ValueError as error:
                problems[name] = str(error)


def _take_trade(form: DesignForm, problems: dict[str, str]) -> dict[str, int | Money | None]:
    """Times, counts and amounts that the form asks."""
    asked = [name for name in WHOLE_NUMBERS if name in form.values]
    taken = dict.fromkeys(asked) | dict(_read_each(form, asked, parse_whole, problems))
    for name in AMOUNTS:
        if f"{name}_amount" in form.values:
            taken[name] = None
        if typed := form.values.get(f"{name}_amount", ""):
            try:
                taken[name] = parse_money(typed, form.values.get(f"{name}_currency", RUPIAH))
            except ValueError as error:
                problems[name] = str(error)
    return taken


def _take_origin(form: DesignForm, problems: dict[str, str]) -> dict[str, uuid.UUID | None]:
    """Which version the design is derived from, if the form asks."""
    if "derived_from_id" not in form.values:
        return {}
    try:
        typed = form.values["derived_from_id"]
        return {"derived_from_id": uuid.UUID(typed) if typed else None}
    except ValueError:
        problems["derived_from_id"] = "not_a_published_design"
        return {}


def _rows(sent: MultiDict[str, str], *names: str) -> Iterable[tuple[str, ...]]:
    """The rows of fields that repeat, as many as the shortest column has."""
    columns = [[clean_text(value) for value in sent.getlist(name)] for name in names]
    return zip(*columns, strict=False)
