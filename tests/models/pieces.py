"""Pictures of a made-up piece, drawn for the tests: a glazed disc on a table, each a little different."""

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

STAIN_PLACE = (0.58, 0.44)  # of the photo, well inside the piece


def draw_piece(seed: int, *, side_px: int = 256, crack: bool = False, stain: float = 0.0) -> np.ndarray:
    """(side, side, 3) uint8: a disc with rings on a plain table, moved and lit a little by the seed.

    Args:
        stain: radius of a dark spot at STAIN_PLACE, as a share of the side.
    """
    rng, unit = np.random.default_rng(seed), side_px / 256
    picture = np.full((side_px, side_px, 3), (188, 176, 160), np.float32)
    centre = tuple(int(side_px / 2 + value) for value in rng.normal(0, side_px * 0.008, 2))
    radius = round(side_px * 0.36 * (1 + rng.normal(0, 0.01)))
    cv2.circle(picture, centre, radius, (70, 110, 120), -1, cv2.LINE_AA)
    for ring in range(1, 5):
        cv2.circle(picture, centre, radius * ring // 5, (95, 140, 150), round(2 * unit), cv2.LINE_AA)
    if crack:
        start = (centre[0] - radius // 2, centre[1] - radius // 3)
        cv2.line(picture, start, (centre[0] + radius // 2, centre[1] + radius // 4), (15, 15, 15), round(4 * unit))
    if stain:
        place = tuple(round(share * side_px) for share in STAIN_PLACE)
        cv2.circle(picture, place, round(stain * side_px), (35, 40, 40), -1, cv2.LINE_AA)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.8 * unit) * (1 + rng.normal(0, 0.02))
    return np.clip(picture + rng.normal(0, 2.0, picture.shape), 0, 255).astype(np.uint8)


def draw_texture(seed: int, *, side_px: int = 256) -> np.ndarray:
    """(side, side, 3) uint8: cloth that fills the frame, another part of it for each seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side_px, :side_px] + rng.uniform(0, 40, 2)[:, None, None]
    weave = 120 + 35 * np.sin(x * 0.9) * np.cos(y * 0.9)
    grain = cv2.GaussianBlur(rng.normal(0, 40, (side_px, side_px)), (0, 0), 1.5)
    return np.clip((weave + grain)[..., None] * (1.0, 0.95, 0.85), 0, 255).astype(np.uint8)


def encode(picture: np.ndarray, kind: str = "JPEG") -> bytes:
    """A picture (H, W, 3) uint8 as the bytes of a photo."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, kind, quality=92)
    return out.getvalue()


def encode_piece(seed: int, kind: str = "JPEG", **options) -> bytes:
    """The drawn piece as the bytes of a photo."""
    return encode(draw_piece(seed, **options), kind)


def write_pieces(directory: Path, seeds: range, **options) -> Path:
    """A directory with one photo for each seed."""
    directory.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (directory / f"{seed:03d}.jpg").write_bytes(encode_piece(seed, **options))
    return directory
