"""The form of a design: what was typed stays as typed until all of it can be taken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from catalog.designs import DIMENSIONS, LANGUAGES, TEXTS, Colour, DesignDraft, Text, check_draft, clean_text
from catalog.errors import InvalidFields
from service.language import LANGUAGES as LANGUAGE_NAMES
from service.words import DIMENSIONS as DIMENSION_NAMES

# Rows that wait for more materials or colours; a page without scripts gets as many again with every save.
SPARE_ROWS = 2
NEW_COLOUR = "#8A5A2B"

TEXT_LABELS = {
    "title": _l("Title"),
    "story": _l("Story"),
    "description": _l("Description"),
    "technique": _l("Technique"),
    "care": _l("Care"),
    "photo_note": _l("About the pictures"),
}
OTHER_LABELS = {
    "craft": _l("Craft"),
    "materials": _l("Materials"),
    "colours": _l("Colours"),
    "dimensions_mm": _l("Sizes"),
    **DIMENSION_NAMES,
}


def field_labels() -> dict[str, str]:
    """What each field of the form is called, for a list of what is wrong or differs."""
    texts = {
        f"{name}_{language}": f"{label} ({LANGUAGE_NAMES[language]})"
        for name, label in TEXT_LABELS.items()
        for language in LANGUAGES
    }
    return texts | {name: str(label) for name, label in OTHER_LABELS.items()}


@dataclass(frozen=True)
class DesignForm:
    """The fields of the form by name, and its two lists by rows.

    `materials` are (id, en), `colours` are (id, en, hex).
    """

    values: dict[str, str] = field(default_factory=dict)
    materials: tuple[tuple[str, str], ...] = ()
    colours: tuple[tuple[str, str, str], ...] = ()

    def pair(self, name: str) -> dict[str, str]:
        """A text in both languages, as the macro `text_pair` takes it."""
        return {language: self.values.get(f"{name}_{language}", "") for language in LANGUAGES}

    @property
    def material_rows(self) -> list[tuple[str, str]]:
        return [*self.materials, *[("", "")] * SPARE_ROWS]

    @property
    def colour_rows(self) -> list[tuple[str, str, str]]:
        return [*self.colours, *[("", "", NEW_COLOUR)] * SPARE_ROWS]


def show_draft(draft: DesignDraft) -> DesignForm:
    """The form of a draft that is there already, its numbers written in the reader's language."""
    values = {"craft": str(draft.craft)}
    for name in TEXTS:
        for language in LANGUAGES:
            values[f"{name}_{language}"] = getattr(getattr(draft, name), language)
    values |= {name: format_size(size_mm) for name, size_mm in draft.dimensions_mm.items()}
    return DesignForm(
        values=values,
        materials=tuple((material.id, material.en) for material in draft.materials),
        colours=tuple((colour.name.id, colour.name.en, colour.hex) for colour in draft.colours),
    )


def read_form(sent: MultiDict[str, str]) -> DesignForm:
    """The form as it was sent. Rows with no word in them are left out."""
    texts = [f"{name}_{language}" for name in TEXTS for language in LANGUAGES]
    names = ["craft", *DIMENSIONS, *(name for name in texts if name in sent)]
    materials = _rows(sent, "material_id", "material_en")
    colours = _rows(sent, "colour_id", "colour_en", "colour_hex")
    return DesignForm(
        values={name: clean_text(sent.get(name, "")) for name in names},
        materials=tuple(row for row in materials if any(row)),
        # Browsers write the colour small; what did not change shall not look changed.
        colours=tuple((*row[:2], row[2].upper()) for row in colours if any(row[:2])),
    )


def take(form: DesignForm, saved: DesignDraft | None = None) -> DesignDraft:
    """The draft that the form means; what the form does not ask stays as it was saved.

    Raises: InvalidFields with every field that cannot be taken.
    """
    problems: dict[str, str] = {}
    sizes_mm = {}
    for name in DIMENSIONS:
        if typed := form.values.get(name, ""):
            try:
                sizes_mm[name] = parse_number(typed)
            except ValueError as error:
                problems[name] = str(error)
    draft = replace(
        saved or DesignDraft(title=Text(), description=Text(), craft="", licence="all_rights_reserved"),
        **{name: Text(**form.pair(name)) for name in TEXTS if f"{name}_id" in form.values},
        craft=form.values.get("craft", ""),
        materials=tuple(Text(*row) for row in form.materials),
        dimensions_mm=sizes_mm,
        colours=tuple(Colour(Text(*row[:2]), row[2]) for row in form.colours),
    )
    try:
        check_draft(draft)
    except InvalidFields as error:
        problems |= error.fields
    if problems:
        raise InvalidFields(problems)
    return draft


def parse_number(typed: str) -> float:
    """A number with a comma or a point before its decimals.

    Raises: ValueError("not_a_number"); ValueError("ambiguous_number") for 1.200 and 1,200, which are 1200 to some
    readers and 1.2 to others: with sizes, guessing wrong is worse than asking.
    """
    text = re.sub(r"[\s\u00a0\u202f]", "", typed)
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", text):
        raise ValueError("ambiguous_number")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", text):
        text = text.replace(".", "")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,12}([.,]\d{1,6})?", text, re.ASCII):
        raise ValueError("not_a_number")
    return float(text.replace(",", "."))


def format_size(size_mm: float) -> str:
    """12.5 as "12,5" or "12.5", without grouping, so that it reads back as the same number."""
    return format_decimal(size_mm, format="0.######")


def differences(form: DesignForm, saved: DesignForm) -> dict[str, str]:
    """What was saved in the meantime, by field, where it differs from what this form says."""
    ours, theirs = _flat(form), _flat(saved)
    return {name: theirs.get(name, "") for name in ours | theirs if ours.get(name, "") != theirs.get(name, "")}


def _flat(form: DesignForm) -> dict[str, str]:
    return {
        **form.values,
        "materials": "\n".join(_join(row) for row in form.materials),
        "colours": "\n".join(_join(row) for row in form.colours),
    }


def _join(words: Iterable[str]) -> str:
    return " · ".join(word for word in words if word)


def _rows(sent: MultiDict[str, str], *names: str) -> Iterable[tuple[str, ...]]:
    """The rows of fields that repeat, as many as the shortest column has."""
    columns = [[clean_text(value) for value in sent.getlist(name)] for name in names]
    return zip(*columns, strict=False)
