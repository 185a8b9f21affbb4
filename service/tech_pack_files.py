"""A tech pack to take along: the document for the wall, and the archive with every file as it came."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import format_date, gettext
from PIL import Image
from sqlalchemy.orm import Session

from catalog.store.tables import DesignVersion
from catalog.tech_pack import Drawing, DrawingKind, ProcessStep, TechPack
from catalog.text import LANGUAGES
from service.addresses import address
from service.context import Parts
from service.design_facts import form_facts
from service.drawings import CONTENT_TYPES
from service.images import Derivatives
from service.language import current_language, in_language, speaking
from service.licence_words import licence_address, licence_name
from service.lookbooks import print_copy, read_picture
from service.pdf.document import Picture
from service.pdf.tech_pack import PrintedDrawing, PrintedPack, PrintedStep, TechPackWords, make_tech_pack
from service.sheet_writing import write_xlsx
from service.storage import ImageNotFound, ImageStore
from service.tech_pack_words import (
    amount_in_words,
    drawing_facts,
    packaging_facts,
    range_in_words,
    time_in_words,
    tolerance_in_words,
    unit_name,
)

log = logging.getLogger(__name__)

FORMAT = 1
STEP_PHOTO_PX = 900
MANIFEST = "manifest.json"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}


@dataclass(frozen=True)
class PackTold:
    """A version and its pack."""

    version: DesignVersion
    pack: TechPack

    @property
    def credit(self) -> str:
        return self.version.credit or self.version.design.studio.name

    @property
    def made_at(self) -> datetime.datetime:
        """The day that the pack is of: what was published does not change any more."""
        return self.version.published_at or self.version.created_at


def write_document(session: Session, parts: Parts, told: PackTold) -> bytes:
    """The pack as one PDF in the reader's language. Raises: StorageUnavailable."""
    return make_tech_pack(_print(parts, told))


def _print(parts: Parts, told: PackTold) -> PrintedPack:
    version, pack, language = told.version, told.pack, current_language()
    studio = version.design.studio
    title = in_language(version.title)
    number = gettext("Version %(number)s", number=version.number)
    return PrintedPack(
        title=title,
        by=", ".join(filter(None, (studio.name, studio.place))),
        language=language,
        made_at=told.made_at,
        foot=f"{title} · {number} · {told.credit}",
        address=address("catalog.design", slug=version.design.slug, version=version.number),
        words=_words(pack),
        facts=(
            *((term, words) for term, words in form_facts(version) if words),
            (gettext("Version"), f"{version.number}, {format_date(told.made_at, 'long')}"),
            (gettext("Licence"), licence_name(version.licence)),
            (gettext("Credit"), told.credit),
        ),
        materials=tuple(
            (each.name.get(language), amount_in_words(each), each.note.get(language)) for each in pack.materials
        ),
        steps=tuple(_print_step(parts.derivatives, step, language) for step in pack.steps),
        tolerances=tuple(
            (each.feature.get(language), tolerance_in_words(each), range_in_words(each), each.method.get(language))
            for each in pack.tolerances
        ),
        packaging=tuple(packaging_facts(pack.packaging)),
        packing_words=pack.packaging.instruction.get(language),
        care=(gettext("Care"), in_language(version.care)),
        drawings=tuple(_print_drawing(parts.images, drawing, language) for drawing in pack.drawings),
        picture=read_picture(parts.derivatives, version.pictures[0], title) if version.pictures else None,
    )


def _words(pack: TechPack) -> TechPackWords:
    whole = time_in_words(pack.minutes)
    return TechPackWords(
        kind=gettext("Tech pack"),
        materials=(gettext("Material"), gettext("Amount for one piece"), gettext("Note")),
        tolerances=(gettext("What is measured"), gettext("Target"), gettext("Right from – to"), gettext("How")),
        headings=(
            gettext("The piece"),
            gettext("Materials"),
            gettext("Process steps"),
            gettext("Tolerances"),
            gettext("Packaging and care"),
            gettext("Drawings and patterns"),
        ),
        not_to_scale=gettext("Scaled to this page: cut and measure by the file itself."),
        whole_time=gettext("Altogether %(time)s for one piece, waiting included.", time=whole) if whole else "",
    )


def _print_step(copies: Derivatives, step: ProcessStep, language: str) -> PrintedStep:
    picture = None
    if seen := step.picture:
        picture = print_copy(copies, seen.image_key, seen.alt.get(language), STEP_PHOTO_PX)
    return PrintedStep(step.title.get(language), step.instruction.get(language), time_in_words(step.minutes), picture)


