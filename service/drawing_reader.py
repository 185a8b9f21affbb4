"""Read a drawing of somebody else's in a process of its own: what it is, whether it is safe, how it looks.

    python drawing_reader.py KIND DRAWING PREVIEW [FONT ...]

Prints one JSON object: `pages`, `width_mm` and `height_mm` (null where the file does not say), or `refused` with a
code of service.messages. Writes the first page to PREVIEW as PNG, its longer side PREVIEW_PX.

A script and not a function: a file made to hang or to fill the memory ends this process and nothing else. Time,
memory and what it writes are bounded; it imports nothing of the service, so that it starts quickly.
"""

import contextlib
import io
import json
import re
import resource
import sys
import tempfile

MAX_CPU_S = 20
MAX_MEMORY = 3 * 1024**3  # of addresses: the libraries reserve more than they use
MAX_WRITTEN = 64 * 1024**2
PREVIEW_PX = 2400
MAX_PAGES = 40
MAX_PDF_OBJECTS = 100_000
MAX_SVG_ELEMENTS = 200_000
MAX_DXF_ENTITIES = 100_000
# A binary DXF says so; a text one begins with its first section, after comments.
BINARY_DXF = b"AutoCAD Binary DXF\r\n"
POINT_MM = 25.4 / 72
PIXEL_MM = 25.4 / 96

