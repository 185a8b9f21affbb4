"""A lookbook: a chosen row of designs, one a page, to hand over at an exhibition."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from service.pdf.document import (
    BROWN,
    DISPLAY,
    EYEBROW,
    GROUND,
    HEADING,
    HEIGHT_MM,
    MARGIN_MM,
    SMALL,
    SOFT,
    STORY,
    TEXT,
    TITLE,
    WIDTH_MM,
    Document,
    Picture,
    Style,
)

COVER_PHOTO_MM = 190.0
PHOTO_MM = 168.0
COLUMN_GAP_MM = 10.0
QR_MM = 24.0
FACT_LINES = 3  # a price with what it comes to in other money, and the day of the rate
STORY_LINES = 5
MAX_MAKERS = 4
INNER_MM = WIDTH_MM - 2 * MARGIN_MM
LEFT_MM = 104.0
RIGHT_MM = INNER_MM - LEFT_MM - COLUMN_GAP_MM
NUMBER = Style("serif", 12, BROWN)
ENTRY = Style("serif", 12)


@dataclass(frozen=True)
class LookbookDesign:
    """One design, in the words of one language. `facts` are (term, words), `makers` (name, words)."""

    title: str
    eyebrow: str
    by: str
    story: str
    facts: tuple[tuple[str, str], ...]
    makers: tuple[tuple[str, str], ...]
    credit: str
    address: str
    picture: Picture | None = None


@dataclass(frozen=True)
class LookbookWords:
    """What the document itself says, in its language."""

    kind: str  # over the title of the cover
    count: str
    contents: str
    makers: str
    scan: str
    contact: str
    closing: str


@dataclass(frozen=True)
class Lookbook:
    title: str
    note: str
    contact: str  # lines: who made it and how to reach them
    language: str
    made_at: datetime.datetime
    made_on: str  # the day in words
    words: LookbookWords
    designs: tuple[LookbookDesign, ...]


def make_lookbook(book: Lookbook) -> bytes:
    """The document as PDF: cover, contents, a page for each design, whom to ask."""
    author = book.contact.split("\n", 1)[0]
    paper = Document(book.title, book.language, author=author, made_at=book.made_at, foot=book.title)
    _cover(paper, book)
    _contents(paper, book)
    for design in book.designs:
        _design(paper, design, book.words)
    _contact(paper, book)
    return paper.to_bytes()


def _cover(paper: Document, book: Lookbook) -> None:
    paper.add_page(ground=GROUND, foot=False)
    paper.bookmark(book.title)
    first = next((design.picture for design in book.designs if design.picture), None)
    if first is not None:
        paper.fill(SOFT, 0, 0, WIDTH_MM, COVER_PHOTO_MM)
        paper.cover(first, 0, 0, WIDTH_MM, COVER_PHOTO_MM)
    paper.y_mm = COVER_PHOTO_MM + 12 if first is not None else 90
    paper.write(book.words.kind, EYEBROW, after_mm=2)
    paper.write(paper.shorten(book.title, DISPLAY, INNER_MM, 3), DISPLAY, after_mm=4)
    paper.write(f"{book.words.count} · {book.made_on}", SMALL)
    paper.write(book.contact.split("\n", 1)[0], SMALL)


def _contents(paper: Document, book: Lookbook) -> None:
    paper.add_page()
    paper.bookmark(book.words.contents)
    paper.write(book.words.contents, TITLE, after_mm=4)
    paper.write(book.note, STORY, width_mm=140, after_mm=6)
    # The pages of the contents themselves come before those of the designs: known once they are laid out.
    lines = [_Line(paper, design) for design in book.designs]
    first_page = paper.paper.page_no() + 1 + _further_pages(paper, lines)
    for page, line in enumerate(lines, start=first_page):
        paper.keep_together(line.height_mm)
        line.write(page)


class _Line:
    """One design in the contents: its title and who designed it, with its page."""

    def __init__(self, paper: Document, design: LookbookDesign) -> None:
        self._paper, self._by = paper, paper.shorten(design.by, SMALL, INNER_MM - 20, 1)
        self._title = paper.shorten(design.title, ENTRY, INNER_MM - 20, 1)
        self.height_mm = ENTRY.line_mm + SMALL.line_mm + 4.5

    def write(self, page: int) -> None:
        paper, link = self._paper, self._paper.link_to(page)
        paper.rule()
        top_mm = paper.y_mm + 1.5
        paper.y_mm = top_mm
        paper.write(self._title, ENTRY, width_mm=INNER_MM - 20, link=link)
        paper.write(self._by, SMALL, width_mm=INNER_MM - 20)
        paper.y_mm = top_mm
        paper.write(str(page), NUMBER, align="R", link=link)
        paper.y_mm = top_mm + self.height_mm - 1.5


def _further_pages(paper: Document, lines: list[_Line]) -> int:
    """How many pages the contents take after the one they begin on."""
    pages, room_mm = 0, paper.room_mm
    whole_mm = paper.paper.page_break_trigger - paper.paper.t_margin
    for line in lines:
        if room_mm < line.height_mm:
            pages, room_mm = pages + 1, whole_mm
        room_mm -= line.height_mm
    return pages


def _design(paper: Document, design: LookbookDesign, words: LookbookWords) -> None:
    paper.add_page()
    paper.bookmark(design.title, level=1)
    paper.fill(SOFT, 0, 0, WIDTH_MM, PHOTO_MM)
    if design.picture is not None:
        paper.picture(design.picture, 0, 0, WIDTH_MM, PHOTO_MM)
    paper.y_mm = PHOTO_MM + 8
    top_mm = paper.y_mm
    _story(paper, design)
    _beside(paper, design, words, top_mm)


def _story(paper: Document, design: LookbookDesign) -> None:
    """On the left: what it is."""
    paper.write(design.eyebrow, EYEBROW, width_mm=LEFT_MM, after_mm=0.5)
    paper.write(paper.shorten(design.title, TITLE, LEFT_MM, 2), TITLE, width_mm=LEFT_MM, after_mm=1)
    paper.write(paper.shorten(design.by, SMALL, LEFT_MM, 1), SMALL, width_mm=LEFT_MM, after_mm=3)
    room = int((paper.room_mm - SMALL.line_mm) // STORY.line_mm)
    story = paper.shorten(design.story, STORY, LEFT_MM, max(1, min(STORY_LINES, room)))
    paper.write(story, STORY, width_mm=LEFT_MM)
    paper.y_mm = HEIGHT_MM - 30
    paper.write(paper.shorten(design.credit, SMALL, LEFT_MM, 1), SMALL, width_mm=LEFT_MM)


def _beside(paper: Document, design: LookbookDesign, words: LookbookWords, top_mm: float) -> None:
    """On the right: facts, makers, and the way to its page."""
    x_mm = WIDTH_MM - MARGIN_MM - RIGHT_MM
    end_mm = HEIGHT_MM - 30 + SMALL.line_mm - QR_MM
    paper.y_mm = top_mm
    for term, said in design.facts:
        said = paper.shorten(said, TEXT, RIGHT_MM, FACT_LINES)
        needed_mm = SMALL.line_mm + paper.height_of(said, TEXT, RIGHT_MM) + 1
        if said and paper.y_mm + needed_mm < end_mm - 3:
            paper.write(term, SMALL, x_mm=x_mm, width_mm=RIGHT_MM)
            paper.write(said, TEXT, x_mm=x_mm, width_mm=RIGHT_MM, after_mm=1)
    _makers(paper, design, words, x_mm, end_mm - 3)
    paper.qr_code(design.address, x_mm, end_mm, QR_MM)
    paper.y_mm = end_mm
    paper.write(words.scan, SMALL, x_mm=x_mm + QR_MM + 3, width_mm=RIGHT_MM - QR_MM - 3)


def _makers(paper: Document, design: LookbookDesign, words: LookbookWords, x_mm: float, end_mm: float) -> None:
    lines = [f"{name} · {said}" if said else name for name, said in design.makers[:MAX_MAKERS]]
    if not lines or paper.y_mm + SMALL.line_mm + TEXT.line_mm > end_mm:
        return
    paper.write(words.makers, SMALL, x_mm=x_mm, width_mm=RIGHT_MM)
    for line in lines:
        if paper.y_mm + TEXT.line_mm > end_mm:
            break
        paper.write(paper.shorten(line, TEXT, RIGHT_MM, 1), TEXT, x_mm=x_mm, width_mm=RIGHT_MM)


def _contact(paper: Document, book: Lookbook) -> None:
    paper.add_page(ground=GROUND, foot=False)
    paper.bookmark(book.words.contact)
    paper.y_mm = 110
    paper.write(book.words.contact, EYEBROW, after_mm=3)
    name, _, rest = book.contact.partition("\n")
    paper.write(name, HEADING, after_mm=1)
    paper.write(rest, TEXT, after_mm=6)
    paper.write(book.words.closing, SMALL, width_mm=120)
