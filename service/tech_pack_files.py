"""A tech pack as a document: what it says and shows gathered in the reader's language, to be laid out."""

from __future__ import annotations

import datetime
import io
import logging
from dataclasses import dataclass

from flask_babel import format_date, gettext
from PIL import Image
from sqlalchemy.orm import Session

from catalog.store.tables import DesignVersion
from catalog.tech_pack import Drawing, DrawingKind, ProcessStep, TechPack
from catalog.text import Text
from service.addresses import address
from service.context import Parts
from service.design_facts import form_facts
from service.images import Derivatives
from service.language import current_language, in_language, marked
from service.licence_words import licence_name
from service.lookbooks import print_copy, read_picture
from service.pdf.document import Picture
from service.pdf.tech_pack import PrintedDrawing, PrintedPack, PrintedStep, TechPackWords, make_tech_pack
from service.storage import ImageNotFound, ImageStore
from service.tech_pack_words import (
    amount_in_words,
    drawing_facts,
    packaging_facts,
    range_in_words,
    time_in_words,
    tolerance_in_words,
)

log = logging.getLogger(__name__)

STEP_PHOTO_PX = 900


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
        title=marked(version.title),
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
        materials=tuple((said(each.name), amount_in_words(each), said(each.note)) for each in pack.materials),
        steps=tuple(_print_step(parts.derivatives, step, language) for step in pack.steps),
        tolerances=tuple(
            (said(each.feature), tolerance_in_words(each), range_in_words(each), said(each.method))
            for each in pack.tolerances
        ),
        packaging=tuple(packaging_facts(pack.packaging)),
        packing_words=said(pack.packaging.instruction),
        care=(gettext("Care"), marked(version.care)),
        drawings=tuple(_print_drawing(parts.images, drawing, language) for drawing in pack.drawings),
        picture=read_picture(parts.derivatives, version.pictures[0], title) if version.pictures else None,
    )


def said(text: Text) -> str:
    """A text of the pack in the reader's language, marked where it is only there in the other."""
    return marked({"id": text.id, "en": text.en})


def _words(pack: TechPack) -> TechPackWords:
    whole = time_in_words(pack.minutes)
    return TechPackWords(
        kind=gettext("Tech pack"),
        materials=(gettext("Material"), gettext("Amount for one piece"), gettext("Note")),
        tolerances=(gettext("What is measured"), gettext("Target"), gettext("Allowed from – to"), gettext("How")),
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
    return PrintedStep(said(step.title), said(step.instruction), time_in_words(step.minutes), picture)


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
    return PrintedDrawing(said(drawing.title) or drawing.file_name, drawing_facts(drawing), picture, original)


def _is_grey(picture: Image.Image) -> bool:
    red, green, blue = picture.convert("RGB").resize((256, 256)).split()
    return red.tobytes() == green.tobytes() == blue.tobytes()
