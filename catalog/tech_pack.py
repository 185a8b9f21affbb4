"""The tech pack of a version: all that a workshop needs to make the piece as the designer means it.

Materials, process steps, tolerances, packaging and drawings; sizes, care and colours stand in the design itself. A
pack belongs to one version and changes only while that is a draft; the next version begins with a copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

import msgspec

from catalog.designs import MAX_ALT, MAX_TEXT, MAX_TITLE, clean_text
from catalog.errors import InvalidFields
from catalog.text import LANGUAGES, Text, is_visible

MAX_MATERIALS = 40
MAX_STEPS = 30
MAX_TOLERANCES = 40
MAX_DRAWINGS = 20
MAX_AMOUNT = 1_000_000.0
MAX_MINUTES = 60 * 24 * 60  # drying wood takes weeks
MAX_PIECES_PER_CARTON = 10_000
MAX_CARTON_MM = 3_000
MAX_WEIGHT_KG = 1_000.0

AMOUNT_UNITS = ("g", "kg", "ml", "l", "mm", "cm", "m", "m2", "pieces")
TOLERANCE_UNITS = ("mm", "g", "ml", "degrees", "delta_e", "percent")
# What may measure less than nothing: an angle, to either side.
SIGNED_UNITS = frozenset({"degrees"})
CARTON_SIDES = ("length", "width", "height")


class DrawingKind(StrEnum):
    PDF = "pdf"
    SVG = "svg"
    DXF = "dxf"


@dataclass(frozen=True)
class MaterialLine:
    """A material for one piece. `amount` in `unit`, one of AMOUNT_UNITS; `note` says grade, maker or colour."""

    name: Text
    amount: float | None = None
    unit: str = ""
    note: Text = Text()


@dataclass(frozen=True)
class StepPicture:
    """`image_key` is the SHA-256 of the original: its key in the image store."""

    image_key: str
    content_type: str
    width_px: int
    height_px: int
    alt: Text = Text()


@dataclass(frozen=True)
class ProcessStep:
    """What is done, how, and how long it takes for one piece, waiting included."""

    title: Text
    instruction: Text = Text()
    minutes: int | None = None
    picture: StepPicture | None = None


@dataclass(frozen=True)
class Tolerance:
    """A feature may measure from `nominal` - `minus` to `nominal` + `plus`, in `unit`, one of TOLERANCE_UNITS.

    `method` says how it is measured.
    """

    feature: Text
    nominal: float
    plus: float
    minus: float
    unit: str = "mm"
    method: Text = Text()

    @property
    def lowest(self) -> float:
        return round(self.nominal - self.minus, 6)

    @property
    def highest(self) -> float:
        return round(self.nominal + self.plus, 6)


@dataclass(frozen=True)
class Packaging:
    """`carton_mm` holds all of CARTON_SIDES, outside, or nothing; `gross_weight_kg` is that of a full carton."""

    instruction: Text = Text()
    pieces_per_carton: int | None = None
    carton_mm: Mapping[str, float] = field(default_factory=dict)
    gross_weight_kg: float | None = None

    @property
    def is_said(self) -> bool:
        return self != Packaging()


@dataclass(frozen=True)
class Drawing:
    """A drawing or pattern as it was uploaded. `file_key` is the SHA-256 of its bytes, its key in the image store.

    `preview_key` is that of a picture of its first page. Sizes of the page in millimetres, where the file says them.
    """

    title: Text
    file_name: str
    kind: DrawingKind
    file_key: str
    size_bytes: int
    pages: int = 1
    width_mm: float | None = None
    height_mm: float | None = None
    preview_key: str = ""
    preview_px: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class TechPack:
    materials: tuple[MaterialLine, ...] = ()
    steps: tuple[ProcessStep, ...] = ()
    tolerances: tuple[Tolerance, ...] = ()
    packaging: Packaging = Packaging()
    drawings: tuple[Drawing, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == TechPack()

    @property
    def drawing_keys(self) -> frozenset[str]:
        return frozenset(drawing.file_key for drawing in self.drawings)

    @property
    def picture_keys(self) -> frozenset[str]:
        return frozenset(step.picture.image_key for step in self.steps if step.picture)

    @property
    def shown_keys(self) -> frozenset[str]:
        """The keys of its pictures: those of steps, and how the drawings look."""
        return self.picture_keys | {drawing.preview_key for drawing in self.drawings if drawing.preview_key}

    @property
    def file_keys(self) -> frozenset[str]:
        """The keys of everything of it that lies in the image store."""
        return self.shown_keys | self.drawing_keys

    @property
    def minutes(self) -> int:
        """How long the steps take together, those that say it."""
        return sum(step.minutes or 0 for step in self.steps)


def check_pack(pack: TechPack) -> None:
    """Raises: InvalidFields; a row's field is named with its place, counted from 1: `materials.2.name_id`."""
    problems = dict(_problems(pack))
    if problems:
        raise InvalidFields(problems)


def _problems(pack: TechPack) -> Iterator[tuple[str, str]]:
    lists = (
        ("materials", pack.materials, MAX_MATERIALS, _material_problems),
        ("steps", pack.steps, MAX_STEPS, _step_problems),
        ("tolerances", pack.tolerances, MAX_TOLERANCES, _tolerance_problems),
        ("drawings", pack.drawings, MAX_DRAWINGS, _drawing_problems),
    )
    for name, rows, most, problems_of in lists:
        if len(rows) > most:
            yield name, "too_many"
            continue
        for place, row in enumerate(rows, start=1):
            yield from ((f"{name}.{place}.{each}", code) for each, code in problems_of(row))
    yield from ((f"packaging.{each}", code) for each, code in _packaging_problems(pack.packaging))