def _print_drawing(images: ImageStore, drawing: Drawing, language: str) -> PrintedDrawing:
    title = drawing.title.get(language) or drawing.file_name
    try:
        with Image.open(io.BytesIO(images.get(drawing.preview_key))) as look:
            file = io.BytesIO()
            look.convert("L" if _is_grey(look) else "RGB").save(file, "PNG", optimize=True)
        picture = Picture(file.getvalue(), *drawing.preview_px, alt=title)
        original = images.get(drawing.file_key) if drawing.kind == DrawingKind.PDF else None
    except ImageNotFound as error:
        log.warning("drawing %s cannot be put on paper: %s", drawing.file_key, error)
        picture, original = None, None
    return PrintedDrawing(title, drawing_facts(drawing), picture, original)


def _is_grey(picture: Image.Image) -> bool:
    red, green, blue = picture.convert("RGB").resize((256, 256)).split()
    return red.tobytes() == green.tobytes() == blue.tobytes()


def write_archive(session: Session, parts: Parts, told: PackTold) -> bytes:
    """The document in both languages, drawings and pictures as they came, lists as a workbook, and a manifest.

    The manifest names each file with its SHA-256; a file that the store has lost is named without one.
    Raises: StorageUnavailable.
    """
    target, listed = io.BytesIO(), []
    when = told.made_at.timetuple()[:6]
    with zipfile.ZipFile(target, "w") as archive:
        for name, data, told_of in _files(session, parts, told):
            listed.append({"file": name, **told_of})
            if data is not None:
                listed[-1] |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
                archive.writestr(_member(name, when), data)
        manifest = json.dumps(_manifest(told) | {"files": listed}, ensure_ascii=False, indent=2)
        archive.writestr(_member(MANIFEST, when), manifest)
    return target.getvalue()


def _member(name: str, when: tuple) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=when)
    is_packed = name.endswith((".pdf", ".jpg", ".png", ".webp", ".heic", ".xlsx"))
    member.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member


def _manifest(told: PackTold) -> dict:
    version = told.version
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
    }


def _files(session: Session, parts: Parts, told: PackTold) -> Iterator[tuple[str, bytes | None, dict]]:
    """(name in the archive, bytes or None for one that is lost, what the manifest says of it)."""
    for language in LANGUAGES:
        with speaking(language):
            name = f"tech-pack-{language}.pdf"
            yield name, write_document(session, parts, told), {"media_type": "application/pdf", "language": language}
    for drawing in told.pack.drawings:
        facts = {"media_type": CONTENT_TYPES[drawing.kind], "title": _plain(drawing.title)}
        yield f"drawings/{_safe(drawing.file_name)}", _get(parts.images, drawing.file_key), facts
    for number, step in enumerate(told.pack.steps, start=1):
        if picture := step.picture:
            name = f"steps/{number:02}.{ENDINGS.get(picture.content_type, 'jpg')}"
            facts = {"media_type": picture.content_type, "step": number, "shows": _plain(picture.alt)}
            yield name, _get(parts.images, picture.image_key), facts
    yield "lists.xlsx", _workbook(told.pack), {"media_type": _XLSX}


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _plain(text) -> dict[str, str]:
    return {language: getattr(text, language) for language in LANGUAGES}


def _safe(name: str) -> str:
    """A name that is a name in every file system."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).lstrip(".") or "drawing"


def _get(images: ImageStore, key: str) -> bytes | None:
    try:
        return images.get(key)
    except ImageNotFound:
        log.warning("file %s of a tech pack is lost", key)
        return None


def _workbook(pack: TechPack) -> bytes:
    """Materials and, on a sheet of their own, tolerances: to be reckoned with."""
    file = io.BytesIO()
    materials = [
        {
            "material_id": each.name.id,
            "material_en": each.name.en,
            "amount": "" if each.amount is None else each.amount,
            "unit": unit_name(each.unit),
            "note_id": each.note.id,
            "note_en": each.note.en,
        }
        for each in pack.materials
    ]
    head = ("feature_id", "feature_en", "nominal", "minus", "plus", "unit")
    lines = [
        (each.feature.id, each.feature.en, f"{each.nominal:g}", f"{each.minus:g}", f"{each.plus:g}", each.unit)
        for each in pack.tolerances
    ]
    columns = ("material_id", "material_en", "amount", "unit", "note_id", "note_en")
    write_xlsx(file, columns, materials, other_sheets={"tolerances": [head, *lines]} if lines else None)
    return file.getvalue()