# What does something when a PDF is opened, or carries another file.
PDF_ACTS = {
    *("/JS", "/JavaScript", "/Launch", "/AA", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"),
    *("/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/Rendition", "/XFA"),
}
SVG_ACTS = {"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener"}
XHTML = "{http://www.w3.org/1999/xhtml}"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
# What may stand in a file as data: pictures made of pixels, and fonts.
PIXELS = r"data:image/(png|jpe?g|gif|webp)[;,]"
FONT = r"data:(font/|application/(x-)?font)"
MM_OF_UNIT = {1: 25.4, 2: 304.8, 4: 1.0, 5: 10.0, 6: 1000.0}  # $INSUNITS of a DXF
MM_OF_LENGTH = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": POINT_MM, "pc": 12 * POINT_MM, "px": PIXEL_MM, "": PIXEL_MM}


class Refused(Exception):
    """A drawing that is not taken; the code says why."""


def read(kind, data, fonts):
    """({"pages", "width_mm", "height_mm"}, PNG bytes). Raises: Refused."""
    return {"pdf": read_pdf, "svg": read_svg, "dxf": read_dxf}[kind](data, fonts)


def read_pdf(data, _fonts):
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Refused("drawing_has_password")
        pages = len(reader.pages)
        if not 1 <= pages <= MAX_PAGES:
            raise Refused("drawing_too_long")
        _check_pdf(reader)
        _copy_pages(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("drawing_damaged") from error
    return _render_pdf(data, pages)


def _check_pdf(reader):
    """Look at every object, in use or not."""
    numbers = {(number, generation) for generation, offsets in reader.xref.items() for number in offsets}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_PDF_OBJECTS:
        raise Refused("drawing_too_long")
    from pypdf.generic import IndirectObject

    if any(_acts(IndirectObject(number, generation, reader).get_object()) for number, generation in numbers):
        raise Refused("drawing_acts")
    opening = reader.root_object.get("/OpenAction")
    opening = opening.get_object() if opening is not None else None
    goes_elsewhere = isinstance(opening, dict) and (opening.get("/S") != "/GoTo" or "/Next" in opening)
    if goes_elsewhere or _acts(reader.trailer):
        raise Refused("drawing_acts")


def _copy_pages(reader):
    """As the tech pack's document will: a drawing that cannot stand in it is refused now."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.write(io.BytesIO())


def _acts(item):
    """Whether a PDF object, or what stands in it, does something by itself or lies in another file."""
    from pypdf.generic import StreamObject

    if isinstance(item, StreamObject) and "/F" in item:
        return True
    if isinstance(item, dict):
        return any(key in PDF_ACTS or _acts(value) for key, value in _raw_items(item))
    if isinstance(item, (list, tuple)):
        return any(_acts(value) for value in item)
    return isinstance(item, str) and item in PDF_ACTS


def _raw_items(item):
    """Without following references: each object is looked at once, by its own number."""
    from pypdf.generic import IndirectObject

    for key in item:
        value = item.raw_get(key) if hasattr(item, "raw_get") else item[key]
        yield key, None if isinstance(value, IndirectObject) else value


def _render_pdf(data, pages):
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            page = document[0]
            width_pt, height_pt = page.get_size()
            if not (0 < width_pt < 15_000 and 0 < height_pt < 15_000):
                raise Refused("drawing_has_no_size")
            picture = page.render(scale=PREVIEW_PX / max(width_pt, height_pt)).to_pil()
    except pypdfium2.PdfiumError as error:
        raise Refused("drawing_damaged") from error
    target = io.BytesIO()
    picture.convert("RGB").save(target, "PNG", compress_level=1)
    return {"pages": pages, "width_mm": width_pt * POINT_MM, "height_mm": height_pt * POINT_MM}, target.getvalue()


def read_svg(data, fonts):
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data)
    except DefusedXmlException as error:
        raise Refused("drawing_acts") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Refused("drawing_damaged") from error
    _check_svg(root)
    if re.search(rb"<\?xml-stylesheet", data, re.IGNORECASE):
        raise Refused("drawing_reaches_out")
    # Sizes without a unit, or in percent, say nothing of millimetres.
    width_mm, height_mm = (_length_mm(root.get(side, "")) for side in ("width", "height"))
    return {"pages": 1, "width_mm": width_mm, "height_mm": height_mm}, _render_svg(data, fonts, _sides(root))


def _check_svg(root):
    for count, element in enumerate(root.iter(), start=1):
        if count > MAX_SVG_ELEMENTS:
            raise Refused("drawing_too_long")
        tag = element.tag if isinstance(element.tag, str) else ""
        name = _local(tag)
        if name in SVG_ACTS or tag.startswith(XHTML) or (name == "style" and _reaches_out("".join(element.itertext()))):
            raise Refused("drawing_acts")
        for attribute, value in element.attrib.items():
            _check_attribute(name, attribute, value)


def _check_attribute(element, attribute, value):
    """Browsers leave out line breaks and the like in an address: so does this."""
    plain, attribute = re.sub(r"[\x00-\x20]", "", value).lower(), BASE if attribute == BASE else _local(attribute)
    sets = _local(plain) if attribute == "attributename" else attribute
    is_handler = sets.startswith("on") or (sets == "href" and attribute != sets)
    if is_handler or attribute == BASE or re.search("(java|vb)script:", plain) or _reaches_out(value):
        raise Refused("drawing_acts")
    if attribute not in ("href", "src") or plain.startswith("#"):
        return
    if element != "a":
        if not re.match(PIXELS, plain):
            raise Refused("drawing_reaches_out")
    elif re.match(r"[a-z][a-z0-9+.-]*:", plain) and not plain.startswith(("http:", "https:", "mailto:")):
        raise Refused("drawing_acts")  # a link to a page is harmless, one to a program is not


def _local(name):
    return re.split(r"[}:]", name)[-1].lower()


def _reaches_out(style):
    """Whether a style sheet or an attribute asks for something that does not stand in the file."""
    style = re.sub(r"/\*.*?(\*/|$)", " ", style, flags=re.DOTALL)
    style = re.sub(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", _unescaped, style).lower()
    targets = re.findall(r"url\(\s*['\"]?\s*([^)'\"]*)", style)
    is_inside = all(target.startswith("#") or re.match(f"{PIXELS}|{FONT}", target) for target in targets)
    return not is_inside or re.search(r"@import|\b(image-set|image|src|cross-fade)\s*\(\s*['\"]", style) is not None


def _unescaped(escape):
    """The letter that an escape of a style sheet stands for."""
    number = int(escape[1], 16) if escape[1] else 0
    return escape[2] or (chr(number) if number < 0x110000 else "")


def _sides(root):
    """(width, height) of an SVG in units of their own, as its parser will take them: 1 where it does not say."""
    box = re.findall(r"[-+.0-9eE]+", root.get("viewBox", ""))[2:4] or ("", "")
    found = []
    for side, otherwise in zip(("width", "height"), box, strict=False):
        said = re.fullmatch(r"\s*([.0-9]{1,20})\s*(mm|cm|in|pt|pc|px|)\s*", root.get(side, ""))
        try:
            found.append(float(said[1]) * MM_OF_LENGTH[said[2]] if said else float(otherwise) * PIXEL_MM)
        except ValueError:
            found.append(1.0)
    return found if len(found) == 2 else (1.0, 1.0)


def _length_mm(said):
    found = re.fullmatch(r"\s*(\d{1,6}(?:\.\d+)?)\s*(mm|cm|in|pt|pc)\s*", said)
    return float(found[1]) * MM_OF_LENGTH[found[2]] if found and float(found[1]) else None


def _render_svg(data, fonts, sides):
    import resvg_py

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("drawing_damaged") from error
    # Never at its own size: a drawing may say that it is a kilometre wide.
    longer = {"width" if sides[0] >= sides[1] else "height": PREVIEW_PX}
    options = {"background": "#ffffff", "dpi": 96, "font_files": list(fonts), "skip_system_fonts": not fonts}
    families = dict.fromkeys(("font_family", "sans_serif_family"), "Source Sans Pro") if fonts else {}
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=text, **longer, **options, **families))
    except ValueError as error:
        raise Refused("drawing_has_no_size" if "size" in str(error) else "drawing_damaged") from error


def read_dxf(data, fonts):
    from ezdxf import bbox
    from ezdxf.lldxf.const import DXFError

    try:
        document = _open_dxf(data)
    except (DXFError, OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Refused("drawing_damaged") from error
    space = document.modelspace()
    if document.query("IMAGE PDFUNDERLAY").first or any(block.block.is_xref for block in document.blocks):
        raise Refused("drawing_reaches_out")
    if not 0 < len(space) <= MAX_DXF_ENTITIES:
        raise Refused("drawing_too_long" if len(space) else "drawing_is_empty")
    if _entities_drawn(document, space, {}) > MAX_DXF_ENTITIES:
        raise Refused("drawing_too_long")
    box = bbox.extents(space, fast=True)
    if not box.has_data or not max(box.size.x, box.size.y):
        raise Refused("drawing_is_empty")
    scale = MM_OF_UNIT.get(document.header.get("$INSUNITS", 0))
    size = {side: extent * scale if scale else None for side, extent in (("width", box.size.x), ("height", box.size.y))}
    facts = {"pages": 1, "width_mm": size["width"], "height_mm": size["height"]}
    return facts, _render_svg(_dxf_to_svg(document).encode(), fonts, (box.size.x, box.size.y))


def _entities_drawn(document, layout, known):
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


def _open_dxf(data):
    """A text one is read however it was written; a binary one as it should be, from a file of its own."""
    import ezdxf
    from ezdxf import recover

    if not data.startswith(BINARY_DXF):
        return recover.read(io.BytesIO(data))[0]
    with tempfile.NamedTemporaryFile(suffix=".dxf") as file:
        file.write(data)
        file.flush()
        return ezdxf.readfile(file.name)


def _dxf_to_svg(document):
    from ezdxf.addons.drawing import Frontend, RenderContext, layout, svg
    from ezdxf.addons.drawing.config import BackgroundPolicy, ColorPolicy, Configuration

    backend = svg.SVGBackend()
    # Black on white, whatever the colours: those of a drawing are meant for a black screen.
    looks = Configuration(color_policy=ColorPolicy.BLACK, background_policy=BackgroundPolicy.WHITE)
    Frontend(RenderContext(document), backend, config=looks).draw_layout(document.modelspace())
    return backend.get_string(layout.Page(0, 0, layout.Units.mm, layout.Margins.all(8)))


def bound():
    """From here on this process may take so much and no more."""
    for limit, most in (
        (resource.RLIMIT_CPU, MAX_CPU_S),
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_FSIZE, MAX_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # where the system knows no such limit
            resource.setrlimit(limit, (most, most))


def main():
    kind, source, target, *fonts = sys.argv[1:]
    bound()
    with open(source, "rb") as file:
        data = file.read()
    try:
        facts, preview = read(kind, data, fonts)
        with open(target, "wb") as file:
            file.write(preview)
    except Refused as refusal:
        facts = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        facts = {"refused": "drawing_too_long"}
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    main()
