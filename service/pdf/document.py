"""The paper that every document is written on: A4, millimetres from the upper left corner."""

from __future__ import annotations

import bisect
import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.prefs import ViewerPreferences

from service.pdf.type import FILES, drawable

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
MARGIN_MM = 20.0
INNER_MM = WIDTH_MM - 2 * MARGIN_MM
QR_MM = 24.0
FOOT_MM = 16.0  # from the lower edge to the foot line
POINT_MM = 25.4 / 72

# The light colours of static/css/tokens.css, for paper.
GROUND = (0xFA, 0xF7, 0xF2)
SOFT = (0xF0, 0xEB, 0xE4)
INK = (0x1F, 0x1B, 0x16)
QUIET = (0x6A, 0x63, 0x5A)
LINE = (0xE4, 0xDD, 0xD3)
BROWN = (0x8A, 0x5A, 0x2B)
INDIGO = (0x1F, 0x3A, 0x5F)
PAPER = (0xFF, 0xFF, 0xFF)


@dataclass(frozen=True)
class Style:
    """How a piece of text looks. Size in points, `leading` as a multiple of it."""

    font: str
    size: float
    colour: tuple[int, int, int] = INK
    leading: float = 1.4

    @property
    def line_mm(self) -> float:
        return self.size * self.leading * POINT_MM


DISPLAY = Style("serif", 34, leading=1.12)
TITLE = Style("serif", 24, leading=1.15)
HEADING = Style("serif", 15, leading=1.25)
SUBHEADING = Style("sans-bold", 10.5)
STORY = Style("serif", 11.5, leading=1.5)
TEXT = Style("sans", 10)
STRONG = Style("sans-bold", 10)
SMALL = Style("sans", 8.5, QUIET)
EYEBROW = Style("sans-bold", 8.5, BROWN)
LINK = Style("sans", 8.5, INDIGO)


@dataclass(frozen=True)
class Picture:
    """A photo to put on a page: JPEG or PNG bytes, its size in pixels, and what it shows in words."""

    data: bytes
    width_px: int
    height_px: int
    alt: str

    def fit(self, width_mm: float, height_mm: float) -> tuple[float, float]:
        """The largest (width, height) in millimetres inside a box, uncropped."""
        scale = min(width_mm / self.width_px, height_mm / self.height_px)
        return self.width_px * scale, self.height_px * scale


