"""What somebody else saved of a draft while a form was being filled in, field by field and in words.

A form carries what it was opened on. Its stamp says whether it may be saved; its marks only what its reader is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from catalog.designs import DesignDraft, stamp_of
from catalog.families import Kind, field_of
from service.attribute_words import attribute_words
from service.language import speaking
from service.licence_words import LICENCES, licence_name
from service.web.attribute_form import NO, YES, fields_of
from service.web.design_form import AMOUNTS, DesignForm, field_labels, show_draft
from service.words import craft_name


class Said(NamedTuple):
    """All that the form asks: a draft, and the studio's own number of the design."""

    draft: DesignDraft
    reference: str | None = None


@dataclass(frozen=True)
class Opened:
    """What a form was opened on: a stamp of the draft, and a mark of each field that is filled in, "craft=1f3a09bc"."""

    stamp: str
    marks: str


@dataclass(frozen=True)
class Change:
    """A field that somebody else changed, and what it says now (an empty text: nothing)."""

    label: str
    words: str
    is_ours_too: bool


def opened_on(saved: Said) -> Opened:
    marks = " ".join(f"{name}={mark}" for name, mark in _marks(saved).items())
    return Opened(stamp_of(saved.draft), marks)


def changes_of_others(ours: Said, saved: Said, opened: Opened) -> dict[str, Change]:
    """What differs from ours because somebody else changed it since the form was opened, by field.

    Of a form without marks, all that differs.
    """
    mine, theirs = _marks(ours), _marks(saved)
    before = {name: mark for name, _, mark in (each.partition("=") for each in opened.marks.split())}
    labels = field_labels(saved.draft.craft) | field_labels(ours.draft.craft)
    words = _flat(show_draft(*saved))
    return {
        name: Change(labels.get(name, name), words.get(name, ""), bool(before) and _differ(name, before, mine))
        for name in mine | theirs
        if _differ(name, mine, theirs) and (not before or _differ(name, before, theirs))
    }


def _differ(name: str, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return one.get(name) != other.get(name)


def _marks(said: Said) -> dict[str, str]:
    """The same in whichever language the reader writes numbers."""
    with speaking("en"):
        words = _flat(show_draft(*said))
    return {name: hashlib.sha256(each.encode()).hexdigest()[:8] for name, each in words.items() if each}


def _flat(form: DesignForm) -> dict[str, str]:
    """Every field as words, those of an amount as one."""
    parts = {f"{name}_{part}" for name in AMOUNTS for part in ("amount", "currency")} | {"origin_words"}
    flat = {name: _words(name, typed) for name, typed in form.values.items() if name not in parts}
    for name in (each for each in AMOUNTS if f"{each}_amount" in form.values):
        amount, currency = (form.values.get(f"{name}_{part}", "") for part in ("amount", "currency"))
        flat[name] = f"{amount} {currency}" if amount else ""
    return {
        **flat,
        **_attributes(form),
        "materials": "\n".join(_join(row) for row in form.materials),
        "colours": "\n".join(_join(row) for row in form.colours),
    }


def _words(name: str, typed: str) -> str:
    if name == "craft":
        return craft_name(typed) if typed else ""
    if name == "licence":
        return licence_name(typed) if typed in LICENCES else typed
    return typed


def _attributes(form: DesignForm) -> dict[str, str]:
    flat = {}
    for attribute in form.family.attributes if form.family else ():
        for name in fields_of(attribute):
            flat[name] = ", ".join(form.attributes.get(name, ()))
        typed, name = form.attributes.get(field_of(attribute.code), ()), field_of(attribute.code)
        if typed and attribute.kind in (Kind.CHOICE, Kind.CHOICES):
            flat[name] = attribute_words(attribute, typed[0] if attribute.kind == Kind.CHOICE else typed)
        elif typed and attribute.kind == Kind.YES_NO and typed[0] in (YES, NO):
            flat[name] = attribute_words(attribute, typed[0] == YES)
    return flat


def _join(words: Iterable[str]) -> str:
    return " · ".join(word for word in words if word)
