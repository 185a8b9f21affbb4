"""DXF: drawn as SVG, and then as that is."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence

import ezdxf
from ezdxf import bbox, recover
from ezdxf.addons.drawing import Frontend, RenderContext, svg
from ezdxf.addons.drawing.config import BackgroundPolicy, ColorPolicy, Configuration
from ezdxf.addons.drawing.layout import Margins, Page, Units
from ezdxf.document import Drawing
from ezdxf.layouts import BaseLayout
from ezdxf.lldxf.const import DXFError

from . import BINARY_DXF, Refused
from .svg import render_svg

MAX_ENTITIES = 100_000
MM_OF_UNIT = {1: 25.4, 2: 304.8, 4: 1.0, 5: 10.0, 6: 1000.0}  # $INSUNITS


def read(data: bytes, fonts: Sequence[str]) -> tuple[dict, bytes]:
    try:
        document = _open(data)
    except (DXFError, OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Refused("drawing_damaged") from error
    _check(document)
    width, height = _extent(document.modelspace())
    scale = MM_OF_UNIT.get(document.header.get("$INSUNITS", 0))
    facts = {"pages": 1, "width_mm": scale and width * scale, "height_mm": scale and height * scale}
    return facts, render_svg(_to_svg(document).encode(), fonts, (width, height))


def _check(document: Drawing) -> None:
    """It draws something, not too much, and nothing of another file."""
    space = document.modelspace()
    if document.query("IMAGE PDFUNDERLAY").first or any(block.block.is_xref for block in document.blocks):
        raise Refused("drawing_reaches_out")
    if not 0 < len(space) <= MAX_ENTITIES:
        raise Refused("drawing_too_long" if len(space) else "drawing_is_empty")
    if _entities_drawn(document, space, {}) > MAX_ENTITIES:
        raise Refused("drawing_too_long")


def _extent(layout: BaseLayout) -> tuple[float, float]:
    """(width, height) of what is drawn, in the units of the drawing. Raises: Refused."""
    box = bbox.extents(layout, fast=True)
    if not box.has_data or not max(box.size.x, box.size.y):
        raise Refused("drawing_is_empty")
    return box.size.x, box.size.y


def _entities_drawn(document: Drawing, layout: BaseLayout, known: dict[str, int]) -> int:
    """How many entities a layout draws, those of its blocks each time that they are put in. `known`: by block."""
    count = 0
    for entity in layout:
        times, name = 1, entity.dxf.get("name", "") if entity.dxftype() == "INSERT" else ""
        if name in document.blocks:
            if name not in known:
                known[name] = 0  # one that holds itself ends here
                known[name] = _entities_drawn(document, document.blocks[name], known)
            times = max(1, entity.mcount) * known[name]
        count += times
    return count


def _open(data: bytes) -> Drawing:
    """A text one is read however it was written; a binary one as it should be, from a file of its own."""
    if not data.startswith(BINARY_DXF):
        return recover.read(io.BytesIO(data))[0]
    with tempfile.NamedTemporaryFile(suffix=".dxf") as file:
        file.write(data)
        file.flush()
        return ezdxf.readfile(file.name)


def _to_svg(document: Drawing) -> str:
    backend = svg.SVGBackend()
    # Black on white, whatever the colours: those of a drawing are meant for a black screen.
    looks = Configuration(color_policy=ColorPolicy.BLACK, background_policy=BackgroundPolicy.WHITE)
    Frontend(RenderContext(document), backend, config=looks).draw_layout(document.modelspace())
    return backend.get_string(Page(0, 0, Units.mm, Margins.all(8)))
