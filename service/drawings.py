"""Drawings and patterns of a tech pack: PDF, SVG and DXF, told apart by their bytes, read in a process of their own.

A drawing is kept as it was sent and only ever handed over as a download; what a page shows of it is a picture that
was made here.
"""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from catalog.batches import clean_file_name
from catalog.errors import RuleBroken
from catalog.tech_pack import Drawing, DrawingKind
from catalog.text import Text
from service import drawing_reader
from service.context import Parts
from service.drawing_reader.formats import BINARY_DXF
from service.leash import leashed
from service.pdf.type import FILES

log = logging.getLogger(__name__)

CONTENT_TYPES = {
    DrawingKind.PDF: "application/pdf",
    DrawingKind.SVG: "image/svg+xml",
    DrawingKind.DXF: "image/vnd.dxf",
}
ACCEPTED = ",".join(f".{kind}" for kind in DrawingKind)
READING_S = 40
PDF_SLACK = 1024
READER = Path(drawing_reader.__file__).parent


class DrawingRefused(RuleBroken):
    """A drawing that is not taken; `details` has its `name`."""


def receive_drawing(parts: Parts, name: str, data: bytes) -> Drawing:
    """Read a drawing and store it with the picture of its first page.

    Raises: DrawingRefused, StorageFull, StorageUnavailable.
    """
    name, most_mb = clean_file_name(name), parts.settings.max_photo_mb
    if len(data) > most_mb * 1_000_000:
        raise DrawingRefused("drawing_too_large", name=name, most=most_mb)
    kind = kind_of(data)
    if kind is None:
        raise DrawingRefused("drawing_not_taken", name=name)
    facts, preview = read_drawing(kind, data, name)
    with Image.open(io.BytesIO(preview)) as picture:
        size_px, kept = picture.size, io.BytesIO()
        picture.convert("RGB").save(kept, "WEBP", lossless=True, method=2)
    return Drawing(
        title=Text(),
        file_name=name if name.lower().endswith(f".{kind}") else f"{name}.{kind}",
        kind=kind,
        file_key=parts.images.put(data, CONTENT_TYPES[kind]),
        size_bytes=len(data),
        pages=facts["pages"],
        **{side: facts[side] and round(facts[side], 1) for side in ("width_mm", "height_mm")},
        preview_key=parts.images.put(kept.getvalue(), "image/webp"),
        preview_px=size_px,
    )


def kind_of(data: bytes) -> DrawingKind | None:
    """What the bytes say they are, whatever the file is called."""
    if b"%PDF-" in data[:PDF_SLACK]:
        return DrawingKind.PDF
    if data.startswith(BINARY_DXF):
        return DrawingKind.DXF
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<") and b"<svg" in data[:65536].lower():
        return DrawingKind.SVG
    lines = start.split(b"\n", 40)
    if any(line.strip() == b"SECTION" for line in lines[:40]) and b"\0" not in start:
        return DrawingKind.DXF
    return None


def read_drawing(kind: DrawingKind, data: bytes, name: str = "") -> tuple[dict, bytes]:
    """({"pages", "width_mm", "height_mm"}, the first page as PNG), read by service.drawing_reader in its own process.

    Raises: DrawingRefused.
    """
    with tempfile.TemporaryDirectory(prefix="kriya-drawing-") as folder:
        source, target = Path(folder, "drawing"), Path(folder, "preview")
        source.write_bytes(data)
        facts = _run_reader(kind, source, target)
        if "refused" in facts:
            raise DrawingRefused(facts["refused"], name=name)
        return facts, target.read_bytes()


def _run_reader(kind: DrawingKind, source: Path, target: Path) -> dict:
    """What the reader prints: facts, or why the drawing is `refused`."""
    command = [sys.executable, "-I", READER, kind, source, target, *FILES.values()]
    # Libraries that keep caches keep them where they go away again.
    home = str(source.parent)
    quiet = {"HOME": home, "XDG_CACHE_HOME": home, "OPENBLAS_NUM_THREADS": "1", "PATH": os.environ["PATH"]}
    try:
        done = subprocess.run(
            leashed(command, signal.SIGKILL), env=quiet, capture_output=True, timeout=READING_S, check=False
        )
    except subprocess.TimeoutExpired:
        return {"refused": "drawing_too_long"}
    if done.returncode < 0:  # ended by one of its limits
        return {"refused": "drawing_too_long"}
    try:
        return json.loads(done.stdout)
    except ValueError:
        log.warning("a %s could not be read: %s", kind, done.stderr.decode(errors="replace")[-500:])
        return {"refused": "drawing_damaged"}
