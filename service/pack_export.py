"""The tech packs of designs on their way into an archive: each in a folder of its own, with its files as they came."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy.orm import Session

from catalog.store import tech_packs
from catalog.store.tables import DesignVersion
from catalog.tech_pack import to_plain
from service.downloads import photo_ending
from service.storage import ImageNotFound, ImageStore

# An import passes over what lies in here: a tech pack is written in the studio.
PACK_FOLDER = "tech_packs/"


def pack_files(session: Session, images: ImageStore, version: DesignVersion) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of all that makes a version's pack; nothing for a version without. What the store has lost is
    named by its SHA-256 in the pack and not there.

    Raises: StorageUnavailable.
    """
    pack = tech_packs.read_pack(session, version.id)
    if pack.is_empty:
        return
    folder = f"{PACK_FOLDER}{version.design.slug}-v{version.number}/"
    names = {drawing.file_key: f"{drawing.file_key[:12]}.{drawing.kind}" for drawing in pack.drawings}
    for picture in (step.picture for step in pack.steps if step.picture):
        names[picture.image_key] = f"{picture.image_key[:12]}.{photo_ending(picture.content_type)}"
    told = to_plain(pack) | {"files": names}
    yield f"{folder}tech_pack.json", json.dumps(told, ensure_ascii=False, indent=1).encode()
    for key, name in names.items():
        try:
            yield folder + name, images.get(key)
        except ImageNotFound:
            continue
