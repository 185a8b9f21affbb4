"""What changed in a tech pack, as lines of a version's difference."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy.orm import Session

from catalog.organisations import Actor
from catalog.pack_difference import PackRow, PartChange, compare_packs
from catalog.permissions import may_see_tech_pack
from catalog.store import tech_packs
from catalog.store.tables import DesignVersion
from catalog.tech_pack import Drawing, MaterialLine, Packaging, ProcessStep, Tolerance
from catalog.text import Text
from service.language import current_language
from service.tech_pack_words import (
    PARTS,
    amount_in_words,
    drawing_facts,
    packaging_facts,
    time_in_words,
    tolerance_in_words,
)
from service.version_words import ShownChange, ShownEntry


def pack_changes(
    session: Session, before: DesignVersion, after: DesignVersion, actor: Actor
) -> tuple[ShownChange, ...]:
    """Nothing for who may not see both tech packs."""
    if not all(may_see_tech_pack(actor, tech_packs.ownership_of(session, each)) for each in (before, after)):
        return ()
    packs = (tech_packs.read_pack(session, each.id) for each in (before, after))
    return tuple(_shown(change) for change in compare_packs(*packs))


def _shown(change: PartChange) -> ShownChange:
    entries = tuple(
        ShownEntry(row.kind.value, _words(row.before, row.after), _words(row.after, row.before)) for row in change.rows
    )
    label = gettext("Tech pack: %(part)s", part=PARTS[change.part])
    return ShownChange(label, entries=entries, is_reordered=change.is_reordered)


def _words(row: PackRow | None, other: PackRow | None) -> str:
    """A row in one line; where that would read like the other row, with the words that its line leaves out."""
    if row is None:
        return ""
    short = _line(row)
    if other is not None and short == _line(other):
        return " · ".join(filter(None, (short, _rest(row))))
    return short


def _line(row: PackRow) -> str:
    match row:
        case MaterialLine():
            parts = (_said(row.name), amount_in_words(row))
        case ProcessStep():
            parts = (_said(row.title), time_in_words(row.minutes))
        case Tolerance():
            parts = (_said(row.feature), tolerance_in_words(row))
        case Packaging():
            parts = tuple(f"{term}: {words}" for term, words in packaging_facts(row))
        case Drawing():
            parts = (_said(row.title) or row.file_name, drawing_facts(row))
    return " · ".join(filter(None, parts))


def _rest(row: PackRow) -> str:
    match row:
        case MaterialLine():
            return _said(row.note)
        case ProcessStep():
            return _said(row.instruction)
        case Tolerance():
            return _said(row.method)
        case Packaging():
            return _said(row.instruction)
        case Drawing():
            return row.file_name


def _said(text: Text) -> str:
    return text.get(current_language())
