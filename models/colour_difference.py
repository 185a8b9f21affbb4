"""sRGB to CIELAB, and the CIEDE2000 difference between two colours.

Written out here because the service installs neither scikit-image nor colour-science, and two formulas
do not justify them. Every function broadcasts over any number of leading axes.
"""

import numpy as np

# IEC 61966-2-1: linear sRGB to CIE 1931 XYZ, 2 degree observer, relative to D65.
_RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
# The XYZ of this matrix's own white, so that equal red, green and blue are neutral to the last digit.
_D65_WHITE = _RGB_TO_XYZ.sum(axis=1)

_LAB_DELTA = 6 / 29
_25_POW_7 = 25.0**7


def linearise_srgb(rgb: np.ndarray) -> np.ndarray:
    """Undo the sRGB transfer curve.

    Args:
        rgb: sRGB on the scale 0..255, integers or floats, (...).
    Returns:
        Light in [0, 1], proportional to luminance, float64, (...).
    Source: IEC 61966-2-1:1999.
    """
    rgb = np.asarray(rgb)
    if rgb.dtype == np.uint8:  # a photo has 256 levels: look them up instead of raising each pixel to 2.4
        return _LINEAR_OF_LEVEL[rgb]
    encoded = rgb.astype(np.float64) / 255.0
    return np.where(encoded <= 0.04045, encoded / 12.92, ((np.maximum(encoded, 0.0) + 0.055) / 1.055) ** 2.4)


_LINEAR_OF_LEVEL = linearise_srgb(np.arange(256, dtype=np.float64))


def linear_rgb_to_lab(linear: np.ndarray) -> np.ndarray:
    """CIELAB under D65 of linear sRGB.

    Args:
        linear: (..., 3), 1.0 is the white of the photo; values above 1 are allowed.
    Returns:
        L* in [0, 100], a*, b*, float64, (..., 3).
    Source: CIE 15:2004.
    """
    xyz = np.asarray(linear, dtype=np.float64) @ (_RGB_TO_XYZ / _D65_WHITE[:, None]).T  # (..., 3)
    f = np.where(xyz > _LAB_DELTA**3, np.cbrt(xyz), xyz / (3 * _LAB_DELTA**2) + 4 / 29)
    lightness = 116 * f[..., 1] - 16
    return np.stack([lightness, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def srgb_to_lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB under D65 of sRGB pixels.

    Args:
        rgb: sRGB on the scale 0..255, integers or floats, (..., 3).
    Returns:
        L* in [0, 100], a*, b*, float64, (..., 3).
    Source: IEC 61966-2-1:1999 and CIE 15:2004.
    """
    return linear_rgb_to_lab(linearise_srgb(rgb))


def delta_e_2000(lab_1: np.ndarray, lab_2: np.ndarray) -> np.ndarray:
    """CIEDE2000 colour difference, with kL = kC = kH = 1.

    Args:
        lab_1, lab_2: CIELAB under D65, (..., 3), broadcast against each other; L* in [0, 100].
    Returns:
        Non-negative differences, unitless, float64, (...). About 1 is just seen, side by side.
    Source: Sharma, Wu & Dalal (2005), doi:10.1002/col.20070.
    """
    lightness, chromatic = delta_e_2000_parts(lab_1, lab_2)
    return np.hypot(lightness, chromatic)


def delta_e_2000_parts(lab_1: np.ndarray, lab_2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two sides of CIEDE2000 apart: of lightness (signed, plus where colour 2 is lighter), and of chroma and hue.

    Args:
        lab_1, lab_2: as for delta_e_2000.
    Returns:
        Two arrays (...), float64; their hypotenuse is the difference.
    Source: Sharma, Wu & Dalal (2005), doi:10.1002/col.20070; its symbols and equation numbers below.
    """
    lightness_1, a_1, b_1 = np.moveaxis(np.asarray(lab_1, dtype=np.float64), -1, 0)
    lightness_2, a_2, b_2 = np.moveaxis(np.asarray(lab_2, dtype=np.float64), -1, 0)
    stretch = 1 + _chroma_weight((np.hypot(a_1, b_1) + np.hypot(a_2, b_2)) / 2)  # eq. 4, 5
    chroma_1, hue_1 = _polar(stretch * a_1, b_1)
    chroma_2, hue_2 = _polar(stretch * a_2, b_2)

    delta_chroma = chroma_2 - chroma_1  # eq. 9
    delta_hue = _hue_difference(chroma_1, hue_1, chroma_2, hue_2)  # eq. 10
    delta_big_hue = 2 * np.sqrt(chroma_1 * chroma_2) * np.sin(np.radians(delta_hue) / 2)  # eq. 11
    mean_lightness = (lightness_1 + lightness_2) / 2
    mean_chroma = (chroma_1 + chroma_2) / 2
    mean_hue = _mean_hue(chroma_1, hue_1, chroma_2, hue_2)

    offset = (mean_lightness - 50) ** 2
    lightness_term = (lightness_2 - lightness_1) / (1 + 0.015 * offset / np.sqrt(20 + offset))  # eq. 8, 18
    chroma_term = delta_chroma / (1 + 0.045 * mean_chroma)  # eq. 19
    hue_term = delta_big_hue / (1 + 0.015 * mean_chroma * _hue_weight(mean_hue))  # eq. 20
    rotation = _rotation(mean_chroma, mean_hue)
    squared = chroma_term**2 + hue_term**2 + rotation * chroma_term * hue_term  # of eq. 22
    return lightness_term, np.sqrt(np.maximum(squared, 0.0))  # rounding can leave -1e-17 for equal colours


def _chroma_weight(chroma: np.ndarray) -> np.ndarray:
    """G of eq. 4: stretches a* where colours are nearly grey."""
    power = chroma**7
    return 0.5 * (1 - np.sqrt(power / (power + _25_POW_7)))


def _polar(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chroma, and hue in degrees [0, 360), 0 for a grey: eq. 6 and 7."""
    return np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def _hue_difference(
    chroma_1: np.ndarray, hue_1: np.ndarray, chroma_2: np.ndarray, hue_2: np.ndarray
) -> np.ndarray:
    """The shorter way round from hue 1 to hue 2, in degrees; 0 where one is grey: eq. 10."""
    difference = hue_2 - hue_1
    difference = np.where(difference > 180, difference - 360, difference)
    difference = np.where(difference < -180, difference + 360, difference)
    return np.where(chroma_1 * chroma_2 == 0, 0.0, difference)


def _mean_hue(chroma_1: np.ndarray, hue_1: np.ndarray, chroma_2: np.ndarray, hue_2: np.ndarray) -> np.ndarray:
    """The hue half-way, in degrees; the coloured one's hue where the other is grey: eq. 14."""
    total = hue_1 + hue_2
    far_apart = np.abs(hue_1 - hue_2) > 180
    mean = np.where(far_apart, np.where(total < 360, total + 360, total - 360), total) / 2
    return np.where(chroma_1 * chroma_2 == 0, total, mean)


def _hue_weight(hue: np.ndarray) -> np.ndarray:
    """T of eq. 15; hue in degrees."""
    return (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )


def _rotation(chroma: np.ndarray, hue: np.ndarray) -> np.ndarray:
    """R_T of eq. 21: blue's ellipses lean; hue in degrees."""
    power = chroma**7
    strength = 2 * np.sqrt(power / (power + _25_POW_7))  # eq. 17
    angle = 30 * np.exp(-(((hue - 275) / 25) ** 2))  # eq. 16
    return -np.sin(np.radians(2 * angle)) * strength
