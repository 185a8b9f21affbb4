"""What a standard would catch, tried before anyone relies on it.

Defects of every kind are painted on references, each measured by models made without it, exactly as a photo is
measured. For each kind the smallest size is looked for that is caught in at least CAUGHT of the tries: halving a
ladder of sizes, then more tries on the two rungs around that size.

    size      share of the piece's longer side (of the picture's, where no piece is set apart): the longest extent of
              the defect, for pinholes the diameter of the largest hole
    strength  STRENGTH of models.synthetic_defect for all kinds: lines and holes differ from their surroundings by
              about 30 units of L*, stains by 12 to 20 and a tint, what is missing covers nearly all that was there.
              Plain to see for who looks at the place; a fainter defect of that size may pass.
    caught    a deviation over 1.0, the limit. Another photo of the same defect would score about a tenth more or less,
              so a try close to the limit counts in part: 1 / (1 + deviation ** -SHARPNESS), a half at the limit

The tries are few and some places hide a defect better than others: with other draws a size comes out up to a third
smaller or half as large again, twice that where it hardly matters how large a defect is. Only references that are
accepted without a defect take part: on others anything would be caught.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from models.defect_picture import crop_defect
from models.errors import NoRoomForDefect
from models.synthetic_defect import KINDS, SyntheticDefect, paint

STRENGTH = 0.6
CAUGHT = 0.8
SHARPNESS = 17.0  # the logistic nearest to a normal distribution of the deviation's logarithm with a spread of 0.1
RUNGS = 7
SIZES = {  # smallest and largest, as shares
    "crack": (0.02, 0.5), "scratch": (0.02, 0.5), "pinholes": (0.005, 0.06),
    "stain": (0.02, 0.35), "missing": (0.015, 0.3), "displaced": (0.03, 0.4),
}  # fmt: skip
BURST = 4  # tries at a time
ENOUGH_TRIES = 12  # on each of the two rungs that matter
MOST_TRIES = 32  # for a kind
MOST_PIECES = 8
ATTEMPTS = 3  # to find room
PICTURE_TRIES = 4
SMALL_CRACK = 0.1
NOTES = frozenset({"misses_small_cracks", "misses_kinds", "not_self_tested"})


@dataclass(frozen=True, eq=False)
class HeldOutPiece:
    """A reference's picture in the view (H, W, 3) uint8, where the piece is, and how others would measure it.

    deviation: that of the picture as it is, 1.0 the limit. measure: a picture like rgb to its deviation, by models
    made without this reference; called from several threads.
    """

    rgb: np.ndarray
    inside: np.ndarray
    deviation: float
    measure: Callable[[np.ndarray], float]


@dataclass(frozen=True)
class SizeTested:
    """One size, as a share, and the deviation of each try."""

    share: float
    deviations: tuple[float, ...]

    @property
    def caught(self) -> float:
        """Share of the tries that are caught, 0..1; a try near the limit counts in part."""
        return float(np.mean(1 / (1 + np.maximum(self.deviations, 1e-2) ** -SHARPNESS)))


@dataclass(frozen=True)
class KindTested:
    """What is known of one kind of defect.

    sizes: those tried, rising. smallest_share: what is caught in CAUGHT of the tries, None if even the largest is
    not; the ladder's least size stands for "that or smaller". pictured_share: the size of the defect in the picture,
    the smallest that is caught or else the largest missed; box: where it is there, x, y, width, height in fractions.
    """

    kind: str
    sizes: tuple[SizeTested, ...]
    smallest_share: float | None
    pictured_share: float | None = None
    box: tuple[float, float, float, float] | None = None

    @property
    def is_least(self) -> bool:
        """Whether even smaller ones may be caught."""
        return self.smallest_share is not None and self.smallest_share <= SIZES[self.kind][0]


@dataclass(frozen=True)
class SelfTest:
    """What each kind's trial found. of_piece: sizes are shares of the piece's longer side, not of the picture's."""

    kinds: tuple[KindTested, ...]
    strength: float
    of_piece: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes of what a designer must know before relying on the standard."""
        crack = next((tested.smallest_share for tested in self.kinds if tested.kind == "crack"), None)
        return tuple(note for note, holds in (
            ("misses_small_cracks", crack is None or crack > SMALL_CRACK),
            ("misses_kinds", any(tested.smallest_share is None for tested in self.kinds)),
        ) if holds)  # fmt: skip

    def with_limit(self, limit: float) -> "SelfTest":
        """The same tries under another limit, in limits of this one. The pictures stay."""
        return replace(self, kinds=tuple(_under_limit(tested, limit) for tested in self.kinds))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self) | {"kinds": [_kind_to_dict(tested) for tested in self.kinds]}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "SelfTest":
        """The inverse of to_dict."""
        return cls(**content | {"kinds": tuple(_kind_from_dict(kind) for kind in content["kinds"])})


def run_self_test(
    pieces: Sequence[HeldOutPiece],
    *,
    of_piece: bool,
    spread: Callable[[Callable, Sequence], Any] = map,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[SelfTest, dict[str, bytes]]:
    """The self-test, and a JPEG for each kind.

    Args:
        spread: maps a function over kinds, in order: `map`, or that of a thread pool.
        progress: called with a rising share 0..1.
    """
    chosen = choose_pieces(pieces)
    found = []
    for answer in spread(lambda kind: _test_kind(kind, chosen), KINDS):
        found.append(answer)
        progress(len(found) / len(KINDS))
    pictures = {tested.kind: picture for tested, picture in found if picture is not None}
    return SelfTest(tuple(tested for tested, _ in found), STRENGTH, of_piece), pictures


def choose_pieces(pieces: Sequence[HeldOutPiece]) -> list[HeldOutPiece]:
    """At most MOST_PIECES of those that are found and accepted as they are, from the calmest to nearly rejected."""
    usable = (piece for piece in pieces if piece.deviation <= 1.0 and piece.inside.any())
    accepted = sorted(usable, key=lambda piece: piece.deviation)
    ranks = np.linspace(0, len(accepted) - 1, min(MOST_PIECES, len(accepted))).round().astype(int)
    return [accepted[rank] for rank in ranks]


def find_smallest(sizes: Sequence[SizeTested]) -> float | None:
    """The share at which the curve of sizes caught, made to rise, crosses CAUGHT; linear in the size's logarithm."""
    curve = caught_curve(sizes)
    for index, (size, caught) in enumerate(zip(sizes, curve, strict=True)):
        if caught < CAUGHT:
            continue
        if index == 0:
            return size.share
        before = curve[index - 1]
        low, high = np.log(sizes[index - 1].share), np.log(size.share)
        return float(np.exp(low + (high - low) * (CAUGHT - before) / (caught - before)))
    return None


