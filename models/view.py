"""The standard's view: which part of a photo is judged, and how it is brought there.

Three kinds, chosen from the references alone:
    registered piece     the piece is found and the references agree once registered: compared spot by spot
    registered frame     nothing to find, but the frames agree once registered (a fixed station, a printed cloth)
    loose                the photos do not agree spot by spot (a texture, or a part at any angle): compared as a
                         collection of patches, in the piece's own box or in the whole frame
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from models.alignment import (
    CANONICAL_SIDE_PX,
    FRAME_FILL,
    PIECE_LEVEL,
    Registration,
    Sketch,
    Template,
    build_template,
    centred_matrix,
    guess_matrix,
    register,
    sketch_photo,
    warp_to_canonical,
)
from models.embedding import CELL_PX
from models.piece import Piece

VIEW_AREA_PX = 384 * 384
LOOSE_AREA_PX = 256 * 256  # larger was worse on every texture tried
MULTIPLE_PX = 32
MARGIN = 0.06
FOUND_SHARE, MOST_AREA_SPREAD = 0.8, 0.35
LEAST_AGREEMENT = 0.65
LEAST_FRAME_AGREEMENT = 0.90  # two textures under one lamp agree by its falling off alone
DOUBTFUL_SHARE, MUCH_BETTER = 0.75, 1.3  # of the typical agreement; when another way of registering is tried
LOOSE_PIECE_LEVEL = 0.3
JUDGED_LEVEL = 0.6
RIM_CELLS = 2
OPACITY_BLUR_PX, OPACITY_FROM = 1.5, 0.25
MASK_BLUR_PX = 1.0


@dataclass(frozen=True)
class View:
    """The box (x0, y0, x1, y1) is in canonical pixels; template arrays are (S, S) uint8."""

    by_piece: bool
    is_registered: bool
    height_px: int
    width_px: int
    box: tuple[float, float, float, float]
    typical_agreement: float
    template: Template

    @cached_property
    def judged(self) -> np.ndarray:
        """Cells (height/8, width/8) bool that belong to the piece; all of them in a loose view."""
        size = (self.width_px // CELL_PX, self.height_px // CELL_PX)
        if not (self.by_piece and self.is_registered):
            return np.ones(size[::-1], bool)
        return self._piece_at(size) > JUDGED_LEVEL

    @cached_property
    def inner(self) -> np.ndarray:
        """The judged cells without RIM_CELLS at the outline, (height/8, width/8) bool."""
        padded = np.pad(self.judged.astype(np.uint8), 1)
        return cv2.distanceTransform(padded, cv2.DIST_C, 3)[1:-1, 1:-1] > RIM_CELLS

    @cached_property
    def opacity(self) -> np.ndarray | None:
        """How much of each pixel is piece and not table, (height, width, 1) float32 0..1; None if all is judged."""
        if not (self.by_piece and self.is_registered):
            return None
        return _sharpen(cv2.GaussianBlur(self.likelihood, (0, 0), OPACITY_BLUR_PX))

    @property
    def likelihood(self) -> np.ndarray:
        """Where the references' piece is, (height, width) float32 0..1."""
        return self._piece_at((self.width_px, self.height_px))

    def _piece_at(self, size: tuple[int, int]) -> np.ndarray:
        """The piece's likelihood on a grid of a size (width, height) that shows the box, float32 0..1."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        levels = cv2.warpPerspective(self.template.piece, box_matrix(self.box, size), size, flags=flags)
        return levels.astype(np.float32) / 255


@dataclass(frozen=True)
class Framed:
    """A photo in the view: pixels (H, W, 3) uint8, matrix from view to photo pixels, agreement with the template
    where it is not worst (models.alignment).

    outside_share: of the view that lies outside the photo. piece: as it was found on the whole photo.
    opacity: how much of each pixel is piece and not table, (H, W, 1) float32 0..1; None in a view without a piece.
    """

    rgb: np.ndarray
    matrix: np.ndarray
    agreement: float
    outside_share: float
    piece: Piece
    opacity: np.ndarray | None

    @property
    def border_share(self) -> float:
        """Of the photo's border that is piece."""
        return self.piece.border_share


def choose_view(sketches: list[Sketch], *, is_cut_out: bool = False) -> View:
    """The view of a set of references; where they were cut out of their photos, all that is left is the piece."""
    areas = np.array([sketch.piece.area_share for sketch in sketches])
    found = np.mean([sketch.piece.is_found for sketch in sketches])
    by_piece = bool(not is_cut_out and found >= FOUND_SHARE and areas.std() < MOST_AREA_SPREAD * areas.mean())
    template, registrations = build_template(sketches, by_piece)
    typical = float(np.median([registration.agreement for registration in registrations]))
    is_registered = typical >= (LEAST_AGREEMENT if by_piece else LEAST_FRAME_AGREEMENT)
    box = _find_box(sketches, template, by_piece, is_registered)
    aspect = (box[3] - box[1]) / (box[2] - box[0])
    if not by_piece:  # the canonical square holds the whole frame, whatever its proportions
        aspect *= float(np.median([sketch.grey.shape[0] / sketch.grey.shape[1] for sketch in sketches]))
    width = np.sqrt((VIEW_AREA_PX if is_registered else LOOSE_AREA_PX) / aspect)
    height_px, width_px = (
        max(MULTIPLE_PX, MULTIPLE_PX * round(float(side) / MULTIPLE_PX)) for side in (width * aspect, width)
    )
    return View(by_piece, is_registered, height_px, width_px, box, typical, template)


