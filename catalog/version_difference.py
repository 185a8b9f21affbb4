"""What changed from one version of a design to the next, in a form that people can read.

Changes come in the order of the design's form. A text is compared word by word in each language, a list entry by
entry, a picture by its image; sizes keep their units. What did not change is not there.
"""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.designs import DIMENSIONS, Colour, DesignDraft
from catalog.families import Attribute, find_family, is_said
from catalog.families import Value as AttributeValue
from catalog.money import Money
from catalog.text import LANGUAGES, Text
from catalog.word_difference import Run, compare_words

# From this share of common letters on, an entry of a list counts as the same one, said in other words.
SAME_ENTRY = 0.6

# All that a version says, in the order of its form; "attributes" and "dimensions_mm" stand for several values.
FIELDS = (
    "title",
    "description",
    "story",
    "craft",
    "attributes",
    "technique",
    "materials",
    "dimensions_mm",
    "colours",
    "care",
    "photo_note",
    "lead_time_days",
    "minimum_order",
    "price",
    "origin",
    "licence",
    "royalty",
    "credit",
    "derived_from_id",
)
UNITS = {"lead_time_days": "days", "minimum_order": "pieces", **dict.fromkeys(DIMENSIONS, "mm")}

Value = str | float | Money | uuid.UUID | None


class EntryKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class PictureKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    DESCRIBED = "described"  # the same picture in its place, with another alternative text


@dataclass(frozen=True)
class TextChange:
    """A text in one language."""

    field: str
    language: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class ValueChange:
    """A single value. `unit` is "mm", "days", "pieces" or empty; None stands for nothing said."""

    field: str
    before: Value
    after: Value
    unit: str = ""


@dataclass(frozen=True)
class AttributeChange:
    """An attribute of the craft family; of the former family where the craft changed and it went.

    `texts` compares the words of an attribute that is a text; for the others it is empty.
    """

    attribute: Attribute
    before: AttributeValue | None
    after: AttributeValue | None
    texts: tuple[TextChange, ...] = ()
    field: str = "attributes"


@dataclass(frozen=True)
class Entry:
    """One entry of a list; `before` is None for an added one, `after` for a removed one."""

    kind: EntryKind
    before: Text | Colour | None
    after: Text | Colour | None


@dataclass(frozen=True)
class ListChange:
    """Entries that came, went or changed; `is_reordered` if those that stayed stand in another order."""

    field: str
    entries: tuple[Entry, ...]
    is_reordered: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture as a difference sees it: `image_key` is the SHA-256 of its bytes."""

    image_key: str
    alt: Text = Text()


@dataclass(frozen=True)
class PictureChange:
    """One picture. Places count from 1; `texts` are changes of its alternative text."""

    kind: PictureKind
    image_key: str
    before: int | None
    after: int | None
    texts: tuple[TextChange, ...] = ()


Change = TextChange | ValueChange | AttributeChange | ListChange


@dataclass(frozen=True)
class VersionDifference:
    changes: tuple[Change, ...]
    pictures: tuple[PictureChange, ...]

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.pictures

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what changed, each once, in the order of the form; pictures last."""
        names = dict.fromkeys(change.field for change in self.changes)
        return (*names, *(("pictures",) if self.pictures else ()))

    def for_buyers(self) -> VersionDifference:
        """Without other words for the same picture."""
        seen = (picture for picture in self.pictures if picture.kind != PictureKind.DESCRIBED)
        return replace(self, pictures=tuple(replace(picture, texts=()) for picture in seen))


def compare_versions(
    before: DesignDraft, after: DesignDraft, pictures_before: Sequence[Picture], pictures_after: Sequence[Picture]
) -> VersionDifference:
    """All that a reader of the older version should know of the newer one."""
    changes = tuple(change for name in FIELDS for change in _changes_of(name, before, after))
    return VersionDifference(changes, compare_pictures(pictures_before, pictures_after))


def _changes_of(name: str, before: DesignDraft, after: DesignDraft) -> Iterator[Change]:
    """The changes of one field, by what kind of value it holds."""
    old, new = getattr(before, name), getattr(after, name)
    if name == "attributes":
        yield from _attribute_changes(before, after)
    elif name == "dimensions_mm":
        yield from (_value_change(size, old.get(size), new.get(size)) for size in DIMENSIONS if _differ(old, new, size))
    elif isinstance(old, Text):
        yield from compare_texts(name, old, new)
    elif isinstance(old, tuple):
        yield from compare_lists(name, old, new)
    elif old != new:
        yield _value_change(name, old, new)


def _value_change(name: str, before: Value, after: Value) -> ValueChange:
    return ValueChange(name, before, after, UNITS.get(name, ""))


def _differ(before: Mapping[str, Value], after: Mapping[str, Value], name: str) -> bool:
    return before.get(name) != after.get(name)