def caught_curve(sizes: Sequence[SizeTested]) -> list[float]:
    """The share caught at each of some rising sizes, the nearest curve that never falls.

    Source: pool-adjacent-violators, Ayer et al. (1955), doi:10.1214/aoms/1177728423.
    """
    blocks: list[list[float]] = []  # [caught, tries, sizes]
    for size in sizes:
        blocks.append([size.caught, len(size.deviations), 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (caught, tries, count), last = blocks[-2], blocks.pop()
            total = tries + last[1]
            blocks[-1] = [(caught * tries + last[0] * last[1]) / total, total, count + last[2]]
    return [caught for caught, _, count in blocks for _ in range(count)]


class _Trial:
    """One kind of defect on some pieces: the ladder of sizes and what was tried on it."""

    def __init__(self, kind: str, pieces: Sequence[HeldOutPiece]) -> None:
        self.kind, self.pieces = kind, pieces
        self.ladder = [float(share) for share in np.geomspace(*SIZES[kind], RUNGS)]
        self.deviations: list[list[float]] = [[] for _ in self.ladder]
        self.room = RUNGS if pieces else 0  # the first rung for which the pieces have no room

    @property
    def sizes(self) -> tuple[SizeTested, ...]:
        return tuple(SizeTested(share, tuple(found))
                     for share, found in zip(self.ladder, self.deviations, strict=True) if found)  # fmt: skip

    def search(self) -> None:
        """Tries where it is least known whether a size is caught, until the answer is firm."""
        while sum(map(len, self.deviations)) < MOST_TRIES:
            rung = self._next_rung()
            if rung is None:
                return
            found = self._try(rung)
            self.deviations[rung] += found
            if not found:
                self.room = rung

    def _next_rung(self) -> int | None:
        curve = iter(caught_curve(self.sizes))
        known = [(rung, next(curve)) for rung, found in enumerate(self.deviations) if found]
        high = min((rung for rung, caught in known if caught >= CAUGHT), default=self.room)
        low = max((rung for rung, caught in known if caught < CAUGHT), default=-1)
        if high - low > 1:
            return (low + high) // 2
        return next((rung for rung in (high, low) if 0 <= rung < self.room and not self._is_firm(rung)), None)

    def _is_firm(self, rung: int) -> bool:
        """Tried often enough, or missed so often that CAUGHT is out of reach by two and a half standard errors."""
        tries, share = len(self.deviations[rung]), SizeTested(self.ladder[rung], tuple(self.deviations[rung])).caught
        return tries >= ENOUGH_TRIES or share + 2.5 * np.sqrt(CAUGHT * (1 - CAUGHT) / tries) < CAUGHT

    def _try(self, rung: int) -> list[float]:
        done = len(self.deviations[rung])
        tries = (self.paint(self.ladder[rung], rung, number) for number in range(done, done + BURST))
        return [round(piece.measure(defect.rgb), 4) for piece, defect in filter(None, tries)]

    def paint(self, share: float, rung: int, number: int) -> tuple[HeldOutPiece, SyntheticDefect] | None:
        """One defect on one of the pieces, always the same for the same numbers; None where none has room."""
        rng = np.random.default_rng([KINDS.index(self.kind), rung, number])
        for attempt in range(ATTEMPTS):
            piece = self.pieces[(number + attempt) % len(self.pieces)]
            try:
                return piece, paint(piece.rgb, piece.inside, self.kind, share * longer_side(piece), STRENGTH, rng)
            except NoRoomForDefect:
                continue
        return None


def _test_kind(kind: str, pieces: Sequence[HeldOutPiece]) -> tuple[KindTested, bytes | None]:
    trial = _Trial(kind, pieces)
    trial.search()
    sizes = trial.sizes
    if not sizes:
        return KindTested(kind, (), None), None
    smallest = find_smallest(sizes)
    share = sizes[-1].share if smallest is None else smallest
    shown = _find_example(trial, share, is_caught=smallest is not None)
    if shown is None:
        return KindTested(kind, sizes, smallest), None
    picture, box = crop_defect(shown[1], longer_side(shown[0]))
    return KindTested(kind, sizes, smallest, share, box), picture


def _find_example(trial: _Trial, share: float, *, is_caught: bool) -> tuple[HeldOutPiece, SyntheticDefect] | None:
    """A defect of a size that is caught, or one that is not; the last one tried if all are otherwise."""
    example = None
    for number in range(PICTURE_TRIES):
        example = trial.paint(share, RUNGS, number) or example
        if example is not None and (example[0].measure(example[1].rgb) > 1.0) == is_caught:
            break
    return example


def longer_side(piece: HeldOutPiece) -> int:
    """Of the piece's bounding box, in pixels of the view."""
    return max(int(np.ptp(np.flatnonzero(piece.inside.any(axis=axis)))) + 1 for axis in (0, 1))


def _under_limit(tested: KindTested, limit: float) -> KindTested:
    sizes = tuple(
        replace(size, deviations=tuple(deviation / limit for deviation in size.deviations)) for size in tested.sizes
    )
    return replace(tested, sizes=sizes, smallest_share=find_smallest(sizes))


def _kind_to_dict(tested: KindTested) -> dict[str, Any]:
    sizes = [{"share": size.share, "deviations": list(size.deviations)} for size in tested.sizes]
    return asdict(tested) | {"sizes": sizes, "box": None if tested.box is None else list(tested.box)}


def _kind_from_dict(content: dict[str, Any]) -> KindTested:
    sizes = tuple(SizeTested(size["share"], tuple(size["deviations"])) for size in content["sizes"])
    box = None if content["box"] is None else tuple(content["box"])
    return KindTested(**content | {"sizes": sizes, "box": box})