class Paper(FPDF):
    """fpdf2's document with a foot line on each page that has asked for one."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.has_foot = True

    def footer(self) -> None:
        if not self.has_foot:
            return
        self.set_font(SMALL.font, size=SMALL.size)
        self.set_text_color(*SMALL.colour)
        self.set_xy(MARGIN_MM, self.h - FOOT_MM)
        self.cell(self.w - 2 * MARGIN_MM, 4, drawable(self.foot, SMALL.font))
        self.set_xy(MARGIN_MM, self.h - FOOT_MM)
        self.cell(self.w - 2 * MARGIN_MM, 4, str(self.page_no()), align="R")


class Document:
    """Pages written from top to bottom, `y_mm` being where the next thing goes."""

    def __init__(self, title: str, language: str, *, author: str, made_at: datetime.datetime, foot: str = "") -> None:
        """`language`: "id" or "en". `made_at`: written into the file, so that the same content is the same file."""
        self.paper = Paper(foot)
        self.paper.set_margin(MARGIN_MM)
        self.paper.set_auto_page_break(True, margin=FOOT_MM + 8)
        self.paper.c_margin = 0
        for name, file in FILES.items():
            self.paper.add_font(name, "", file)
        self.paper.set_title(title)
        self.paper.set_lang(language)
        self.paper.set_author(author)
        self.paper.set_creator("Kriya")
        self.paper.set_producer("Kriya")
        self.paper.set_creation_date(made_at)
        self.paper.viewer_preferences = ViewerPreferences(display_doc_title=True)

    @property
    def y_mm(self) -> float:
        return self.paper.get_y()

    @y_mm.setter
    def y_mm(self, y_mm: float) -> None:
        self.paper.set_xy(MARGIN_MM, y_mm)

    @property
    def room_mm(self) -> float:
        """What is left of this page above its foot."""
        return self.paper.page_break_trigger - self.y_mm

    def add_page(
        self, *, ground: tuple[int, int, int] | None = None, foot: bool = True, landscape: bool = False
    ) -> None:
        self.paper.add_page(
            "landscape" if landscape else "portrait"
        )  # which still writes the foot of the page before, as that one wished
        self.paper.has_foot = foot
        if ground is not None:
            self.fill(ground, 0, 0, self.paper.w, self.paper.h)

    def keep_together(self, height_mm: float) -> None:
        """Begin a new page if less than this is left."""
        if self.room_mm < height_mm:
            self.add_page()

    def fill(self, colour: tuple[int, int, int], x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        self.paper.set_fill_color(*colour)
        self.paper.rect(x_mm, y_mm, width_mm, height_mm, style="F")

    def rule(self, x_mm: float = MARGIN_MM, width_mm: float = INNER_MM) -> None:
        """A hairline where the next thing would go."""
        self.paper.set_draw_color(*LINE)
        self.paper.set_line_width(0.2)
        self.paper.line(x_mm, self.y_mm, x_mm + width_mm, self.y_mm)

    def bookmark(self, name: str, level: int = 0) -> None:
        """An entry of the outline that leads here."""
        self.paper.start_section(name, level=level, strict=False)

    def link_to(self, page: int) -> int:
        """A link to a page, counted from 1, that may still have to be written."""
        link = self.paper.add_link()
        self.paper.set_link(link, page=page)
        return link

    def write(
        self,
        text: str,
        style: Style = TEXT,
        *,
        x_mm: float = MARGIN_MM,
        width_mm: float = INNER_MM,
        after_mm: float = 0.0,
        link: str | int = "",
        align: str = "L",
    ) -> None:
        """A paragraph from the present height down, at x_mm, broken into lines of width_mm."""
        if text := self._set(text, style):
            self.paper.set_x(x_mm)
            self.paper.multi_cell(
                width_mm, style.line_mm, text, align=align, link=link, new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )
            self.y_mm += after_mm

    def height_of(self, text: str, style: Style, width_mm: float) -> float:
        """How high `write` would become, in millimetres."""
        if not (text := self._set(text, style)):
            return 0.0
        lines = self.paper.multi_cell(width_mm, style.line_mm, text, dry_run=True, output="LINES")
        return len(lines) * style.line_mm

    def shorten(self, text: str, style: Style, width_mm: float, lines: int) -> str:
        """As many lines of a text as fit, ended by an ellipsis where words were left out.

        A word that is too long for a line of its own is cut, any other one kept whole or left out.
        """
        text = self._set(" ".join(text.split()), style)
        found = self._lines(text, width_mm)
        if len(found) <= lines:
            return text
        # The next line may be a long word, whose first letters still have room on the last.
        most = min(len(text), sum(len(line) + 1 for line in found[: lines + 1]))
        ends = range(1, most + 1)
        end = bisect.bisect_left(ends, True, key=lambda end: len(self._lines(f"{text[:end]} …", width_mm)) > lines)
        words, _, piece = text[:end].rpartition(" ")
        word = piece + text[end:].partition(" ")[0]
        if piece == word:
            words = text[:end]
        elif piece and (not words or len(self._lines(word, width_mm)) > 1):
            return f"{text[:end]}…"
        return words.rstrip(".,;:") + " …"

    def _lines(self, text: str, width_mm: float) -> list[str]:
        """A text in the present style, broken as `write` breaks it."""
        return self.paper.multi_cell(width_mm, 1, text, dry_run=True, output="LINES") if text else []

    def facts(
        self,
        pairs: Sequence[tuple[str, str]],
        *,
        x_mm: float = MARGIN_MM,
        width_mm: float = INNER_MM,
        term_mm: float = 34.0,
    ) -> None:
        """A line for each (term, words) that has words, hairlines between them."""
        shown = [(term, words) for term, words in pairs if words]
        for term, words in shown:
            height_mm = max(self.height_of(words, TEXT, width_mm - term_mm), self.height_of(term, SMALL, term_mm - 3))
            self.keep_together(height_mm + 3)
            self.rule(x_mm, width_mm)
            top_mm = self.y_mm + 1.5
            self.y_mm = top_mm + 0.4
            self.write(term, SMALL, x_mm=x_mm, width_mm=term_mm - 3)
            self.y_mm = top_mm
            self.write(words, TEXT, x_mm=x_mm + term_mm, width_mm=width_mm - term_mm)
            self.y_mm = top_mm + height_mm + 1.5

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], widths_mm: Sequence[float], align: str = ""
    ) -> None:
        """A table whose head is repeated on each page. `align`: a letter L or R for each column."""
        align = align or "L" * len(head)
        self._row(head, widths_mm, align, SMALL)
        for row in rows:
            height_mm = max(self.height_of(cell, TEXT, w - 3) for cell, w in zip(row, widths_mm, strict=True))
            if self.room_mm < height_mm + 4:
                self.add_page()
                self._row(head, widths_mm, align, SMALL)
            self._row(row, widths_mm, align, TEXT)

    def _row(self, cells: Sequence[str], widths_mm: Sequence[float], align: str, style: Style) -> None:
        top_mm, bottom_mm, x_mm = self.y_mm + 1.5, self.y_mm + 1.5, MARGIN_MM
        self.rule()
        for cell, width_mm, side in zip(cells, widths_mm, align, strict=True):
            self.y_mm = top_mm
            self.write(cell, style, x_mm=x_mm, width_mm=width_mm - 3, align=side)
            bottom_mm, x_mm = max(bottom_mm, self.y_mm), x_mm + width_mm
        self.y_mm = bottom_mm + 1.5

    def picture(self, picture: Picture, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        """A picture inside a box, uncropped and in its middle. Does not move `y_mm`."""
        shown_mm = picture.fit(width_mm, height_mm)
        left_mm, top_mm = x_mm + (width_mm - shown_mm[0]) / 2, y_mm + (height_mm - shown_mm[1]) / 2
        before_mm = self.y_mm
        file = io.BytesIO(picture.data)
        self.paper.image(file, left_mm, top_mm, *shown_mm, alt_text=picture.alt or None)
        self.y_mm = before_mm

    def cover(self, picture: Picture, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        """A picture that fills a box; what reaches over is cut off evenly. Does not move `y_mm`."""
        scale = max(width_mm / picture.width_px, height_mm / picture.height_px)
        shown_mm = picture.width_px * scale, picture.height_px * scale
        with self.paper.rect_clip(x_mm, y_mm, width_mm, height_mm):
            self.picture(picture, x_mm + (width_mm - shown_mm[0]) / 2, y_mm + (height_mm - shown_mm[1]) / 2, *shown_mm)

    def qr_code(self, address: str, x_mm: float, y_mm: float, side_mm: float) -> None:
        """An address to be photographed. Does not move `y_mm`."""
        modules = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
        step_mm = side_mm / len(modules)
        self.paper.set_fill_color(*INK)
        for down, row in enumerate(modules):
            for start, length in _runs(row):
                self.paper.rect(x_mm + start * step_mm, y_mm + down * step_mm, length * step_mm, step_mm, style="F")
        self.paper.link(x_mm, y_mm, side_mm, side_mm, address)

    def to_bytes(self) -> bytes:
        return bytes(self.paper.output())

    def _set(self, text: str, style: Style) -> str:
        """Take up a style; the text as its font can draw it."""
        self.paper.set_font(style.font, size=style.size)
        self.paper.set_text_color(*style.colour)
        return drawable(text, style.font).strip()


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """The dark stretches of a row of a QR code, as (start, length): one rectangle each leaves no seams."""
    runs: list[tuple[int, int]] = []
    for place, is_dark in enumerate(row):
        if is_dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif is_dark:
            runs.append((place, 1))
    return runs
