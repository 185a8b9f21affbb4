"""Tech packs that come with an import: found by the name that a row gives, and written into a draft.

Of a file only its bytes count: drawings are read anew here, and whatever the archive says of them besides is not
believed. A pack may speak of files that came with it, and of those that the design has already.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from catalog.errors import InvalidFields
from catalog.exchange.columns import TECH_PACK, Problem
from catalog.exchange.row_cells import RowRefused
from catalog.store import tech_packs
from catalog.store.tables import DesignImportPack, DesignVersion
from catalog.tech_pack import Drawing, StepPicture, TechPack, read_json, without_looks
from models.errors import UnreadableImage
from service.context import Parts
from service.drawings import receive_drawing
from service.inspection import PhotoTooLarge, check_photo
from service.pack_export import is_named
from service.spool import open_spool
from service.storage import ImageStore


class SentPacks:
    """The tech packs of an import, found by the names of their folders."""

    def __init__(self, spool: ImageStore, packs: Iterable[DesignImportPack]) -> None:
        self._spool = spool
        self._packs = {pack.folded_name: (pack.content_key, frozenset(pack.file_keys)) for pack in packs}

    def find(self, name: str, own: TechPack) -> TechPack:
        """What a design's pack says after a row that names one; `own` is what it says now.

        Raises: RowRefused.
        """
        if not name:
            return TechPack()
        if name.casefold() not in self._packs:
            if is_named(name, own):
                return own
            raise RowRefused([Problem("tech_pack_missing", TECH_PACK, {"name": name[:80]})])
        content_key, file_keys = self._packs[name.casefold()]
        pack = self._read(content_key)
        lost = without_looks(pack).file_keys - file_keys - own.file_keys
        if lost:
            raise RowRefused([Problem("tech_pack_file_missing", TECH_PACK, {"name": min(lost)[:12]})])
        return own if without_looks(pack) == without_looks(own) else pack

    def _read(self, content_key: str) -> TechPack:
        try:
            return read_json(self._spool.get(content_key))
        except InvalidFields as error:
            # The form names the fields of a row so, and the words say what is wrong there.
            raise RowRefused([Problem(code, f"{TECH_PACK}.{name}") for name, code in error.fields.items()]) from error
        except ValueError as error:
            raise RowRefused([Problem("tech_pack_damaged", TECH_PACK)]) from error


def write_pack(
    session: Session, parts: Parts, version: DesignVersion, wanted: TechPack, person_id: uuid.UUID | None
) -> None:
    """Leave a draft with this pack, and its files in the image store.

    Raises: RowRefused, DrawingRefused, WrongState; StorageUnavailable, StorageFull, ImageNotFound.
    """
    own, spool = tech_packs.read_pack(session, version.id), open_spool(parts.settings)
    drawings = {drawing.file_key: drawing for drawing in own.drawings}
    pictures = {step.picture.image_key: step.picture for step in own.steps if step.picture}

    def drawing_of(said: Drawing) -> Drawing:
        key = said.file_key
        found = drawings.get(key) or receive_drawing(parts, said.file_name, spool.get(key))
        return replace(found, title=said.title)

    def picture_of(said: StepPicture | None) -> StepPicture | None:
        if said is None:
            return None
        found = pictures.get(said.image_key) or _receive_picture(parts, spool.get(said.image_key))
        return replace(found, alt=said.alt)

    pack = replace(
        wanted,
        drawings=tuple(drawing_of(each) for each in wanted.drawings),
        steps=tuple(replace(each, picture=picture_of(each.picture)) for each in wanted.steps),
    )
    tech_packs.change_pack(session, version, pack, person_id)


def _receive_picture(parts: Parts, data: bytes) -> StepPicture:
    try:
        info = check_photo(data, parts.settings.max_photo_mb)
    except (UnreadableImage, PhotoTooLarge) as error:
        raise RowRefused([Problem("tech_pack_damaged", TECH_PACK)]) from error
    key = parts.images.put(data, info.content_type)
    return StepPicture(key, info.content_type, info.width_px, info.height_px)
