"""Photo bytes to upright RGB: the one decoder of the project.

It tries JPEG, PNG, WebP and HEIC/HEIF and nothing else, whatever a file is called. The header alone decides
whether the pixels are decoded, so a decompression bomb costs nothing. What comes out is plain sRGB pixels:
orientation applied, colour profile converted, EXIF, GPS, thumbnails and every other metadata gone.

Limits, all checked before decoding:
    MAX_PIXELS             what is decoded in full (PNG, WebP, HEIF, progressive JPEG)
    MAX_SCALED_PIXELS      what a baseline JPEG may have: libjpeg shrinks it while it decodes
    MAX_SIDE_PX            the longer side
    MAX_SCANS              passes of a progressive JPEG, each of which costs a whole decode
Of an animated picture the first frame counts: phones save "live" and burst photos that way.
"""

import functools
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

from models.errors import UnreadableImage

PHOTO_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MAX_PIXELS = 50_000_000
MAX_SCALED_PIXELS = 150_000_000
MAX_SIDE_PX = 30_000
MAX_SCANS = 100
MIN_SIDE_PX = 16

_CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
_OTHER_FORMATS = (b"GIF8", b"BM", b"II*\0", b"MM\0*", b"%PDF", b"<svg", b"<?xml", b"8BPS", b"\0\0\1\0")
_EXIF_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

pillow_heif.register_heif_opener(thumbnails=False)
# Pillow's own bomb check warns below and fails above limits that know nothing of scaled decoding;
# _check_size below replaces it for every photo.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class ImageInfo:
    """What the header says; width and height are those of the upright picture."""

    format: str
    content_type: str
    width_px: int
    height_px: int


def read_bytes(photo: bytes | Path) -> bytes:
    """The photo's bytes, from a file if it is a path. Raises: UnreadableImage "missing_file"."""
    if isinstance(photo, bytes):
        return photo
    try:
        return Path(photo).read_bytes()
    except OSError as error:
        raise UnreadableImage("missing_file", f"The file cannot be opened: {error.strerror}.") from error


def read_info(data: bytes) -> ImageInfo:
    """Format and upright size from the header; no pixel is decoded.

    Raises: UnreadableImage, with the same codes as decode but "truncated", which only decoding can find.
    """
    image = _open(data)
    width_px, height_px = image.size
    if _find_orientation(image) >= 5:
        width_px, height_px = height_px, width_px
    kind = _format_of(image)
    return ImageInfo(kind, _CONTENT_TYPES[kind], width_px, height_px)


def decode(data: bytes, *, min_side_px: int | None = None) -> np.ndarray:
    """Upright sRGB pixels, (H, W, 3) uint8, contiguous.

    Args:
        min_side_px: a JPEG is decoded at 1/2, 1/4 or 1/8 as long as its shorter side keeps this many pixels.
    Raises: UnreadableImage: empty, not_an_image, unsupported_format, truncated, too_many_pixels.
    """
    image = _open(data)
    orientation = _find_orientation(image)
    _draft(image, min_side_px)
    profile = image.info.get("icc_profile")
    try:
        rgb = _to_rgb(image)
    except Exception as error:  # decoders raise a dozen types on damaged bytes
        raise UnreadableImage("truncated", "The file is cut off or damaged.") from error
    if profile:
        rgb = _to_srgb(rgb, profile)
    if orientation in _UPRIGHT:
        rgb = rgb.transpose(_UPRIGHT[orientation])
    return np.array(rgb)  # (H, W, 3), a writable copy that outlives the file


def _open(data: bytes) -> Image.Image:
    if not data:
        raise UnreadableImage("empty", "The file is empty.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an unreadable EXIF block warns, and matters to nobody here
        try:
            image = Image.open(io.BytesIO(data), formats=PHOTO_FORMATS)
        except Exception as error:
            raise _refusal(data) from error
    _check_size(image, data)
    return image


def _refusal(data: bytes) -> UnreadableImage:
    if data.lstrip()[:5].startswith(_OTHER_FORMATS) or data[4:12] in (b"ftypavif", b"ftypavis"):
        return UnreadableImage("unsupported_format", "Only JPEG, PNG, WebP and HEIC photos are read.")
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")) or data[8:12] == b"WEBP" or data[4:8] == b"ftyp":
        return UnreadableImage("truncated", "The file is cut off or damaged.")
    return UnreadableImage("not_an_image", "The file is not a photo.")


def _check_size(image: Image.Image, data: bytes) -> None:
    """Refuse from the header what would cost too much to decode, or is too small to be a photo."""
    width_px, height_px = image.size
    scalable = _format_of(image) == "JPEG" and not image.info.get("progressive")
    allowed = MAX_SCALED_PIXELS if scalable else MAX_PIXELS
    if width_px * height_px > allowed or max(width_px, height_px) > MAX_SIDE_PX:
        size = f"{width_px * height_px / 1e6:.0f} megapixels; at most {allowed / 1e6:.0f} are read"
        raise UnreadableImage("too_many_pixels", f"The picture has {size}.")
    if min(width_px, height_px) < MIN_SIDE_PX:
        raise UnreadableImage("not_an_image", f"A photo has at least {MIN_SIDE_PX} pixels a side.")
    # FF DA starts a scan and cannot occur inside entropy-coded data.
    if image.info.get("progressive") and data.count(b"\xff\xda") > MAX_SCANS:
        raise UnreadableImage("too_many_pixels", "The JPEG has more passes than any camera writes.")


def _format_of(image: Image.Image) -> str:
    """Pillow calls a JPEG with a second picture (depth, gain map) MPO; its first picture is the photo."""
    return "JPEG" if image.format == "MPO" else image.format


def _find_orientation(image: Image.Image) -> int:
    """EXIF orientation 1..8; 1 where there is none, or none that can be read. libheif turns HEIF itself."""
    if image.format == "HEIF":
        return 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return int(image.getexif().get(_EXIF_ORIENTATION, 1))
        except Exception:
            return 1


def _draft(image: Image.Image, min_side_px: int | None) -> None:
    """Tell libjpeg to decode at a half, a quarter or an eighth; does nothing for other formats."""
    width_px, height_px = image.size
    factor = 1
    while width_px * height_px > MAX_PIXELS * factor**2:
        factor *= 2
    if min_side_px is not None:
        factor = max(factor, min(width_px, height_px) // max(min_side_px, 1))
    image.draft(image.mode, (width_px // factor, height_px // factor))


def _to_rgb(image: Image.Image) -> Image.Image:
    """Decode, and bring any mode to 8-bit RGB; transparency shows white."""
    image.load()
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith(("I", "F")):
        grey = np.asarray(image).astype(np.float64)  # (H, W), 16-bit
        return Image.fromarray(np.clip(grey / 257.0, 0, 255).round().astype(np.uint8)).convert("RGB")
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        piece = image.convert("RGBA")
        white = Image.new("RGBA", piece.size, "white")
        return Image.alpha_composite(white, piece).convert("RGB")
    return image.convert("RGB")


def _to_srgb(rgb: Image.Image, profile: bytes) -> Image.Image:
    """Convert from the embedded profile (Display P3 on many phones); a broken profile is left aside."""
    transform = _find_transform(profile)
    return rgb if transform is None else ImageCms.applyTransform(rgb, transform)


@functools.lru_cache(maxsize=16)
def _find_transform(profile: bytes) -> ImageCms.ImageCmsTransform | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != "RGB":
            return None
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