def _attribute_changes(before: DesignDraft, after: DesignDraft) -> Iterator[AttributeChange]:
    """Those of the present family first, then those that went with the former family."""
    present, former = (find_family(draft.craft) for draft in (after, before))
    # The same code in another family may mean another thing: after a change of craft nothing is compared across.
    is_same = present == former
    for attribute in present.attributes if present else ():
        old = before.attributes.get(attribute.code) if is_same else None
        yield from _attribute_change(attribute, old, after.attributes.get(attribute.code))
    for attribute in former.attributes if former and not is_same else ():
        yield from _attribute_change(attribute, before.attributes.get(attribute.code), None)


def _attribute_change(
    attribute: Attribute, before: AttributeValue | None, after: AttributeValue | None
) -> Iterator[AttributeChange]:
    old, new = (value if is_said(value) else None for value in (before, after))
    if old != new:
        texts = [value if isinstance(value, Text) else Text() for value in (old, new)]
        yield AttributeChange(attribute, old, new, tuple(compare_texts(attribute.code, *texts)))


def compare_texts(name: str, before: Text, after: Text) -> Iterator[TextChange]:
    """One change for each language whose text differs."""
    for language in LANGUAGES:
        old, new = getattr(before, language), getattr(after, language)
        if old != new:
            yield TextChange(name, language, compare_words(old, new))


def compare_lists(name: str, before: Sequence, after: Sequence) -> Iterator[ListChange]:
    """One change, if anything in the list differs: entries of `after` in their order, then those that went."""
    went, came = _without_common(before, after), _without_common(after, before)
    pairs = _pair(went, came)
    entries = [
        Entry(EntryKind.CHANGED, pairs[entry], entry) if entry in pairs else Entry(EntryKind.ADDED, None, entry)
        for entry in came
    ]
    entries += [Entry(EntryKind.REMOVED, entry, None) for entry in went if entry not in pairs.values()]
    stayed = [entry for entry in before if entry not in went], [entry for entry in after if entry not in came]
    if entries or stayed[0] != stayed[1]:
        yield ListChange(name, tuple(entries), is_reordered=stayed[0] != stayed[1])


def _without_common(entries: Sequence, others: Sequence) -> list:
    return [entry for entry in entries if entry not in others]


def _pair(went: Sequence, came: Sequence) -> dict:
    """Which of the entries that went each new one stands for, where they are alike: {new: old}."""
    pairs: dict = {}
    for new in came:
        free = [old for old in went if old not in pairs.values()]
        best = max(free, key=lambda old: _likeness(old, new), default=None)
        if best is not None and _likeness(best, new) >= SAME_ENTRY:
            pairs[new] = best
    return pairs


def _likeness(before: Text | Colour, after: Text | Colour) -> float:
    """0 to 1. A colour is the same one if its shade or its name stayed."""
    if isinstance(before, Colour) and isinstance(after, Colour):
        return 1.0 if before.hex == after.hex else _likeness(before.name, after.name)
    both = [(getattr(before, each), getattr(after, each)) for each in LANGUAGES]
    return max(difflib.SequenceMatcher(None, *pair, autojunk=False).ratio() if all(pair) else 0.0 for pair in both)


def compare_pictures(before: Sequence[Picture], after: Sequence[Picture]) -> tuple[PictureChange, ...]:
    """Pictures of `after` in their order, then those that went. A picture counts as moved if others kept theirs."""
    old = {picture.image_key: (place, picture) for place, picture in enumerate(before, start=1)}
    new = {picture.image_key: (place, picture) for place, picture in enumerate(after, start=1)}
    steady = _longest_rising([key for key in old if key in new], lambda key: new[key][0])
    found = [
        _picture_change(key, old[key], place, picture, is_moved=key not in steady)
        if key in old
        else PictureChange(PictureKind.ADDED, key, None, place)
        for key, (place, picture) in new.items()
    ]
    found += [PictureChange(PictureKind.REMOVED, key, place, None) for key, (place, _) in old.items() if key not in new]
    return tuple(change for change in found if change is not None)


def _picture_change(
    key: str, old: tuple[int, Picture], place: int, picture: Picture, *, is_moved: bool
) -> PictureChange | None:
    texts = tuple(compare_texts("alt", old[1].alt, picture.alt))
    if not is_moved and not texts:
        return None
    return PictureChange(PictureKind.MOVED if is_moved else PictureKind.DESCRIBED, key, old[0], place, texts)


def _longest_rising(keys: Sequence[str], place_of: Callable[[str], int]) -> set[str]:
    """The most keys that stand in the same order before and after: the longest rising run of their new places."""
    best: list[list[str]] = []  # best[i]: the longest that ends with keys[i]
    for index, key in enumerate(keys):
        before = (best[other] for other in range(index) if place_of(keys[other]) < place_of(key))
        best.append([*max(before, key=len, default=[]), key])
    return set(max(best, key=len, default=[]))
