"""Registration: brings each photo of a piece into the references' common view.

Three frames are spoken of, each with its matrix to the next:
    canonical   CANONICAL_SIDE_PX square, in which the template lives and photos are registered
    sketch      the whole photo, shrunk to SKETCH_SIDE_PX: what registration looks at
    photo       the decoded pixels
A first guess comes from the piece's outline (place and size) or, without one, from the photo's frame. The piece is
cut out and laid on an even dark table, so that no table, light or dark, pulls at the outline. The guess is then
refined by maximising the enhanced correlation coefficient, which ignores brightness and contrast
(Evangelidis & Psarakis 2008, doi:10.1109/TPAMI.2008.113): affine on half the resolution, then a homography, since
a camera that moves sideways sees a flat piece in another perspective. A step that does not improve the agreement,
or bends the piece more than a hand-held camera can, is not taken.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.piece import Piece, find_piece

CANONICAL_SIDE_PX = 192
SKETCH_SIDE_PX = 256
PIECE_FILL = 0.62  # the square root of the piece's area, as a share of the canonical side
FRAME_FILL = 0.92  # the photo's frame, where there is no piece to go by
PIECE_LEVEL = 0.75  # share of the references that must call a spot "piece"
MOST_STRETCH, SCALE_RANGE, MOST_SHIFT, MOST_PERSPECTIVE = 1.25, (0.72, 1.40), 0.30, 0.12
ROUNDS = 3
LEFT_OUT = 0.15
TABLE_LEVEL, MOST_LEVEL, LEAST_SPREAD = -3.0, 3.0, 4.0


@dataclass(frozen=True)
class Sketch:
    """A photo as registration sees it; pictures are (h, w) float32, scale is sketch px per photo px.

    cut is the piece alone, its levels standardised, on an even dark table: so that the outline looks the same on
    every table. grey is the photo as it is, for views without a piece and photos in which none is found.
    """

    grey: np.ndarray
    cut: np.ndarray
    mask: np.ndarray
    piece: Piece
    scale: float


@dataclass(frozen=True)
class Template:
    """What the references show in common: grey (S, S) uint8, where to compare, and the piece's likelihood."""

    grey: np.ndarray
    compared: np.ndarray
    piece: np.ndarray

    @property
    def inside(self) -> np.ndarray:
        """Where the piece surely is, (S, S) uint8 of 0 and 1: what the table cannot change."""
        return (self.piece > PIECE_LEVEL * 255).astype(np.uint8)


@dataclass(frozen=True)
class Registration:
    """Matrix (3, 3), canonical to sketch, and the agreement -1..1 with the template inside the piece.

    agreement_elsewhere: the same without the LEFT_OUT of it that differs most, so that a stain does not make a
    piece look as if it lay askew.
    """

    matrix: np.ndarray
    agreement: float
    agreement_elsewhere: float


def sketch_photo(rgb: np.ndarray) -> Sketch:
    """The sketch of a photo (H, W, 3) uint8."""
    scale = SKETCH_SIDE_PX / max(rgb.shape[:2])
    size = tuple(max(8, round(side * scale)) for side in rgb.shape[1::-1])
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    piece = find_piece(small)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1.0)
    mask = cv2.resize(piece.mask, size, interpolation=cv2.INTER_NEAREST)
    return Sketch(grey, _cut_out(grey, mask), mask, piece, scale)


def guess_matrix(sketch: Sketch, by_piece: bool) -> np.ndarray:
    """Canonical to sketch, from the piece's centre and area, or from the frame."""
    if by_piece and sketch.mask.any():
        moments = cv2.moments(sketch.mask, binaryImage=True)
        centre = (moments["m10"] / moments["m00"], moments["m01"] / moments["m00"])
        scale_x = scale_y = np.sqrt(moments["m00"]) / (PIECE_FILL * CANONICAL_SIDE_PX)
    else:
        height, width = sketch.grey.shape
        centre = ((width - 1) / 2, (height - 1) / 2)
        scale_x, scale_y = (side / (FRAME_FILL * CANONICAL_SIDE_PX) for side in (width, height))
    return centred_matrix(centre, scale_x, scale_y)


