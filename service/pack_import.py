"""Tech packs that come with an import: found by the name that a row gives, their files read and stored.

Of a file only its bytes count: drawings are read anew here, and whatever the archive says of them besides is not
believed. A pack may speak of files that came with it, and of those that the design has already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from catalog.errors import InvalidFields
from catalog.exchange.columns import TECH_PACK, Problem
from catalog.exchange.row_cells import RowRefused
from catalog.store.tables import DesignImportPack
from catalog.tech_pack import Drawing, StepPicture, TechPack, read_json, without_facts
from service.context import Parts
from service.design_pictures import receive_step_picture
from service.drawings import DrawingRefused, receive_drawing
from service.spool import open_spool
from service.storage import ImageStore

PACKS_KEPT = 16
# What a row says of a pack that cannot be taken.
MAX_PROBLEMS = 20
MAX_SHOWN = 80


class SentPacks:
    """The tech packs of an import, found by the names of their folders."""

    def __init__(self, spool: ImageStore, packs: Iterable[DesignImportPack]) -> None:
        self._packs = {pack.folded_name: pack for pack in packs}
        # Many rows may name one pack, and packs are large.
        self._read = lru_cache(maxsize=PACKS_KEPT)(lambda content_key: _read_pack(spool.get(content_key)))

    def find(self, name: str, own: TechPack) -> TechPack:
        """What a design's pack says after a row that names one; `own` is what it says now.

        A pack that did not come along leaves the design's as it is: the row may be older than that one.
        Raises: RowRefused.
        """
        sent = self._packs.get(name.casefold())
        if sent is None:
            if name and own.is_empty:
                raise RowRefused([Problem("tech_pack_missing", TECH_PACK, {"name": name[:MAX_SHOWN]})])
            return own
        pack, problems = self._read(sent.content_key)
        if problems:
            raise RowRefused(problems)
        lost = pack.drawing_keys - own.drawing_keys - set(sent.drawing_keys)
        lost |= pack.picture_keys - own.picture_keys - set(sent.picture_keys)
        if lost:
            raise RowRefused([Problem("tech_pack_file_missing", TECH_PACK, {"name": min(lost)[:12]})])
        return own if without_facts(pack) == without_facts(own) else pack


def _read_pack(data: bytes) -> tuple[TechPack, list[Problem]]:
    try:
        return read_json(data), []
    except InvalidFields as error:
        # The form names the fields of a row so, and the words say what is wrong there.
        problems = [Problem(code, f"{TECH_PACK}.{name}") for name, code in error.fields.items()]
        return TechPack(), problems[:MAX_PROBLEMS]
    except ValueError:
        return TechPack(), [Problem("tech_pack_damaged", TECH_PACK)]


def receive_pack(parts: Parts, wanted: TechPack, own: TechPack) -> TechPack:
    """The pack with its files in the image store, read here unless the design's own pack has them.

    Raises: RowRefused; StorageUnavailable, StorageFull, ImageNotFound.
    """
    spool = open_spool(parts.settings)
    drawings = {drawing.file_key: drawing for drawing in own.drawings}
    pictures = {step.picture.image_key: step.picture for step in own.steps if step.picture}

    def drawing_of(said: Drawing) -> Drawing:
        found = drawings.get(said.file_key) or _receive_drawing(parts, said.file_name, spool.get(said.file_key))
        return replace(found, title=said.title)

    def picture_of(said: StepPicture | None) -> StepPicture | None:
        if said is None:
            return None
        found = pictures.get(said.image_key) or receive_step_picture(parts, spool.get(said.image_key))
        return replace(found, alt=said.alt)

    return replace(
        wanted,
        drawings=tuple(drawing_of(each) for each in wanted.drawings),
        steps=tuple(replace(each, picture=picture_of(each.picture)) for each in wanted.steps),
    )


def _receive_drawing(parts: Parts, name: str, data: bytes) -> Drawing:
    try:
        return receive_drawing(parts, name, data)
    except DrawingRefused as error:
        raise RowRefused([Problem(error.code, TECH_PACK, dict(error.details))]) from error
