"""Pictures as they may leave the service: without place, camera and whatever else was written beside their pixels.

Nothing is encoded anew: segments are cut out of a JPEG, chunks out of PNG and WebP, and in HEIC overwritten where they
lie. What a picture needs to look right stays (colour profile, orientation), and so do its artist and copyright in
EXIF. What lies behind the end of the picture goes too: phones hang films and second pictures there.

Pictures of designs, process steps and messages come in this way. Those stored before go out this way.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
import zlib
from collections.abc import Iterator

from PIL import Image

from models import image
from models.errors import UnreadableImage
from service.heif_metadata import blank_metadata
from service.inspection import check_photo
from service.storage import ImageNotFound, ImageStore

log = logging.getLogger(__name__)

ORIENTATION, ARTIST, COPYRIGHT = 0x0112, 0x013B, 0x8298
MAX_CREDIT = 500
EXIF_START = b"Exif\0\0"

# ITU-T T.81, annex B. The bytes after FF that begin nothing: stuffing, restarts and what has no length.
JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
SCAN, END, COMMENT = 0xDA, 0xD9, 0xFE
APPLICATIONS = range(0xE0, 0xF0)
KEPT_APPLICATIONS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")

# PNG, third edition: chunks that change how the pixels look. Those with a capital first letter every reader needs.
PNG_START = b"\x89PNG\r\n\x1a\n"
KEPT_CHUNKS = frozenset(b"tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT".split())

# RFC 9649: the chunks of a WebP that are picture, and the flags that say which others there are.
KEPT_RIFF = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
HAS_EXIF, HAS_XMP = 0x08, 0x04


def take_picture(data: bytes, max_photo_mb: int) -> tuple[bytes, image.ImageInfo]:
    """A picture that somebody sent, as it may be kept, with its format and size.

    Raises: PhotoTooLarge, models.errors.UnreadableImage.
    """
    info = check_photo(data, max_photo_mb)
    return cut_metadata(data), info


def get_picture(images: ImageStore, key: str) -> bytes:
    """A stored picture as it may leave.

    Raises: StorageUnavailable; ImageNotFound, for one whose metadata cannot be told from its pixels as well.
    """
    try:
        return cut_metadata(images.get(key))
    except UnreadableImage as error:
        log.warning("picture %s is kept back: %s", key, error)
        raise ImageNotFound(key) from error


def cut_metadata(data: bytes) -> bytes:
    """A picture with the same pixels; the same bytes where there is nothing to cut. Raises: UnreadableImage."""
    if data[4:8] == b"ftyp":
        return blank_metadata(data)
    exif = _kept_exif(data)
    if data.startswith(JPEG_START):
        return b"".join(_jpeg(data, exif))
    if data.startswith(PNG_START):
        return b"".join(_png(data, exif))
    return _webp(data, exif)


def _kept_exif(data: bytes) -> bytes:
    """As TIFF: which way is up, wherever the picture says it, whose it is; empty for one that says neither."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an unreadable block warns
        try:
            said = dict(Image.open(io.BytesIO(data), formats=image.PHOTO_FORMATS).getexif())
        except Exception as error:  # readers raise a dozen types on damaged bytes
            raise UnreadableImage("truncated", "The file is cut off or damaged.") from error
    kept = Image.Exif()
    if said.get(ORIENTATION) in range(2, 9):
        kept[ORIENTATION] = said[ORIENTATION]
    for tag in (ARTIST, COPYRIGHT):
        if isinstance(words := said.get(tag), str) and words.strip("\0 "):
            kept[tag] = words[:MAX_CREDIT].encode("latin-1", "replace")  # which is how they were read
    return kept.tobytes().removeprefix(EXIF_START) if kept else b""


def _jpeg(data: bytes, exif: bytes) -> Iterator[bytes]:
    yield JPEG_START
    place = len(JPEG_START)
    while found := _MARKER.search(data, place):
        kind, start = data[found.end() - 1], found.start()
        if exif and kind != 0xE0:
            body = EXIF_START + exif
            yield b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body
            exif = b""
        if kind == END:
            yield JPEG_END
            return
        place = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
        if kind == SCAN:
            following = _MARKER.search(data, place)
            place = following.start() if following else len(data)
        if _is_kept_segment(kind, data[found.end() + 2 : found.end() + 14]):
            yield data[start:place]


def _is_kept_segment(kind: int, head: bytes) -> bool:
    if kind in APPLICATIONS:
        return kind in KEPT_APPLICATIONS and head.startswith(KEPT_APPLICATIONS[kind])
    return kind != COMMENT


def _png(data: bytes, exif: bytes) -> Iterator[bytes]:
    yield PNG_START
    place = len(PNG_START)
    while place < len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4])
        kind = data[place + 4 : place + 8]
        if kind[:1].isupper() or kind in KEPT_CHUNKS:
            yield data[place:end]
        if kind == b"IHDR" and exif:
            body = b"eXIf" + exif
            yield len(exif).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
        if kind == b"IEND":
            return
        place = end


def _webp(data: bytes, exif: bytes) -> bytes:
    kept, place, end = [], 12, 8 + int.from_bytes(data[4:8], "little")
    while place < min(end, len(data)):
        kind, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        body = data[place + 8 : place + 8 + size]
        if kind == b"VP8X":
            flags = body[0] & ~(HAS_EXIF | HAS_XMP) | (HAS_EXIF if exif else 0)
            body = bytes([flags]) + body[1:]
        if kind in KEPT_RIFF:
            kept.append(_riff(kind, body))
        place += 8 + size + size % 2
    if exif:
        kept.append(_riff(b"EXIF", exif))
    return _riff(b"RIFF", b"WEBP" + b"".join(kept))


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
