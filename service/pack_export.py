"""The tech packs of designs on their way into an archive: each in a folder of its own, with its files."""

from __future__ import annotations

import json
from collections.abc import Iterator

from catalog.store import tech_packs
from catalog.store.tables import DesignVersion
from catalog.tech_pack import TechPack, to_plain
from service.downloads import photo_ending
from service.picture_metadata import get_picture
from service.storage import ImageNotFound, ImageStore, key_of

PACK_FOLDER = "tech_packs"
PACK_FILE = "tech_pack.json"


def pack_name(version: DesignVersion, pack: TechPack) -> str:
    """The name of a pack's folder: which design and version; empty for a pack that says nothing."""
    return "" if pack.is_empty else f"{version.design.slug}-v{version.number}"


def pack_files(images: ImageStore, version: DesignVersion) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of all that makes a version's pack; nothing for a version without.

    What the store has lost is named by its SHA-256 in the pack and not there. Raises: StorageUnavailable.
    """
    pack = tech_packs.pack_of(version)
    if pack.is_empty:
        return
    folder = f"{PACK_FOLDER}/{pack_name(version, pack)}/"
    names = {drawing.file_key: f"{drawing.file_key[:12]}.{drawing.kind}" for drawing in pack.drawings}
    pictures = {
        picture.image_key: f"{picture.image_key[:12]}.{photo_ending(picture.content_type)}"
        for picture in (step.picture for step in pack.steps if step.picture)
    }
    told = json.dumps(to_plain(pack) | {"files": names | pictures}, ensure_ascii=False, indent=1)
    for key, name in (names | pictures).items():
        try:
            data = get_picture(images, key) if key in pictures else images.get(key)
        except ImageNotFound:
            continue
        told = told.replace(key, key_of(data))  # another where metadata was cut out
        yield folder + name, data
    yield f"{folder}{PACK_FILE}", told.encode()
