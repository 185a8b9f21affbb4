"""Pictures of a plain piece whose outline is known exactly: a pear on a table, whole, chipped, bumped or squeezed."""

import cv2
import numpy as np

SIDE_PX = 384
MIDDLE = np.array([192.0, 192.0])
RADIUS = 128.0
TABLE, PIECE = (196, 188, 176), (92, 66, 120)


def pear(angles: np.ndarray) -> np.ndarray:
    """Radius in px at angles in radians: no symmetry but one, so that a turn can be seen."""
    return RADIUS * (1 + 0.10 * np.cos(angles) + 0.05 * np.cos(2 * angles))


def draw_silhouette(
    seed: int = 0, *, bump: float = 0.0, at: float = 0.6, wide: float = 0.10, oval: float = 0.0,
    turn: float = 0.0, shift: tuple[float, float] = (0.0, 0.0), scale: float = 1.0,
    table: tuple[int, int, int] = TABLE, mark: bool = False, shadow: float = 0.0,
) -> np.ndarray:  # fmt: skip
    """(SIDE, SIDE, 3) uint8.

    Args:
        bump: height in px of what sticks out at an angle `at` (rad), `wide` rad wide; negative for a chip.
        oval: by how much it is longer than wide, as a share.  turn: rad.  shift: px.
        shadow: how dark it is to the lower right, 0..1.  mark: a dark speck on the table and a ruler's edge.
    """
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 1440, endpoint=False)
    radius = pear(angles) + bump * np.exp(-0.5 * ((angles - at) / wide) ** 2)
    for wave in range(3, 6):  # made by hand
        radius += rng.normal(0, 0.3) * np.cos(wave * angles + rng.uniform(0, 7))
    points = np.stack([radius * np.cos(angles) * (1 + oval / 2), radius * np.sin(angles) * (1 - oval / 2)], axis=1)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = scale * points @ rotation.T + MIDDLE + shift
    picture = np.full((SIDE_PX, SIDE_PX, 3), table, np.float32)
    if shadow:
        falls = np.zeros((SIDE_PX, SIDE_PX), np.float32)
        cv2.fillPoly(falls, [np.round(points + 14).astype(np.int32)], 1.0)
        picture *= 1 - shadow * cv2.GaussianBlur(falls, (0, 0), 8.0)[..., None]
    if mark:
        cv2.circle(picture, (40, 60), 5, (30, 30, 30), -1, cv2.LINE_AA)
        cv2.rectangle(picture, (372, 0), (383, 383), (210, 190, 60), -1)
    piece = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    cv2.fillPoly(piece, [np.round(points * 256).astype(np.int32)], 1.0, cv2.LINE_8, 8)
    opacity = cv2.GaussianBlur(piece, (0, 0), 1.0)[..., None]
    picture = opacity * np.array(PIECE, np.float32) + (1 - opacity) * picture
    return np.clip(picture + rng.normal(0, 2.0, picture.shape), 0, 255).astype(np.uint8)


def likelihood() -> np.ndarray:
    """Where the piece is, (SIDE, SIDE) float32 0..1, as roughly as the view knows it."""
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    points = (pear(angles) * 1.02)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1) + MIDDLE
    mask = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 1.0)
    return cv2.GaussianBlur(mask, (0, 0), 4.0)
