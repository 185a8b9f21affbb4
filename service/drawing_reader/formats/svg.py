"""SVG: nothing in it acts, and nothing lies outside the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, ParseError

import resvg_py
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from . import POINT_MM, PREVIEW_PX, Refused

MAX_ELEMENTS = 200_000
PIXEL_MM = 25.4 / 96
ACTS = {"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener"}
XHTML = "{http://www.w3.org/1999/xhtml}"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
# What may stand in a file as data: pictures made of pixels, and fonts.
PIXELS = r"data:image/(png|jpe?g|gif|webp)[;,]"
FONT = r"data:(font/|application/(x-)?font)"
MM_OF_LENGTH = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": POINT_MM, "pc": 12 * POINT_MM, "px": PIXEL_MM, "": PIXEL_MM}


def read(data: bytes, fonts: Sequence[str]) -> tuple[dict, bytes]:
    try:
        root = fromstring(data)
    except DefusedXmlException as error:
        raise Refused("drawing_acts") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Refused("drawing_damaged") from error
    _check(root)
    if re.search(rb"<\?xml-stylesheet", data, re.IGNORECASE):
        raise Refused("drawing_reaches_out")
    # Sizes without a unit, or in percent, say nothing of millimetres.
    width_mm, height_mm = (_length_mm(root.get(side, "")) for side in ("width", "height"))
    return {"pages": 1, "width_mm": width_mm, "height_mm": height_mm}, render_svg(data, fonts, _sides(root))


def _check(root: Element) -> None:
    for count, element in enumerate(root.iter(), start=1):
        if count > MAX_ELEMENTS:
            raise Refused("drawing_too_long")
        tag = element.tag if isinstance(element.tag, str) else ""
        name = _local(tag)
        if name in ACTS or tag.startswith(XHTML) or (name == "style" and _reaches_out("".join(element.itertext()))):
            raise Refused("drawing_acts")
        for attribute, value in element.attrib.items():
            _check_attribute(name, attribute, value)


def _check_attribute(element: str, attribute: str, value: str) -> None:
    """Browsers leave out line breaks and the like in an address: so does this."""
    name, plain = _local(attribute), re.sub(r"[\x00-\x20]", "", value).lower()
    is_script = _handles_events(name, plain) or re.search("(java|vb)script:", plain)
    if is_script or attribute == BASE or _reaches_out(value):
        raise Refused("drawing_acts")
    if name in ("href", "src") and not plain.startswith("#"):
        _check_address(element, plain)


def _handles_events(name: str, plain: str) -> bool:
    """Whether an attribute is called when something happens, or animates one that is, or where a link leads."""
    if name == "attributename":
        name = _local(plain)
        return name.startswith("on") or name == "href"
    return name.startswith("on")


def _check_address(element: str, address: str) -> None:
    """A picture has to stand in the file; a link to a page is harmless, one to a program is not."""
    if element != "a":
        if not re.match(PIXELS, address):
            raise Refused("drawing_reaches_out")
    elif re.match(r"[a-z][a-z0-9+.-]*:", address) and not address.startswith(("http:", "https:", "mailto:")):
        raise Refused("drawing_acts")


def _local(name: str) -> str:
    return re.split(r"[}:]", name)[-1].lower()


def _reaches_out(style: str) -> bool:
    """Whether a style sheet or an attribute asks for something that does not stand in the file."""
    style = re.sub(r"/\*.*?(\*/|$)", " ", style, flags=re.DOTALL)
    style = re.sub(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", _unescaped, style).lower()
    targets = re.findall(r"url\(\s*['\"]?\s*([^)'\"]*)", style)
    is_inside = all(target.startswith("#") or re.match(f"{PIXELS}|{FONT}", target) for target in targets)
    return not is_inside or re.search(r"@import|\b(image-set|image|src|cross-fade)\s*\(\s*['\"]", style) is not None


def _unescaped(escape: re.Match) -> str:
    """The letter that an escape of a style sheet stands for."""
    number = int(escape[1], 16) if escape[1] else 0
    return escape[2] or (chr(number) if number < 0x110000 else "")


def _sides(root: Element) -> Sequence[float]:
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


def _length_mm(said: str) -> float | None:
    found = re.fullmatch(r"\s*(\d{1,6}(?:\.\d+)?)\s*(mm|cm|in|pt|pc)\s*", said)
    return float(found[1]) * MM_OF_LENGTH[found[2]] if found and float(found[1]) else None


def render_svg(data: bytes, fonts: Sequence[str], sides: Sequence[float]) -> bytes:
    """An SVG that was found safe, as PNG. `sides`: its (width, height), whose ratio counts alone. Raises: Refused."""
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