def frame_photo(rgb: np.ndarray, view: View, sketch: Sketch | None = None) -> Framed:
    """Brings a photo (H, W, 3) uint8 into the view."""
    sketch = sketch_photo(rgb) if sketch is None else sketch
    pose = _find_pose(sketch, view)
    to_photo = np.diag([1 / sketch.scale, 1 / sketch.scale, 1.0])
    matrix = to_photo @ pose.matrix @ box_matrix(view.box, (view.width_px, view.height_px))
    size = (view.width_px, view.height_px)
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2] / matrix[2, 2]))))  # photo px for one view px
    source, near = rgb, matrix
    if shrink > 1.3:  # averaged first, or fine grain would alias
        source = cv2.resize(rgb, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
        near = np.diag([1 / shrink, 1 / shrink, 1.0]) @ matrix
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpPerspective(source, near, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    outside, opacity = _outside_share(matrix, view, rgb.shape), _find_opacity(sketch, view, matrix)
    return Framed(seen, matrix, pose.agreement_elsewhere, outside, sketch.piece, opacity)


def box_matrix(box: tuple[float, float, float, float], size: tuple[int, int]) -> np.ndarray:
    """From pixels of a picture of a size (width, height) that shows the box to canonical pixels."""
    x0, y0, x1, y1 = box
    return np.array([[(x1 - x0) / size[0], 0, x0], [0, (y1 - y0) / size[1], y0], [0, 0, 1.0]])


def _find_opacity(sketch: Sketch, view: View, matrix: np.ndarray) -> np.ndarray | None:
    """Where the piece is: what the references say, which is steadier, or the photo's own outline in a loose view."""
    if not view.by_piece or view.is_registered or not sketch.piece.is_found:
        return view.opacity
    mask = cv2.GaussianBlur(sketch.mask.astype(np.float32), (0, 0), MASK_BLUR_PX)
    to_mask = np.diag([sketch.scale, sketch.scale, 1.0]) @ matrix
    size = (view.width_px, view.height_px)
    own = cv2.warpPerspective(mask, to_mask, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return _sharpen(own)


def _find_pose(sketch: Sketch, view: View) -> Registration:
    guess = guess_matrix(sketch, view.by_piece)
    if not view.is_registered:
        return Registration(guess, 1.0, 1.0)
    pose = register(sketch, view.template, guess, by_outline=view.by_piece)
    if view.by_piece and pose.agreement < DOUBTFUL_SHARE * view.typical_agreement:
        # A table of the piece's own colour hides the outline: go by what is inside, from where a piece usually lies.
        other = register(sketch, view.template, _usual_matrix(sketch), by_outline=False)
        if other.agreement > MUCH_BETTER * pose.agreement:
            return other
    return pose


def _usual_matrix(sketch: Sketch) -> np.ndarray:
    """Canonical to sketch where the piece lies in the middle and fills as much of the photo as pieces usually do."""
    height, width = sketch.grey.shape
    scale = max(height, width) / CANONICAL_SIDE_PX
    return centred_matrix((width / 2, height / 2), scale, scale)


def _find_box(
    sketches: list[Sketch], template: Template, by_piece: bool, is_registered: bool
) -> tuple[float, float, float, float]:
    margin = (1 - FRAME_FILL) / 2 * CANONICAL_SIDE_PX
    if not by_piece:
        return (margin, margin, CANONICAL_SIDE_PX - margin, CANONICAL_SIDE_PX - margin)
    likelihood, level = template.piece, PIECE_LEVEL
    if not is_registered:
        masks = [warp_to_canonical(sketch.mask * 255, guess_matrix(sketch, True)) for sketch in sketches]
        likelihood, level = np.mean(masks, axis=0), LOOSE_PIECE_LEVEL
    rows, columns = np.nonzero(likelihood > level * 255)
    x0, y0, x1, y1 = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    border = MARGIN * max(x1 - x0, y1 - y0)
    return (float(x0 - border), float(y0 - border), float(x1 + border), float(y1 + border))


def _sharpen(soft: np.ndarray) -> np.ndarray:
    return np.clip((soft - OPACITY_FROM) / (1 - 2 * OPACITY_FROM), 0, 1)[..., None]


def _outside_share(matrix: np.ndarray, view: View, shape: tuple[int, ...]) -> float:
    """Share of the judged cells that lie outside the photo."""
    rows, columns = np.nonzero(view.judged)
    cells = np.stack([columns, rows], axis=-1)[None] * float(CELL_PX) + CELL_PX / 2
    x, y = cv2.perspectiveTransform(cells, matrix)[0].T
    return float(np.mean((x < 0) | (y < 0) | (x > shape[1]) | (y > shape[0])))
