"""The form of a tech pack: rows that come, go and move, kept as typed until all of them can be taken.

A file is stored when it arrives, and travels with its row as a signed word: who sends the form cannot name a file
that is not theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from catalog.designs import clean_text
from catalog.tech_pack import (
    CARTON_SIDES,
    Drawing,
    Packaging,
    ProcessStep,
    StepPicture,
    TechPack,
    Tolerance,
)
from catalog.text import LANGUAGES
from service.language import LANGUAGE_NAMES
from service.tech_pack_words import PARTS
from service.web.typed_numbers import format_size

Row = dict[str, str]

# The fields of a row of each list; "file" is the signed word of what was uploaded for it.
ROWS = {
    "materials": ("name_id", "name_en", "amount", "unit", "note_id", "note_en"),
    "steps": ("title_id", "title_en", "instruction_id", "instruction_en", "minutes", "alt_id", "alt_en", "file"),
    "tolerances": ("feature_id", "feature_en", "nominal", "minus", "plus", "unit", "method_id", "method_en"),
    "drawings": ("title_id", "title_en", "file"),
}
# What alone does not make a row: a new one has it already.
PRESET = frozenset({"unit"})
NEW_ROW = {"materials": {"unit": "g"}, "steps": {}, "tolerances": {"unit": "mm"}}
SPARE_ROWS = 1
PACKAGING = ("instruction_id", "instruction_en", "pieces_per_carton", *CARTON_SIDES, "gross_weight_kg")

LABELS = {
    "name": _l("Material"),
    "amount": _l("Amount"),
    "unit": _l("Unit"),
    "note": _l("Note"),
    "title": _l("Title"),
    "instruction": _l("Instruction"),
    "minutes": _l("Minutes"),
    "alt": _l("What the picture shows"),
    "feature": _l("What is measured"),
    "nominal": _l("Target"),
    "minus": _l("May be less by"),
    "plus": _l("May be more by"),
    "method": _l("How it is measured"),
    "pieces_per_carton": _l("Pieces in a carton"),
    "length": _l("Length"),
    "width": _l("Width"),
    "height": _l("Height"),
    "gross_weight_kg": _l("Weight of a full carton"),
}


@dataclass
class PackForm:
    """The rows of each list by their fields, and the fields of the packaging."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in ROWS})
    packaging: Row = field(default_factory=dict)

    def shown(self, name: str) -> list[Row]:
        """The rows of a list and those that wait to be filled in."""
        spare = SPARE_ROWS if name in NEW_ROW else 0
        return [*self.rows[name], *({**dict.fromkeys(ROWS[name], ""), **NEW_ROW[name]} for _ in range(spare))]

    def change(self, what: str) -> None:
        """Move or remove a row: "steps.up.2". What names no row does nothing."""
        name, action, place = (*what.split("."), "", "")[:3]
        rows = self.rows.get(name, [])
        if not place.isascii() or not place.isdigit() or not 1 <= int(place) <= len(rows):
            return
        row = rows.pop(int(place) - 1)
        if action != "remove":
            rows.insert(max(0, int(place) - 2) if action == "up" else int(place) - 1, row)


def field_labels(form: PackForm) -> dict[str, str]:
    """What each field is called in a list of what is wrong, in the order of the form."""
    labels: dict[str, str] = {}
    for name, label in PARTS.items():
        labels[name] = str(label)
        if name == "packaging":
            labels |= {f"packaging.{each}": f"{label}: {_label(each)}" for each in PACKAGING}
        for place in range(1, len(form.rows.get(name, ())) + 1):
            labels |= {f"{name}.{place}.{each}": f"{label} {place}: {_label(each)}" for each in ROWS[name]}
    return labels


def _label(name: str) -> str:
    base, _, language = name.rpartition("_")
    if language in LANGUAGES and base in LABELS:
        return f"{LABELS[base]} ({LANGUAGE_NAMES[language]})"
    return str(LABELS.get(name, name))


def sign_file(facts: StepPicture | Drawing) -> str:
    """What is known of a stored file, as a word that a form may carry."""
    return _serializer().dumps(asdict(facts))


def read_file(word: str) -> dict[str, Any] | None:
    """What `sign_file` was given; None for a word that nobody here has signed."""
    try:
        return _serializer().loads(word)
    except BadSignature:
        return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="file of a tech pack")


def show_pack(pack: TechPack) -> PackForm:
    """The form of a pack that is there already, its numbers written in the reader's language."""
    return PackForm(
        rows={
            "materials": [_row(each, "materials", amount=_number(each.amount)) for each in pack.materials],
            "steps": [_step_row(step) for step in pack.steps],
            "tolerances": [_tolerance_row(tolerance) for tolerance in pack.tolerances],
            "drawings": [_row(each, "drawings", file=sign_file(each)) for each in pack.drawings],
        },
        packaging=_packaging_row(pack.packaging),
    )


def _row(said: Any, name: str, **known: str) -> Row:
    """The fields of one row: those that are known, else the texts by language and the rest as it is."""
    row = {}
    for each in ROWS[name]:
        base, _, language = each.rpartition("_")
        if each in known:
            row[each] = known[each]
        elif language in LANGUAGES:
            row[each] = getattr(getattr(said, base), language)
        else:
            row[each] = str(getattr(said, each))
    return row


def _step_row(step: ProcessStep) -> Row:
    picture = step.picture
    alts = {f"alt_{language}": getattr(picture.alt, language) if picture else "" for language in LANGUAGES}
    return _row(
        step,
        "steps",
        minutes=str(step.minutes or ""),
        file=sign_file(picture) if picture else "",
        **alts,
    )


def _tolerance_row(tolerance: Tolerance) -> Row:
    numbers = {name: _number(getattr(tolerance, name)) for name in ("nominal", "minus", "plus")}
    return _row(tolerance, "tolerances", **numbers)


def _packaging_row(packaging: Packaging) -> Row:
    return {
        **{f"instruction_{language}": getattr(packaging.instruction, language) for language in LANGUAGES},
        "pieces_per_carton": str(packaging.pieces_per_carton or ""),
        **{side: _number(packaging.carton_mm.get(side)) for side in CARTON_SIDES},
        "gross_weight_kg": _number(packaging.gross_weight_kg),
    }


def _number(value: float | None) -> str:
    return "" if value is None else format_size(value)


def read_form(sent: MultiDict[str, str]) -> PackForm:
    """The form as it was sent, empty rows too; its files are taken by `service.web.tech_packs`."""
    return PackForm(
        rows={name: list(_sent_rows(sent, name)) for name in ROWS},
        packaging={name: clean_text(sent.get(f"packaging.{name}", "")) for name in PACKAGING},
    )


def _sent_rows(sent: MultiDict[str, str], name: str) -> Iterator[Row]:
    columns = [[clean_text(value) for value in sent.getlist(f"{name}.{each}")] for each in ROWS[name]]
    for place, values in enumerate(zip(*columns, strict=False)):
        row = dict(zip(ROWS[name], values, strict=True))
        # Where the row stood in the form, so that the files sent for it are found.
        row["place"] = str(place)
        yield row


def drop_empty(form: PackForm) -> None:
    """Take out the rows in which nothing was written."""
    for name, rows in form.rows.items():
        form.rows[name] = [row for row in rows if any(row[each] for each in ROWS[name] if each not in PRESET)]
