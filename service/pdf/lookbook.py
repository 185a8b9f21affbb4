"""A lookbook: a chosen row of designs, one a page, to hand over at an exhibition."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.pdf.document import (
    BROWN,
    DISPLAY,
    EYEBROW,
    GROUND,
    HEADING,
    HEIGHT_MM,
    INNER_MM,
    MARGIN_MM,
    QR_MM,
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
END_MM = HEIGHT_MM - 26.0  # of what a page says of its design
STORY_GAP_MM = 4.0
NOTE_LINES = 3  # what a price comes to in other money, and the day of the rate
# Lines of each fact, and how many makers: the first that has room for every fact.
PLANS = ((3, 4), (2, 4), (2, 2), (2, 1), (1, 2), (1, 1))
LEFT_MM = 104.0
RIGHT_MM = INNER_MM - LEFT_MM - COLUMN_GAP_MM
HALF_MM = RIGHT_MM / 2 - 1.5
FACT_GAP_MM = 1.5
NUMBER = Style("serif", 12, BROWN)
ENTRY = Style("serif", 12)
RIGHTS = Style("sans", 8.5)


@dataclass(frozen=True)
class LookbookDesign:
    """One design, in the words of one language.

    `facts` are (term, words), what a buyer asks for first before the others; a note may follow in lines of its own.
    `makers` are (name, words).
    """

    title: str
    eyebrow: str
    by: str
    story: str
    facts: tuple[tuple[str, str], ...]
    makers: tuple[tuple[str, str], ...]
    credit: str
    licence: str
    licence_address: str  # where its text stands, if anywhere
    address: str
    picture: Picture | None = None


@dataclass(frozen=True)
class LookbookWords:
    """What the document itself says, in its language."""

    kind: str  # over the title of the cover
    count: str
    contents: str
    makers: str
    credit: str
    licence: str
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
    top_mm = PHOTO_MM + 8
    rights = _rights(design, words)
    rights_mm = END_MM - max(QR_MM, _height_of(paper, rights, LEFT_MM - QR_MM - 4))
    paper.y_mm = top_mm
    _story(paper, design, rights_mm - STORY_GAP_MM)
    _at_the_foot(paper, design, rights, rights_mm)
    _beside(paper, _facts_that_fit(paper, design, words, END_MM - top_mm), top_mm)


def _story(paper: Document, design: LookbookDesign, end_mm: float) -> None:
    """On the left: what it is, in as many words as there is room for."""
    paper.write(design.eyebrow, EYEBROW, width_mm=LEFT_MM, after_mm=0.5)
    paper.write(paper.shorten(design.title, TITLE, LEFT_MM, 2), TITLE, width_mm=LEFT_MM, after_mm=1)
    paper.write(paper.shorten(design.by, SMALL, LEFT_MM, 1), SMALL, width_mm=LEFT_MM, after_mm=3)
    if lines := int((end_mm - paper.y_mm) // STORY.line_mm):
        paper.write(paper.shorten(design.story, STORY, LEFT_MM, lines), STORY, width_mm=LEFT_MM)


def _rights(design: LookbookDesign, words: LookbookWords) -> list[tuple[str, Style, str]]:
    """(words, how they look, where they lead): never shortened, since whoever passes it on must say it whole."""
    lines = [
        (f"{words.credit}: {design.credit}" if design.credit else "", RIGHTS, ""),
        (f"{words.licence}: {design.licence}" if design.licence else "", RIGHTS, design.licence_address),
        (words.scan, SMALL, ""),
    ]
    return [line for line in lines if line[0]]


def _height_of(paper: Document, lines: Sequence[tuple[str, Style, str]], width_mm: float) -> float:
    return sum(paper.height_of(text, style, width_mm) for text, style, _ in lines)


def _at_the_foot(
    paper: Document, design: LookbookDesign, rights: Sequence[tuple[str, Style, str]], top_mm: float
) -> None:
    """On the left: the way to its page, whose it is and under what licence."""
    paper.qr_code(design.address, MARGIN_MM, END_MM - QR_MM, QR_MM)
    paper.y_mm = top_mm
    for text, style, link in rights:
        paper.write(text, style, x_mm=MARGIN_MM + QR_MM + 4, width_mm=LEFT_MM - QR_MM - 4, link=link)


@dataclass(frozen=True)
class _Fact:
    """A term, and paragraphs of what is said."""

    term: str
    said: tuple[tuple[str, Style], ...]

    def height_of(self, paper: Document, width_mm: float) -> float:
        return SMALL.line_mm + sum(paper.height_of(text, style, width_mm) for text, style in self.said)

    def is_short(self, paper: Document) -> bool:
        """Whether it takes no more than half of the column."""
        lines_mm = SMALL.line_mm + TEXT.line_mm + 0.1
        has_short_term = paper.height_of(self.term, SMALL, HALF_MM) < 2 * SMALL.line_mm
        return has_short_term and self.height_of(paper, HALF_MM) < lines_mm

    def write(self, paper: Document, x_mm: float, top_mm: float, width_mm: float) -> None:
        paper.y_mm = top_mm
        paper.write(paper.shorten(self.term, SMALL, width_mm, 1), SMALL, x_mm=x_mm, width_mm=width_mm)
        for text, style in self.said:
            paper.write(text, style, x_mm=x_mm, width_mm=width_mm)


@dataclass(frozen=True)
class _Row:
    """One fact, or two short ones side by side."""

    facts: tuple[_Fact, ...]
    height_mm: float


def _facts_that_fit(paper: Document, design: LookbookDesign, words: LookbookWords, room_mm: float) -> list[_Row]:
    """All of the facts, in fewer lines each where there are many; the last are left out if that is not enough."""
    rows: list[_Row] = []
    for lines, makers in PLANS:
        rows = list(_rows(paper, _facts(paper, design, words, lines, makers)))
        if sum(row.height_mm for row in rows) <= room_mm + FACT_GAP_MM:
            break
    while sum(row.height_mm for row in rows) > room_mm + FACT_GAP_MM:
        rows.pop()
    return rows


def _facts(paper: Document, design: LookbookDesign, words: LookbookWords, lines: int, makers: int) -> Iterator[_Fact]:
    for term, said in design.facts:
        first, _, note = said.partition("\n")
        if first:
            paragraphs = [(paper.shorten(first, TEXT, RIGHT_MM, lines), TEXT)]
            if note:
                paragraphs.append((paper.shorten(note, SMALL, RIGHT_MM, NOTE_LINES), SMALL))
            yield _Fact(term, tuple(paragraphs))
    if design.makers:
        named = [f"{name} · {said}" if said else name for name, said in design.makers[:makers]]
        yield _Fact(words.makers, tuple((paper.shorten(line, TEXT, RIGHT_MM, min(lines, 2)), TEXT) for line in named))


def _rows(paper: Document, facts: Iterable[_Fact]) -> Iterator[_Row]:
    waiting: list[_Fact] = []
    for fact in facts:
        if waiting and fact.is_short(paper):
            yield _row(paper, waiting.pop(), fact)
            continue
        if waiting:
            yield _row(paper, waiting.pop())
        if fact.is_short(paper):
            waiting.append(fact)
        else:
            yield _row(paper, fact)
    if waiting:
        yield _row(paper, waiting.pop())


def _row(paper: Document, *facts: _Fact) -> _Row:
    width_mm = RIGHT_MM if len(facts) == 1 else HALF_MM
    return _Row(facts, max(fact.height_of(paper, width_mm) for fact in facts) + FACT_GAP_MM)


def _beside(paper: Document, rows: Sequence[_Row], top_mm: float) -> None:
    """On the right: what a buyer asks for, and who makes it."""
    x_mm = WIDTH_MM - MARGIN_MM - RIGHT_MM
    for row in rows:
        for place, fact in enumerate(row.facts):
            width_mm = RIGHT_MM if len(row.facts) == 1 else HALF_MM
            fact.write(paper, x_mm + place * (RIGHT_MM - HALF_MM), top_mm, width_mm)
        top_mm += row.height_mm


def _contact(paper: Document, book: Lookbook) -> None:
    paper.add_page(ground=GROUND, foot=False)
    paper.bookmark(book.words.contact)
    paper.y_mm = 110
    paper.write(book.words.contact, EYEBROW, after_mm=3)
    name, _, rest = book.contact.partition("\n")
    paper.write(name, HEADING, after_mm=1)
    paper.write(rest, TEXT, after_mm=6)
    paper.write(book.words.closing, SMALL, width_mm=120)