def _material_problems(line: MaterialLine) -> Iterator[tuple[str, str]]:
    yield from _title_problems("name", line.name)
    yield from _text_problems("note", line.note, MAX_ALT)
    if line.amount is not None:
        if not 0 < line.amount <= MAX_AMOUNT:
            yield "amount", "out_of_range"
        if not line.unit:
            yield "unit", "required"
    if line.unit and line.unit not in AMOUNT_UNITS:
        yield "unit", "unknown_choice"


def _step_problems(step: ProcessStep) -> Iterator[tuple[str, str]]:
    yield from _title_problems("title", step.title)
    yield from _text_problems("instruction", step.instruction, MAX_TEXT)
    if step.minutes is not None and not 0 < step.minutes <= MAX_MINUTES:
        yield "minutes", "out_of_range"
    if step.picture is not None:
        yield from _text_problems("alt", step.picture.alt, MAX_ALT)
        if not is_visible(step.picture.alt.get(LANGUAGES[0])):
            yield f"alt_{LANGUAGES[0]}", "required"


def _tolerance_problems(tolerance: Tolerance) -> Iterator[tuple[str, str]]:
    yield from _title_problems("feature", tolerance.feature)
    yield from _text_problems("method", tolerance.method, MAX_ALT)
    if tolerance.unit not in TOLERANCE_UNITS:
        yield "unit", "unknown_choice"
    if not 0 <= tolerance.nominal <= MAX_AMOUNT:
        yield "nominal", "out_of_range"
    for name in ("plus", "minus"):
        if not 0 <= getattr(tolerance, name) <= MAX_AMOUNT:
            yield name, "out_of_range"
    if tolerance.lowest < 0 and tolerance.unit not in SIGNED_UNITS:
        yield "minus", "less_than_nothing"


def _drawing_problems(drawing: Drawing) -> Iterator[tuple[str, str]]:
    yield from _text_problems("title", drawing.title, MAX_TITLE)


def _packaging_problems(packaging: Packaging) -> Iterator[tuple[str, str]]:
    yield from _text_problems("instruction", packaging.instruction, MAX_TEXT)
    pieces, weight_kg = packaging.pieces_per_carton, packaging.gross_weight_kg
    if pieces is not None and not 0 < pieces <= MAX_PIECES_PER_CARTON:
        yield "pieces_per_carton", "out_of_range"
    if weight_kg is not None and not 0 < weight_kg <= MAX_WEIGHT_KG:
        yield "gross_weight_kg", "out_of_range"
    if set(packaging.carton_mm) - set(CARTON_SIDES):
        yield "carton_mm", "unknown_choice"
    for side in CARTON_SIDES if packaging.carton_mm else ():
        size_mm = packaging.carton_mm.get(side)
        if size_mm is None:
            yield side, "required"
        elif not 0 < size_mm <= MAX_CARTON_MM:
            yield side, "out_of_range"


def _title_problems(name: str, text: Text) -> Iterator[tuple[str, str]]:
    yield from _text_problems(name, text, MAX_TITLE)
    if not (is_visible(text.id) or is_visible(text.en)):
        yield f"{name}_{LANGUAGES[0]}", "required"


def _text_problems(name: str, text: Text, most: int) -> Iterator[tuple[str, str]]:
    yield from ((f"{name}_{each}", "too_long") for each in LANGUAGES if len(getattr(text, each)) > most)


def to_plain(pack: TechPack) -> dict[str, Any]:
    """As JSON has it."""
    return asdict(pack)


def from_plain(plain: Mapping[str, Any]) -> TechPack:
    """The pack that `to_plain` wrote, through JSON or not. Raises: ValueError for what says something else."""
    try:
        return msgspec.convert(plain, TechPack)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error


def read_json(data: bytes) -> TechPack:
    """A pack that somebody sent, its texts cleaned as typed ones are.

    Raises: ValueError for what is no pack; InvalidFields for what a pack may not say.
    """
    try:
        pack = from_plain(_cleaned(msgspec.json.decode(data)))
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    check_pack(pack)
    return pack


def _cleaned(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {name: _cleaned(value) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_cleaned(value) for value in plain]
    return clean_text(plain) if isinstance(plain, str) else plain


def without_facts(pack: TechPack) -> TechPack:
    """What was written, and of which files: without what is read from these wherever they come to."""
    drawings = tuple(Drawing(each.title, "", DrawingKind.PDF, each.file_key, 0) for each in pack.drawings)
    pictures = [each.picture and StepPicture(each.picture.image_key, "", 0, 0, each.picture.alt) for each in pack.steps]
    steps = tuple(replace(step, picture=picture) for step, picture in zip(pack.steps, pictures, strict=True))
    return replace(pack, drawings=drawings, steps=steps)


def free_name(file_name: str, taken: Iterable[str]) -> str:
    """A file's name, with a number before its ending if another file has it already."""
    others = {name.lower() for name in taken}
    stem, dot, ending = file_name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (file_name, "")
    number, name = 2, file_name
    while name.lower() in others:
        name, number = f"{re.sub(r'-[0-9]+$', '', stem)}-{number}{ending}", number + 1
    return name
