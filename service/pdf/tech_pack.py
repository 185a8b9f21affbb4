"""A tech pack on paper: what a workshop pins to the wall and works by."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter

from service.pdf.document import (
    BROWN,
    DISPLAY,
    EYEBROW,
    HEADING,
    HEIGHT_MM,
    INNER_MM,
    MARGIN_MM,
    QR_MM,
    SMALL,
    SOFT,
    TEXT,
    TITLE,
    WIDTH_MM,
    Document,
    Picture,
    Style,
)

COVER_PHOTO_MM = 150.0
STEP_PHOTO_MM = (62.0, 50.0)  # width and height of the box
NUMBER_MM = 12.0
WIDE = 1.15  # times its height: a drawing that gets a page lying on its side
NUMBER = Style("serif", 15, BROWN)


@dataclass(frozen=True)
class PrintedStep:
    title: str
    instruction: str
    time: str
    picture: Picture | None = None


@dataclass(frozen=True)
class PrintedDrawing:
    """`original` is the PDF itself where the drawing is one: its pages follow at the end, in their own size."""

    title: str
    facts: str
    look: Picture | None
    original: bytes | None = None


@dataclass(frozen=True)
class TechPackWords:
    """What the document itself says, in its language."""

    kind: str
    materials: tuple[str, str, str]  # heads of the columns
    tolerances: tuple[str, str, str, str]
    headings: tuple[str, str, str, str, str, str]  # piece, materials, steps, tolerances, packaging and care, drawings
    whole_time: str
    not_to_scale: str


@dataclass(frozen=True)
class PrintedPack:
    """A tech pack in the words of one language. `facts` and `packaging` are (term, words)."""

    title: str
    by: str
    language: str
    made_at: datetime.datetime
    foot: str
    address: str
    words: TechPackWords
    facts: tuple[tuple[str, str], ...]
    materials: tuple[tuple[str, str, str], ...]
    steps: tuple[PrintedStep, ...]
    tolerances: tuple[tuple[str, str, str, str], ...]
    packaging: tuple[tuple[str, str], ...]
    packing_words: str
    care: tuple[str, str]  # (heading, words)
    drawings: tuple[PrintedDrawing, ...]
    picture: Picture | None = None


def make_tech_pack(pack: PrintedPack) -> bytes:
    """The document as PDF: the piece, then only what the pack says, at the end the drawings that are PDF."""
    paper = Document(pack.title, pack.language, author=pack.by, made_at=pack.made_at, foot=pack.foot)
    _, materials, steps, tolerances, packaging, drawings = pack.words.headings
    _cover(paper, pack)
    if pack.materials:
        _begin(paper, materials, 30)
        paper.table(pack.words.materials, pack.materials, (62, 34, INNER_MM - 96))
    if pack.tolerances:
        _begin(paper, tolerances, 30)
        paper.table(pack.words.tolerances, pack.tolerances, (52, 40, 38, INNER_MM - 130))
    if pack.steps:
        _steps(paper, pack, steps)
    if pack.packaging or pack.packing_words or pack.care[1]:
        _packaging(paper, pack, packaging)
    for number, drawing in enumerate(pack.drawings, start=1):
        _drawing(paper, drawing, f"{drawings} {number}", pack.words, is_first=number == 1)
    return _with_originals(paper.to_bytes(), pack.drawings)


def _cover(paper: Document, pack: PrintedPack) -> None:
    paper.add_page(foot=False)
    paper.bookmark(pack.words.headings[0])
    if pack.picture is not None:
        paper.fill(SOFT, 0, 0, WIDTH_MM, COVER_PHOTO_MM)
        paper.cover(pack.picture, 0, 0, WIDTH_MM, COVER_PHOTO_MM)
    paper.y_mm = COVER_PHOTO_MM + 10 if pack.picture is not None else 40
    paper.write(pack.words.kind, EYEBROW, after_mm=1)
    paper.write(paper.shorten(pack.title, DISPLAY, INNER_MM, 2), DISPLAY, after_mm=1)
    paper.write(pack.by, SMALL, after_mm=4)
    paper.facts(pack.facts, width_mm=INNER_MM - QR_MM - 8)
    top_mm = HEIGHT_MM - 20 - QR_MM
    paper.qr_code(pack.address, WIDTH_MM - MARGIN_MM - QR_MM, top_mm, QR_MM)


def _begin(paper: Document, heading: str, room_mm: float) -> None:
    """A part of the pack: under the last one where there is room for it, else on a page of its own."""
    if paper.paper.page_no() == 1 or paper.room_mm < room_mm + 30:
        paper.add_page()
    else:
        paper.y_mm += 10
    paper.bookmark(heading)
    paper.write(heading, TITLE, after_mm=3)


def _steps(paper: Document, pack: PrintedPack, heading: str) -> None:
    _begin(paper, heading, 60)
    paper.write(pack.words.whole_time, SMALL, after_mm=3)
    for number, step in enumerate(pack.steps, start=1):
        _step(paper, number, step)


def _step(paper: Document, number: int, step: PrintedStep) -> None:
    """Its number in the margin of its words, its picture beside them."""
    photo_mm = STEP_PHOTO_MM[0] + 8 if step.picture is not None else 0.0
    width_mm = INNER_MM - NUMBER_MM - photo_mm
    words_mm = (
        paper.height_of(step.title, HEADING, width_mm)
        + paper.height_of(step.time, SMALL, width_mm)
        + paper.height_of(step.instruction, TEXT, width_mm)
    )
    height_mm = max(words_mm, STEP_PHOTO_MM[1] if step.picture is not None else 0.0)
    paper.keep_together(min(height_mm, HEIGHT_MM - 90) + 8)
    paper.rule()
    top_mm, page = paper.y_mm + 3, paper.paper.page_no()
    paper.y_mm = top_mm
    paper.write(str(number), NUMBER, width_mm=NUMBER_MM)
    if step.picture is not None:
        paper.picture(step.picture, WIDTH_MM - MARGIN_MM - STEP_PHOTO_MM[0], top_mm, *STEP_PHOTO_MM)
    paper.y_mm = top_mm
    x_mm = MARGIN_MM + NUMBER_MM
    paper.write(step.title, HEADING, x_mm=x_mm, width_mm=width_mm)
    paper.write(step.time, SMALL, x_mm=x_mm, width_mm=width_mm)
    paper.write(step.instruction, TEXT, x_mm=x_mm, width_mm=width_mm)
    if paper.paper.page_no() == page:
        paper.y_mm = max(paper.y_mm, top_mm + height_mm)
    paper.y_mm += 4


def _packaging(paper: Document, pack: PrintedPack, heading: str) -> None:
    _begin(paper, heading, 50)
    paper.write(pack.packing_words, TEXT, width_mm=140, after_mm=3)
    paper.facts(pack.packaging, term_mm=56)
    if pack.care[1]:
        paper.y_mm += 4
        paper.keep_together(min(HEADING.line_mm + 1 + paper.height_of(pack.care[1], TEXT, 140), 40))
        paper.write(pack.care[0], HEADING, after_mm=1)
        paper.write(pack.care[1], TEXT, width_mm=140)


def _drawing(paper: Document, drawing: PrintedDrawing, otherwise: str, words: TechPackWords, *, is_first: bool) -> None:
    look = drawing.look
    paper.add_page(landscape=look is not None and look.width_px > WIDE * look.height_px)
    if is_first:
        paper.bookmark(words.headings[-1])
    paper.bookmark(drawing.title or otherwise, level=1)
    paper.write(drawing.title or otherwise, HEADING)
    paper.write(f"{drawing.facts}. {words.not_to_scale}", SMALL, after_mm=4)
    if look is not None:
        size_mm = look.fit(paper.paper.w - 2 * MARGIN_MM, paper.room_mm)
        paper.picture(look, MARGIN_MM, paper.y_mm, *size_mm)


def _with_originals(document: bytes, drawings: Sequence[PrintedDrawing]) -> bytes:
    """The pages of the drawings that are PDF behind the document, as they are: a pattern is cut by its own size."""
    originals = [drawing for drawing in drawings if drawing.original is not None]
    if not originals:
        return document
    writer = PdfWriter(clone_from=io.BytesIO(document))
    for drawing in originals:
        pages = PdfReader(io.BytesIO(drawing.original)).pages
        for number, page in enumerate(pages):
            added = writer.add_page(page)
            if number == 0:
                writer.add_outline_item(title=f"{drawing.title or drawing.facts} (1:1)", page_number=added)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
