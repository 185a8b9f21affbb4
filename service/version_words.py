"""What changed between two versions, in the reader's language and ready for a page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import format_decimal, gettext, ngettext
from sqlalchemy.orm import Session

from catalog.designs import Colour
from catalog.errors import NotFound
from catalog.money import Money
from catalog.store import designs
from catalog.text import Text
from catalog.version_difference import (
    AttributeChange,
    Change,
    Entry,
    ListChange,
    PictureChange,
    TextChange,
    ValueChange,
    VersionDifference,
)
from catalog.word_difference import Run
from service.attribute_words import attribute_name, attribute_words
from service.field_words import design_labels
from service.language import LANGUAGE_NAMES, current_language
from service.licence_words import licence_name
from service.money_words import format_money
from service.words import count_of_pieces, craft_name


@dataclass(frozen=True)
class ShownEntry:
    """One entry of a list that came, went or changed: the words before and after, and its colours."""

    kind: str
    before: str
    after: str
    before_hex: str = ""
    after_hex: str = ""


@dataclass(frozen=True)
class ShownChange:
    """One line of a difference. Either `runs` (a text), `entries` (a list) or `before` and `after` say it."""

    label: str
    language: str = ""
    runs: tuple[Run, ...] = ()
    entries: tuple[ShownEntry, ...] = ()
    is_reordered: bool = False
    before: str = ""
    after: str = ""
    by: str = ""  # how much more or less, such as "+8 %"

    @property
    def language_name(self) -> str:
        return LANGUAGE_NAMES.get(self.language, "")


@dataclass(frozen=True)
class ShownDifference:
    changes: tuple[ShownChange, ...]
    pictures: tuple[PictureChange, ...]

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.pictures

    @property
    def labels(self) -> list[str]:
        """What changed, each once: for a line that sums it up."""
        pictures = [gettext("Pictures")] if self.pictures else []
        return [*dict.fromkeys(change.label for change in self.changes), *pictures]


def describe_difference(
    session: Session, difference: VersionDifference, of_pack: tuple[ShownChange, ...] = ()
) -> ShownDifference:
    """The difference in words. `of_pack`: what changed in the tech pack, for those who may see it."""
    labels = design_labels()
    changes = tuple(shown for change in difference.changes for shown in _describe(session, change, labels))
    return ShownDifference((*changes, *of_pack), difference.pictures)


def _describe(session: Session, change: Change, labels: dict[str, str]) -> Iterator[ShownChange]:
    match change:
        case TextChange(field, language, runs):
            yield ShownChange(_text_label(labels, field), language, runs)
        case AttributeChange(attribute, before, after, texts):
            name = attribute_name(attribute)
            yield from (ShownChange(name, text.language, text.runs) for text in texts)
            if not texts:
                words = (attribute_words(attribute, value) for value in (before, after))
                yield ShownChange(name, "", (), (), False, *words, _by(before, after))
        case ListChange(field, entries, is_reordered):
            shown = tuple(_entry(entry) for entry in entries)
            yield ShownChange(labels[field], entries=shown, is_reordered=is_reordered)
        case ValueChange(field, before, after, unit):
            words = (_value_words(session, field, value, unit) for value in (before, after))
            yield ShownChange(labels[field], "", (), (), False, *words, _by(before, after))


def _text_label(labels: dict[str, str], field: str) -> str:
    """The labels of texts name their language, which a change names by itself."""
    return labels[f"{field}_id"].rpartition(" (")[0]


def _entry(entry: Entry) -> ShownEntry:
    before, after = (_entry_words(each) for each in (entry.before, entry.after))
    shades = (each.hex if isinstance(each, Colour) else "" for each in (entry.before, entry.after))
    return ShownEntry(entry.kind.value, before, after, *shades)


def _entry_words(entry: Text | Colour | None) -> str:
    if entry is None:
        return ""
    return (entry.name if isinstance(entry, Colour) else entry).get(current_language())


def _value_words(session: Session, field: str, value: object, unit: str) -> str:
    if value is None or value == "":
        return ""
    match field:
        case "craft":
            return craft_name(str(value))
        case "licence":
            return licence_name(str(value))
        case "derived_from_id":
            return _title_of(session, value)
        case "lead_time_days":
            return ngettext("%(num)d day", "%(num)d days", value)
        case "minimum_order":
            return count_of_pieces(value)
    if isinstance(value, Money):
        return format_money(value)
    return f"{format_decimal(value)} {unit}" if unit else str(value)


def _title_of(session: Session, version_id: uuid.UUID) -> str:
    try:
        version = designs.get_version(session, version_id)
    except NotFound:
        return ""
    return Text(**version.title).get(current_language())


def _by(before: object, after: object) -> str:
    """By how many percent a number or an amount in the same currency changed; empty where that says nothing."""
    if isinstance(before, Money) and isinstance(after, Money) and before.currency == after.currency:
        before, after = before.amount, after.amount
    numbers = all(isinstance(each, int | float | Decimal) and not isinstance(each, bool) for each in (before, after))
    if not numbers or not before:
        return ""
    percent = round(100 * (float(after) - float(before)) / float(before))
    return f"{percent:+d} %".replace("-", "−") if percent else ""
