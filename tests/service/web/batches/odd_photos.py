"""Files as phones, scanners and mischief send them, made small. Every picture is red where it is judged by colour."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pillow_heif
from PIL import Image

RED, BLUE = (220, 30, 20), (20, 30, 220)
SIZE = (90, 60)  # width, height
ORIENTATION = 0x0112
TURNED_RIGHT = 6

pillow_heif.register_heif_opener()


def encode(picture: Image.Image, image_format: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, image_format, **options)
    return file.getvalue()


def plain(image_format: str = "JPEG", mode: str = "RGB", **options) -> bytes:
    return encode(Image.new("RGB", SIZE, RED).convert(mode), image_format, **options)


def noise(image_format: str) -> bytes:
    """A picture that no encoder makes small, so that half of it is truly half."""
    return encode(Image.fromarray(np.random.default_rng(5).integers(0, 255, (120, 160, 3), np.uint8)), image_format)


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def turned() -> bytes:
    """Lying pixels that EXIF sets upright: (60, 90) once turned."""
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    return plain(exif=exif)


def animated(image_format: str) -> bytes:
    """Red, then blue."""
    frames = [Image.new("RGB", SIZE, colour) for colour in (RED, BLUE)]
    return encode(frames[0], image_format, save_all=True, append_images=frames[1:], duration=100)


def sixteen_bit_grey() -> bytes:
    return encode(Image.fromarray(np.full(SIZE[::-1], 40_000, np.uint16)), "PNG")


def sixteen_bit_rgb() -> bytes:
    row = b"\0" + np.tile(np.array(RED, ">u2") * 257, (SIZE[0], 1)).tobytes()
    return png(*SIZE, 16, zlib.compress(row * SIZE[1]))


def hundred_megapixels(image_format: str) -> bytes:
    return encode(Image.new("L", (10_000, 10_000), 90), image_format)


def bomb() -> bytes:
    """Some hundred bytes that claim 3.6 gigapixels."""
    return png(60_000, 60_000, 8, zlib.compress(bytes(100_000)))


def png(width_px: int, height_px: int, depth: int, body: bytes) -> bytes:
    """An RGB PNG of whatever size it claims."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width_px, height_px, depth, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
