"""What a camera's place does to an outline: moved, turned, scaled, stretched, seen in perspective.

Eight numbers, as shares of the piece's size, of a displacement field that is linear in them:

    dx = m0 + m2 x + m3 y + x (m6 x + m7 y)      x, y from the outline's middle, in sizes
    dy = m1 + m4 x + m5 y + y (m6 x + m7 y)
"""

from dataclasses import dataclass

import numpy as np

from models.outline import Edges, Outline, Rim, find_edges, find_normals, sample_profiles

RIDGE = 1e-3  # a circle does not tell its own rotation
ROUNDS = 6
MOST_TURNS, STILL = 3, 0.01  # the outline is followed until it moves by less than this share of the size


@dataclass(frozen=True, eq=False)
class Followed:
    """A photo's edges once the outline has followed the piece: what is left (N,), and the way there (8,)."""

    rest: np.ndarray
    motion: np.ndarray
    outline: Outline
    edges: Edges


def follow(
    soft: np.ndarray, gain: np.ndarray, outline: Outline, rim: Rim, usual: np.ndarray, judged: np.ndarray
) -> Followed:
    """Lay an outline on the piece in a softened view (H, W, 3) uint8.

    Registration looks at what is inside the piece, so the outline may still lie beside its edge by a little.

    Args:
        usual: the displacement (N,) that the references have.  judged: which points to go by, (N,) bool.
    """
    at, motion = outline, np.zeros(8)
    for turn in range(MOST_TURNS):
        edges = find_edges(sample_profiles(soft, at, gain), at, rim)
        step = fit_motion(outline, np.where(judged, edges.displacement - usual, np.nan))
        motion = motion + step
        field = motion_field(outline, step)
        if turn == MOST_TURNS - 1 or np.abs(field).max() < STILL * outline.size_px:
            break
        at = Outline(at.points + field, find_normals(at.points + field), at.size_px)
    rest = edges.displacement - usual
    return Followed(np.where(judged, rest - motion_along_normals(outline) @ step, np.nan), motion, at, edges)


def fit_motion(outline: Outline, displacement: np.ndarray) -> np.ndarray:
    """The motion (8,) behind displacements (N,) in view px, in which NaN counts for nothing, a chip for little."""
    basis = motion_along_normals(outline)
    known = np.isfinite(displacement)
    values, weights, motion = np.nan_to_num(displacement), known.astype(float), np.zeros(8)
    if known.sum() < len(values) // 8:
        return motion
    ridge = RIDGE * len(basis) / 8 * outline.size_px**2 * np.eye(8)
    for _ in range(ROUNDS):
        normal = basis.T @ (basis * weights[:, None]) + ridge
        motion = np.linalg.solve(normal, basis.T @ (weights * values))
        rest = values - basis @ motion
        spread = 1.4826 * np.median(np.abs(rest[known])) + 1e-6
        weights = known / (1 + (rest / (2 * spread)) ** 2)
    return motion


def motion_field(outline: Outline, motion: np.ndarray) -> np.ndarray:
    """How a motion displaces each point of an outline, (N, 2) in view px."""
    x, y = ((outline.points - outline.points.mean(axis=0)) / outline.size_px).T
    tilt = motion[6] * x + motion[7] * y
    field = np.stack([motion[0] + motion[2] * x + motion[3] * y + x * tilt,
                      motion[1] + motion[4] * x + motion[5] * y + y * tilt], axis=1)  # fmt: skip
    return field * outline.size_px


def find_stretch(matrix: np.ndarray, motion: np.ndarray, outline: Outline) -> np.ndarray:
    """How the piece on the photo is stretched against the outline, (2,) logarithms: along x, and along the diagonal.

    Half the logarithm of length over width, as a vector of twice its direction. No turn, shift or scale of the
    photo changes it; a camera that looks from another height does.

    Args:
        matrix: (3, 3), from view pixels to photo pixels.  motion: of the outline in the view.
    """
    middle, size = outline.points.mean(axis=0), outline.size_px
    from_sizes = np.array([[size, 0, middle[0]], [0, size, middle[1]], [0, 0, 1.0]])
    moved = np.array([
        [1 + motion[2], motion[3], motion[0]], [motion[4], 1 + motion[5], motion[1]], [-motion[6], -motion[7], 1.0],
    ])  # fmt: skip
    whole = matrix @ from_sizes @ moved
    whole = whole / whole[2, 2]
    linear = whole[:2, :2] - np.outer(whole[:2, 2], whole[2, :2])  # the derivative at the middle
    squares, directions = np.linalg.eigh(linear.T @ linear)
    logarithm = 0.5 * directions @ np.diag(np.log(squares)) @ directions.T
    return np.array([(logarithm[0, 0] - logarithm[1, 1]) / 2, logarithm[0, 1]])


def motion_along_normals(outline: Outline) -> np.ndarray:
    """How far each of the eight numbers moves each point outward, (N, 8) in view px."""
    x, y = ((outline.points - outline.points.mean(axis=0)) / outline.size_px).T
    normal_x, normal_y = outline.normals.T
    out = x * normal_x + y * normal_y
    return outline.size_px * np.stack([
        normal_x, normal_y, x * normal_x, y * normal_x, x * normal_y, y * normal_y, x * out, y * out,
    ], axis=1)  # fmt: skip
