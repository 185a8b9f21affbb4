"""A tech pack as an archive: the document in both languages, every drawing and picture, lists, and what proves them.

It is written to a file of its own on the disk, a part at a time: drawings and pictures together may be larger than
what a process should hold. Whoever downloads it gets a whole archive or none.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO

from flask_babel import gettext
from sqlalchemy.orm import Session

from catalog.tech_pack import TechPack, Tolerance, free_name, to_plain
from catalog.text import LANGUAGES, Text
from service.addresses import address
from service.context import Parts
from service.downloads import photo_ending
from service.drawings import CONTENT_TYPES
from service.language import in_language, speaking
from service.licence_words import licence_address, licence_explanation, licence_name
from service.picture_metadata import get_picture
from service.sheet_writing import XLSX_TYPE, write_xlsx
from service.storage import ImageNotFound
from service.tech_pack_files import PackTold, write_document

log = logging.getLogger(__name__)

FORMAT = 1
CHUNK_BYTES = 256 * 1024
MANIFEST = "manifest.json"
README = "README.txt"
LISTS = "lists.xlsx"
PACKED = (".pdf", ".jpg", ".png", ".webp", ".heic", ".xlsx")
# Names that Windows keeps for devices, whatever their ending.
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def write_archive(session: Session, parts: Parts, told: PackTold) -> tuple[Iterator[bytes], int]:
    """The archive, to be read once, and its size in bytes.

    The manifest names each file with its SHA-256; a file that the store has lost is named without one.
    Raises: StorageUnavailable.
    """
    target = tempfile.TemporaryFile()  # noqa: SIM115, closed when it was read
    try:
        _write(session, parts, told, target)
    except BaseException:
        target.close()
        raise
    size_bytes = target.tell()
    return _read(target), size_bytes


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _write(session: Session, parts: Parts, told: PackTold, target: IO[bytes]) -> None:
    listed = []
    when = told.made_at.timetuple()[:6]
    with zipfile.ZipFile(target, "w") as archive:
        for name, data, facts in _files(session, parts, told):
            listed.append({"file": name, **facts})
            if data is not None:
                listed[-1] |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
                archive.writestr(_member(name, when), data)
        manifest = json.dumps(_manifest(told) | {"files": listed}, ensure_ascii=False, indent=2)
        archive.writestr(_member(MANIFEST, when), manifest)


def _member(name: str, when: tuple) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=when)
    member.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member


def _manifest(told: PackTold) -> dict:
    """Where the pack comes from, under what it may be used, and its texts in both languages."""
    version = told.version
    texts = to_plain(told.pack)
    return {
        "format": FORMAT,
        "service": "Kriya",
        "design": version.design.slug,
        "version": version.number,
        "title": version.title,
        "studio": version.design.studio.name,
        "credit": told.credit,
        "licence": version.licence,
        "licence_address": licence_address(version.licence),
        "address": address("catalog.design", slug=version.design.slug, version=version.number),
        "published_at": version.published_at.isoformat(timespec="seconds") if version.published_at else None,
        "care": version.care,
        "materials": texts["materials"],
        "steps": [{name: step[name] for name in ("title", "instruction", "minutes")} for step in texts["steps"]],
        "tolerances": texts["tolerances"],
        "packaging": texts["packaging"],
    }


def _files(session: Session, parts: Parts, told: PackTold) -> Iterator[tuple[str, bytes | None, dict]]:
    """(name in the archive, bytes or None for one that is lost, what the manifest says of it)."""
    yield README, read_me(told).encode("utf-8-sig"), {"media_type": "text/plain; charset=utf-8"}
    for language in LANGUAGES:
        with speaking(language):
            data = write_document(session, parts, told)
        yield f"tech-pack-{language}.pdf", data, {"media_type": "application/pdf", "language": language}
    names = safe_names([drawing.file_name for drawing in told.pack.drawings])
    for name, drawing in zip(names, told.pack.drawings, strict=True):
        facts = {"media_type": CONTENT_TYPES[drawing.kind], "title": _plain(drawing.title)}
        yield f"drawings/{name}", _find(parts.images.get, drawing.file_key), facts
    for number, step in enumerate(told.pack.steps, start=1):
        if picture := step.picture:
            name = f"steps/{number:02}.{photo_ending(picture.content_type)}"
            facts = {"media_type": picture.content_type, "step": number, "shows": _plain(picture.alt)}
            yield name, _find(partial(get_picture, parts.images), picture.image_key), facts
    yield LISTS, _workbook(told.pack), {"media_type": XLSX_TYPE}


def read_me(told: PackTold) -> str:
    """What the archive is and what is in it, in both languages one below the other."""
    parts = []
    for language in LANGUAGES:
        with speaking(language):
            parts.append("\r\n".join(_read_me_lines(told, language)))
    return "\r\n\r\n---\r\n\r\n".join(parts) + "\r\n"


def _read_me_lines(told: PackTold, language: str) -> Iterator[str]:
    version = told.version
    number, licence, credit = (
        gettext("Version %(number)s", number=version.number),
        gettext("Licence"),
        gettext("Credit"),
    )
    terms = (licence_name(version.licence), licence_explanation(version.licence), licence_address(version.licence))
    yield f"{in_language(version.title)} · {number}"
    yield version.design.studio.name
    yield ""
    yield f"{licence}: {' · '.join(filter(None, terms))}"
    yield f"{credit}: {told.credit}"
    yield address("catalog.design", slug=version.design.slug, version=version.number)
    yield ""
    contents = {
        f"tech-pack-{language}.pdf": gettext("all of it on paper, to print and pin up"),
        "drawings/": told.pack.drawings
        and gettext("drawings and patterns as the studio made them: cut and measure by these"),
        "steps/": any(step.picture for step in told.pack.steps)
        and gettext("the pictures of the process steps, by number"),
        LISTS: gettext("materials and tolerances as a spreadsheet"),
        MANIFEST: gettext("for programs: every text, and every file with its SHA-256"),
    }
    yield from (f"{name}: {words}" for name, words in contents.items() if words)


def safe_names(names: list[str]) -> list[str]:
    """Names that are names in every file system, no two of them alike there."""
    found: list[str] = []
    for name in names:
        name = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(". ") or "drawing"
        found.append(free_name(f"_{name}" if RESERVED.match(name) else name, found))
    return found


def _plain(text: Text) -> dict[str, str]:
    return {language: getattr(text, language) for language in LANGUAGES}


def _find(read: Callable[[str], bytes], key: str) -> bytes | None:
    try:
        return read(key)
    except ImageNotFound:
        log.warning("file %s of a tech pack is lost", key)
        return None


def _workbook(pack: TechPack) -> bytes:
    """Materials and, on a sheet of their own, tolerances: to be reckoned with. Units by their codes, in no language."""
    file = io.BytesIO()
    materials = [
        {
            "material_id": each.name.id,
            "material_en": each.name.en,
            "amount": "" if each.amount is None else each.amount,
            "unit": each.unit,
            "note_id": each.note.id,
            "note_en": each.note.en,
        }
        for each in pack.materials
    ]
    head = ("feature_id", "feature_en", "nominal", "minus", "plus", "unit", "method_id", "method_en")
    lines = [_tolerance_line(each) for each in pack.tolerances]
    columns = ("material_id", "material_en", "amount", "unit", "note_id", "note_en")
    write_xlsx(file, columns, materials, other_sheets={"tolerances": [head, *lines]} if lines else None)
    return file.getvalue()


def _tolerance_line(tolerance: Tolerance) -> tuple[str, ...]:
    numbers = (f"{number:.10g}" for number in (tolerance.nominal, tolerance.minus, tolerance.plus))
    feature, method = tolerance.feature, tolerance.method
    return (feature.id, feature.en, *numbers, tolerance.unit, method.id, method.en)