def centred_matrix(centre: tuple[float, float], scale_x: float, scale_y: float) -> np.ndarray:
    """Canonical to sketch: the middle at a centre (x, y), and so many sketch px for one canonical px."""
    half = (CANONICAL_SIDE_PX - 1) / 2
    return np.array(
        [[scale_x, 0, centre[0] - scale_x * half], [0, scale_y, centre[1] - scale_y * half], [0, 0, 1]]
    )


def register(
    sketch: Sketch, template: Template, first_guess: np.ndarray, *, by_outline: bool, bend: bool = True
) -> Registration:
    """The best of the first guess, its affine refinement and (with bend) the homography from there.

    Args:
        by_outline: look at the piece cut out, its outline included; at what lies inside the piece otherwise.
    """
    moving = sketch.cut if by_outline else sketch.grey
    compared = template.compared if by_outline else template.inside
    matrix, agreement = first_guess, correlate(moving, template.grey, compared, first_guess)
    for motion, level in ((cv2.MOTION_AFFINE, 2), (cv2.MOTION_HOMOGRAPHY, 1))[: 2 if bend else 1]:
        refined = _refine(moving, template.grey, compared, matrix, motion, level)
        if refined is not None and _is_plausible(refined, first_guess):
            better = correlate(moving, template.grey, compared, refined)
            if better > agreement:
                matrix, agreement = refined, better
    return Registration(matrix, *_agree(sketch.grey, template, matrix))


