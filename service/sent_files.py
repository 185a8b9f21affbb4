"""The files that came with an import's spreadsheet, found by the names that its rows give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.store import imports
from catalog.store.tables import DesignImport, DesignPicture
from service.pack_import import SentPacks
from service.settings import Settings
from service.spool import open_spool

# An export names each picture with the beginning of its hash: what the design has already need not be sent again.
HASH_LETTERS = 12
_HASH_IN_NAME = re.compile(rf"-([0-9a-f]{{{HASH_LETTERS}}})\.\w{{1,5}}$")


class SentPictures:
    """The pictures of an import, found by the names that a spreadsheet gives them."""

    def __init__(self, keys: Mapping[str, str], refused: Iterable[str] = ()) -> None:
        """`keys` are by the pictures' names in small letters; `refused` are names of what was no picture."""
        self._by_path = dict(keys)
        self._by_name: dict[str, set[str]] = {}
        for path, key in keys.items():
            self._by_name.setdefault(_last(path), set()).add(key)
        self._refused = {name.casefold() for name in refused} | {_last(name.casefold()) for name in refused}

    def find(self, name: str, own: Sequence[DesignPicture]) -> tuple[str, str]:
        """(key, ""), or ("", code of the problem). `own` are the pictures that the design has."""
        folded = name.replace("\\", "/").casefold()
        if folded in self._by_path:
            return self._by_path[folded], ""
        named = self._by_name.get(folded, set())
        if named:
            return (min(named), "") if len(named) == 1 else ("", "picture_ambiguous")
        found = _HASH_IN_NAME.search(folded)
        kept = next((each.image_key for each in own if found and each.image_key.startswith(found[1])), None)
        if kept is not None:
            return kept, ""
        return "", "picture_not_taken" if folded in self._refused else "picture_missing"


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class SentFiles:
    """Pictures and tech packs."""

    pictures: SentPictures
    packs: SentPacks


def sent_files(session: Session, settings: Settings, found: DesignImport) -> SentFiles:
    refused = [each["details"]["name"] for each in found.picture_problems]
    pictures = SentPictures(imports.picture_keys(session, found.id), refused)
    return SentFiles(pictures, SentPacks(open_spool(settings), imports.packs_of(session, found.id)))
