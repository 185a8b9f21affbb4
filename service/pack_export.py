"""The tech packs of designs on their way into an archive: each in a folder of its own, with its files as they came."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from catalog.designs import stamp_of
from catalog.store import tech_packs
from catalog.store.tables import DesignVersion
from catalog.tech_pack import TechPack, to_plain, without_looks
from service.downloads import photo_ending
from service.storage import ImageNotFound, ImageStore

PACK_FOLDER = "tech_packs"
PACK_FILE = "tech_pack.json"
# A pack is named with the beginning of its stamp: what a design says already need not be sent again.
STAMP_LETTERS = 12
_STAMP_IN_NAME = re.compile(rf"-([0-9a-f]{{{STAMP_LETTERS}}})$")


def pack_name(version: DesignVersion, pack: TechPack) -> str:
    """The name of a pack's folder: which design and version, and what it says; empty for a pack that says nothing."""
    return "" if pack.is_empty else f"{version.design.slug}-v{version.number}-{_stamp(pack)}"


def is_named(name: str, pack: TechPack) -> bool:
    """Whether a name that `pack_name` gave is that of a pack which says the same."""
    found = _STAMP_IN_NAME.search(name)
    return found is not None and found[1] == _stamp(pack)


def _stamp(pack: TechPack) -> str:
    return stamp_of(without_looks(pack))[:STAMP_LETTERS]


def pack_files(images: ImageStore, version: DesignVersion) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of all that makes a version's pack; nothing for a version without.

    What the store has lost is named by its SHA-256 in the pack and not there. Raises: StorageUnavailable.
    """
    pack = tech_packs.pack_of(version)
    if pack.is_empty:
        return
    folder = f"{PACK_FOLDER}/{pack_name(version, pack)}/"
    names = {drawing.file_key: f"{drawing.file_key[:12]}.{drawing.kind}" for drawing in pack.drawings}
    for picture in (step.picture for step in pack.steps if step.picture):
        names[picture.image_key] = f"{picture.image_key[:12]}.{photo_ending(picture.content_type)}"
    told = to_plain(pack) | {"files": names}
    yield f"{folder}{PACK_FILE}", json.dumps(told, ensure_ascii=False, indent=1).encode()
    for key, name in names.items():
        try:
            yield folder + name, images.get(key)
        except ImageNotFound:
            continue