def build_template(sketches: list[Sketch], by_piece: bool) -> tuple[Template, list[Registration]]:
    """Registers the references to each other, in rounds: to the middle one, then to the median of all."""
    guesses = [guess_matrix(sketch, by_piece) for sketch in sketches]
    registrations = [Registration(guess, 0.0, 0.0) for guess in guesses]
    middle = int(np.argsort([sketch.piece.area_share for sketch in sketches])[len(sketches) // 2])
    for turn in range(ROUNDS):
        template = _summarise(sketches, registrations, only=middle if turn == 0 else None, by_piece=by_piece)
        last = turn == ROUNDS - 1
        starts = [registration.matrix for registration in registrations] if last else guesses
        registrations = [
            register(sketch, template, start, by_outline=by_piece, bend=last)
            for sketch, start in zip(sketches, starts, strict=True)
        ]
    return _summarise(sketches, registrations, only=None, by_piece=by_piece), registrations


def warp_to_canonical(image: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """An image in sketch coordinates, seen in the canonical frame."""
    size = (CANONICAL_SIDE_PX, CANONICAL_SIDE_PX)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def _summarise(
    sketches: list[Sketch], registrations: list[Registration], only: int | None, by_piece: bool
) -> Template:
    pairs = list(zip(sketches, registrations, strict=True))
    if by_piece:
        masks = [warp_to_canonical(sketch.mask * 255, pose.matrix) for sketch, pose in pairs]
        likelihood = np.mean(masks, axis=0) / 255  # (S, S)
    else:
        margin = round((1 - FRAME_FILL) / 2 * CANONICAL_SIDE_PX)
        likelihood = np.zeros((CANONICAL_SIDE_PX, CANONICAL_SIDE_PX))
        likelihood[margin:-margin, margin:-margin] = 1.0
    compared = (likelihood > PIECE_LEVEL).astype(np.uint8)
    if by_piece:
        compared = cv2.dilate(compared, np.ones((9, 9), np.uint8))  # the outline is what holds a plain piece
    if only is not None:
        pairs = [pairs[only]]
    greys = [
        warp_to_canonical(sketch.cut, pose.matrix) if by_piece
        else _standardise(warp_to_canonical(sketch.grey, pose.matrix), compared)
        for sketch, pose in pairs
    ]  # fmt: skip
    grey = np.clip(np.median(greys, axis=0) * 32 + 128, 0, 255).astype(np.uint8)
    return Template(grey, compared, (likelihood * 255).astype(np.uint8))


def _cut_out(grey: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The piece's own levels in its own spreads, on a table TABLE_LEVEL below them."""
    inside = grey[mask > 0]
    if not inside.size:
        return grey * 0
    levels = (grey - inside.mean()) / max(float(inside.std()), LEAST_SPREAD)
    opacity = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0)
    return opacity * np.clip(levels, -MOST_LEVEL, MOST_LEVEL) + (1 - opacity) * TABLE_LEVEL


def _standardise(grey: np.ndarray, compared: np.ndarray) -> np.ndarray:
    values = grey[compared > 0]
    if not values.size:
        return grey * 0
    return (grey - values.mean()) / max(float(values.std()), 1e-3)


def _agree(grey: np.ndarray, template: Template, matrix: np.ndarray) -> tuple[float, float]:
    """Agreement inside the piece, and the same where it is not worst."""
    where = template.inside > 0
    ours = warp_to_canonical(grey, matrix)[where].astype(np.float64)
    theirs = template.grey[where].astype(np.float64)
    if not ours.size:
        return 0.0, 0.0
    off = np.abs(_standard(ours) - _standard(theirs))
    kept = off <= np.quantile(off, 1 - LEFT_OUT)
    return _correlation(ours, theirs), _correlation(ours[kept], theirs[kept])


def _standard(values: np.ndarray) -> np.ndarray:
    """Levels from their median, in spreads that a few odd ones do not widen."""
    levels = values - np.median(values)
    return levels / max(float(np.median(np.abs(levels))), 1e-3)


def _correlation(ours: np.ndarray, theirs: np.ndarray) -> float:
    ours, theirs = ours - ours.mean(), theirs - theirs.mean()
    scale = np.sqrt((ours * ours).sum() * (theirs * theirs).sum())
    return float((ours * theirs).sum() / scale) if scale > 0 else 0.0


def correlate(moving: np.ndarray, fixed: np.ndarray, compared: np.ndarray, matrix: np.ndarray) -> float:
    """Correlation -1..1 of a picture, brought to the canonical frame, with another, where they are compared."""
    where = compared > 0
    ours = warp_to_canonical(moving, matrix)[where].astype(np.float64)
    theirs = fixed[where].astype(np.float64)
    return _correlation(ours, theirs)


def _refine(moving, fixed, compared, matrix, motion, level) -> np.ndarray | None:
    """One run of ECC from a matrix, on 1/level of the resolution; None where it does not converge."""
    shrink = np.diag([1 / level, 1 / level, 1.0])
    fixed = fixed.astype(np.float32)
    if level > 1:
        fixed, moving = (cv2.resize(image, None, fx=1 / level, fy=1 / level, interpolation=cv2.INTER_AREA)
                         for image in (fixed, moving))  # fmt: skip
        compared = cv2.resize(compared, fixed.shape[::-1], interpolation=cv2.INTER_NEAREST)
    rows = 3 if motion == cv2.MOTION_HOMOGRAPHY else 2
    start = (shrink @ matrix @ np.linalg.inv(shrink))[:rows].astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30 if level > 1 else 20, 1e-4)
    everywhere = np.full(moving.shape, 255, np.uint8)
    try:
        _, found = cv2.findTransformECCWithMask(fixed, moving, compared, everywhere, start, motion, criteria, 1)
    except cv2.error:
        return None
    whole = np.eye(3)
    whole[:rows] = found
    return np.linalg.inv(shrink) @ whole @ shrink


def _is_plausible(matrix: np.ndarray, first_guess: np.ndarray) -> bool:
    """Whether the change from the first guess is one that a hand-held camera makes."""
    side = CANONICAL_SIDE_PX
    corners = np.array([[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]) * side
    moved = cv2.perspectiveTransform(corners[None], np.linalg.inv(first_guess) @ matrix)[0]
    linear = np.stack([moved[1] - moved[0] + moved[2] - moved[3], moved[3] - moved[0] + moved[2] - moved[1]]) / side
    large, little = np.linalg.svd(linear, compute_uv=False)
    shift = np.abs(moved.mean(axis=0) - corners.mean(axis=0)).max() / side
    perspective = np.abs(moved[0] + moved[2] - moved[1] - moved[3]).max() / side
    return bool(
        large < MOST_STRETCH * little
        and SCALE_RANGE[0] < np.sqrt(large * little) < SCALE_RANGE[1]
        and shift < MOST_SHIFT
        and perspective < MOST_PERSPECTIVE
    )
