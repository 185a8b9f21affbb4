"""The same photos under other light, on another table, in another pose, blurred and compressed.

Each shift is a pure function: the same photo, mask and seed give the same result. Sizes are shares of the
photo, so a photo of 8 Mpx shifts as far as one of 0.4 Mpx. Masks move along with the piece.
"""

from collections.abc import Callable

import cv2
import numpy as np

from models.colour_difference import linearise_srgb
from training.table import encode_srgb, find_piece, lay_on_table

Shifted = tuple[np.ndarray, np.ndarray | None]  # rgb (H, W, 3) uint8, mask bool (H, W) or None
Shift = Callable[[np.ndarray, np.ndarray | None, int], Shifted]

# What is left of a lamp's colour after a phone's automatic white balance has done its part.
_CAST_LEFT = 0.4

_XYZ_TO_RGB = np.array(  # IEC 61966-2-1
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.9692660, 1.8760108, 0.0415560],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)


def warm_light(rgb: np.ndarray, mask: np.ndarray | None, seed: int) -> Shifted:
    """A lamp of 2700 to 3400 K, 40 % of its cast left by the camera, up to 0.25 stop brighter or darker."""
    return _relight(rgb, np.random.default_rng(seed), (2700, 3400)), mask


def cool_light(rgb: np.ndarray, mask: np.ndarray | None, seed: int) -> Shifted:
    """Open shade of 9000 to 13000 K, 40 % of its cast left, up to 0.25 stop brighter or darker."""
    return _relight(rgb, np.random.default_rng(seed), (9000, 13000)), mask


def dark_corner(rgb: np.ndarray, mask: np.ndarray | None, seed: int) -> Shifted:
    """Light that falls off across the photo, to 45 to 65 % at the far end, from any side."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi)
    height_px, width_px = rgb.shape[:2]
    y, x = np.mgrid[-1 : 1 : height_px * 1j, -1 : 1 : width_px * 1j]
    along = (np.cos(angle) * x + np.sin(angle) * y) / (abs(np.cos(angle)) + abs(np.sin(angle)))  # -1..1
    light = 1 - (1 - rng.uniform(0.45, 0.65)) * (along + 1) / 2  # (H, W)
    return _to_photo(linearise_srgb(rgb) * light[..., None]), mask


def other_table(rgb: np.ndarray, mask: np.ndarray | None, seed: int) -> Shifted:
    """The piece on plaster, wood or cloth of another colour; a tint of all where no piece stands out."""
    rng = np.random.default_rng(seed)
    opacity = find_piece(rgb)
    if opacity is None:
        return _to_photo(linearise_srgb(rgb) * rng.uniform(0.88, 1.08, 3)), mask
    return lay_on_table(rgb, opacity, rng), mask


def warm_light_on_other_table(rgb: np.ndarray, mask: np.ndarray | None, seed: int) -> Shifted:
    """Another table first, then a warm lamp on all of it."""
    return warm_light(*other_table(rgb, mask, seed), seed)


def moved(rgb: np.ndarray, mask: np.ndarray | None, seed: int) -> Shifted:
    """Turned by up to 6 degrees, moved by up to 2.5 %, 0.93 to 1.04 times as large; mirrored at the edge."""
    rng = np.random.default_rng(seed)
    height_px, width_px = rgb.shape[:2]
    centre = ((width_px - 1) / 2, (height_px - 1) / 2)
    matrix = cv2.getRotationMatrix2D(centre, rng.uniform(-6, 6), rng.uniform(0.93, 1.04))
    matrix[:, 2] += rng.uniform(-0.025, 0.025, 2) * (width_px, height_px)
    size, border = (width_px, height_px), cv2.BORDER_REFLECT_101
    turned = cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_CUBIC, borderMode=border)
    if mask is None:
        return turned, None
    levels = mask.astype(np.uint8)
    return turned, cv2.warpAffine(levels, matrix, size, flags=cv2.INTER_NEAREST, borderMode=border) > 0


def jpeg_60(rgb: np.ndarray, mask: np.ndarray | None, seed: int) -> Shifted:
    """Sent through a messenger: JPEG of quality 60."""
    _, encoded = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 60])
    return np.ascontiguousarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1]), mask


def slight_blur(rgb: np.ndarray, mask: np.ndarray | None, seed: int) -> Shifted:
    """Slightly out of focus: Gaussian, sigma 1/1000 to 1/600 of the longer side, 0.7 pixels at least."""
    sigma_px = max(rgb.shape[:2]) * np.random.default_rng(seed).uniform(1 / 1000, 1 / 600)
    return cv2.GaussianBlur(rgb, (0, 0), max(0.7, sigma_px)), mask


SHIFTS: dict[str, Shift] = {
    shift.__name__: shift
    for shift in (
        warm_light,
        cool_light,
        dark_corner,
        other_table,
        warm_light_on_other_table,
        moved,
        jpeg_60,
        slight_blur,
    )
}


def _relight(rgb: np.ndarray, rng: np.random.Generator, kelvin: tuple[float, float]) -> np.ndarray:
    cast = (blackbody_rgb(rng.uniform(*kelvin)) / blackbody_rgb(6500)) ** _CAST_LEFT
    cast /= cast @ [0.2126, 0.7152, 0.0722]  # as bright as before
    return _to_photo(linearise_srgb(rgb) * cast * 2 ** rng.uniform(-0.25, 0.25))


def _to_photo(linear: np.ndarray) -> np.ndarray:
    """sRGB pixels, exposed so that the light pixels are not burnt out any more than a phone would."""
    brightest = np.percentile(linear[:: max(1, len(linear) // 256)], 99.5)
    return encode_srgb(linear / max(1.0, brightest)).round().astype(np.uint8)


def blackbody_rgb(kelvin: float) -> np.ndarray:
    """Linear sRGB, luminance 1, of a black body between 1667 and 25000 K, (3,).

    Source: Kim et al. (2002), US patent 7024034: cubic splines of the Planckian locus.
    """
    t = 1000 / kelvin
    if kelvin <= 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
    else:
        x = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
    if kelvin <= 2222:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif kelvin <= 4000:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    xyz = np.array([x / y, 1.0, (1 - x - y) / y])
    return np.maximum(_XYZ_TO_RGB @ xyz, 0.02)
