"""HEIC without its metadata: what a phone wrote beside the pixels, overwritten in place.

A HEIF file names its items in one table and says in another where in the file each lies. Taking bytes out would move
all that follows, so they are filled instead, with an EXIF that says nothing and an XMP that says nothing. Which way
is up stands among the properties of the picture and stays, as does its colour profile.

Source: ISO/IEC 14496-12:2022, 8.11 (meta, iinf, iloc) and ISO/IEC 23008-12:2022, annex A.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.errors import UnreadableImage

KEPT_BOXES = frozenset((b"ftyp", b"meta", b"mdat", b"free", b"skip"))
# How far the TIFF is from here, then a TIFF with an empty list of fields.
EMPTY_EXIF = b"\0\0\0\0" + b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
EMPTY_XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
IN_FILE, IN_IDAT = 0, 1


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int  # of its head
    body: int
    end: int


class _Reader:
    """Numbers out of a box, one after the other. Raises: UnreadableImage where it ends too early."""

    def __init__(self, data: bytes, place: int, end: int) -> None:
        self._data, self._end, self.place = data, end, place

    def take(self, count: int) -> bytes:
        if self.place + count > self._end:
            raise _damaged()
        self.place += count
        return self._data[self.place - count : self.place]

    def number(self, count: int) -> int:
        """Of so many bytes; 0 of none."""
        return int.from_bytes(self.take(count))


def blank_metadata(data: bytes) -> bytes:
    """A HEIC of the same length and pixels; the same bytes where it says nothing. Raises: UnreadableImage."""
    filled = bytearray(data)
    boxes = list(_boxes(data, 0, len(data)))
    meta = next((box for box in boxes if box.kind == b"meta"), None)
    if meta is None:
        raise _damaged()
    inner = {box.kind: box for box in _boxes(data, meta.body + 4, meta.end)}
    for box in (each for each in boxes if each.kind not in KEPT_BOXES):
        _free(filled, box)
    if b"uuid" in inner:
        _free(filled, inner[b"uuid"])
    if b"iinf" in inner and b"iloc" in inner:
        _blank_items(filled, data, inner)
    return bytes(filled)


def _blank_items(filled: bytearray, data: bytes, inner: dict[bytes, _Box]) -> None:
    nothing = dict(_metadata_items(data, inner[b"iinf"]))
    for item, extents in _places(data, inner):
        if item in nothing:
            _fill(filled, extents, nothing[item])


def _boxes(data: bytes, place: int, end: int) -> Iterator[_Box]:
    while place < end:
        head = _Reader(data, place, end)
        size, kind = head.number(4), head.take(4)
        if size == 1:
            size = head.number(8)
        size = size or end - place
        if size < head.place - place or place + size > end:
            raise _damaged()
        yield _Box(kind, place, head.place, place + size)
        place += size


def _free(filled: bytearray, box: _Box) -> None:
    filled[box.start + 4 : box.start + 8] = b"free"
    filled[box.body : box.end] = bytes(box.end - box.body)


def _metadata_items(data: bytes, table: _Box) -> Iterator[tuple[int, bytes]]:
    """(item, what it is filled with) of all that is no picture."""
    count_bytes = 2 if data[table.body] == 0 else 4
    for entry in _boxes(data, table.body + 4 + count_bytes, table.end):
        read = _Reader(data, entry.body, entry.end)
        version = read.number(4) >> 24
        if entry.kind != b"infe" or version < 2:
            raise _damaged()
        item = read.number(2 if version == 2 else 4)
        read.number(2)  # protection
        kind = read.take(4)
        if kind in (b"Exif", b"mime", b"uri "):
            yield item, {b"Exif": EMPTY_EXIF, b"mime": EMPTY_XMP}.get(kind, b"")


def _places(data: bytes, inner: dict[bytes, _Box]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """(item, its [start, end) in the file, one or several)."""
    table = inner[b"iloc"]
    read = _Reader(data, table.body, table.end)
    version = read.number(4) >> 24
    sizes = read.number(2)
    offset_bytes, length_bytes, base_bytes, index_bytes = (sizes >> shift & 0xF for shift in (12, 8, 4, 0))
    for _ in range(read.number(2 if version < 2 else 4)):
        item = read.number(2 if version < 2 else 4)
        method = read.number(2) & 0xF if version else IN_FILE
        read.number(2)  # in which file: this one
        base = read.number(base_bytes) + (inner[b"idat"].body if method == IN_IDAT and b"idat" in inner else 0)
        extents = []
        for _ in range(read.number(2)):
            read.number(index_bytes if version else 0)
            start = base + read.number(offset_bytes)
            extents.append((start, start + read.number(length_bytes)))
        yield item, extents if method in (IN_FILE, IN_IDAT) else []


def _fill(filled: bytearray, extents: list[tuple[int, int]], words: bytes) -> None:
    size = sum(end - start for start, end in extents)
    if size <= 0 or max(end for _, end in extents) > len(filled):
        raise _damaged()  # or in a place that is not told in bytes of this file
    padding = b" " if words == EMPTY_XMP else b"\0"
    words = words.ljust(size, padding) if size >= len(words) else bytes(size)
    for start, end in extents:
        filled[start:end], words = words[: end - start], words[end - start :]


def _damaged() -> UnreadableImage:
    return UnreadableImage("truncated", "The file is cut off or damaged.")
