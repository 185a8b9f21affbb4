"""Drawings of strangers: told apart by their bytes, read apart, and refused in words."""

from __future__ import annotations

import io
import sys

import ezdxf
import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from catalog.tech_pack import DrawingKind
from service.drawing_reader.formats import PREVIEW_PX, Refused, dxf, pdf, svg
from service.drawings import DrawingRefused, kind_of, read_drawing, receive_drawing
from tests.tech_packs import SVG, dxf_bytes, pdf_bytes

DXF_TEXT = b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n  0\r\nENDSEC\r\n  0\r\nEOF\r\n"


def pdf_with(change) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf_bytes()))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def add_odd_link(writer: PdfWriter) -> None:
    """What is seen is well, but it could not be copied into another document."""
    link = {NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): NumberObject(5)}
    writer.pages[0][NameObject("/Annots")] = ArrayObject([DictionaryObject(link)])


def open_with_script(writer: PdfWriter) -> None:
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pdf_bytes(), "pdf"),
        (SVG, "svg"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a bowl -->" + SVG, "svg"),
        (dxf_bytes(), "dxf"),
        (DXF_TEXT, "dxf"),
        (b"<html></html>", None),
        (b"PK\3\4", None),
        (b"", None),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_a_drawing_is_what_its_bytes_say(data, kind):
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    ("data", "size_mm"),
    [(pdf_bytes(pages=2), (200.0, 100.0)), (SVG, (200.0, 100.0)), (dxf_bytes(), (140.0, 140.0))],
    ids=["pdf", "svg", "dxf"],
)
def test_a_drawing_is_stored_as_it_is_with_its_size_and_how_it_looks(parts, images, data, size_mm):
    drawing = receive_drawing(parts, "../Mangkuk profil", data)
    assert images.get(drawing.file_key) == data
    assert (drawing.width_mm, drawing.height_mm) == size_mm
    assert drawing.pages == (2 if drawing.kind == DrawingKind.PDF else 1)
    assert drawing.file_name.endswith(f".{drawing.kind}")
    assert "/" not in drawing.file_name
    with Image.open(io.BytesIO(images.get(drawing.preview_key))) as look:
        assert look.size == drawing.preview_px
        assert max(look.size) == PREVIEW_PX
        assert look.convert("L").getextrema()[0] < 60  # something is drawn
        assert look.convert("L").getextrema()[1] == 255


ENTITIES = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'


def with_more(element: bytes) -> bytes:
    return SVG.replace(b"<circle", element + b"<circle")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SVG.replace(b"<circle", b"<script>alert(1)</script><circle"), "drawing_acts"),
        (SVG.replace(b"<circle", b"<circle onclick='alert(1)'"), "drawing_acts"),
        (SVG.replace(b"<circle", b"<style>@import 'http://evil.example/a.css';</style><circle"), "drawing_acts"),
        (SVG.replace(b"<circle", b"<image href='file:///etc/passwd'/><circle"), "drawing_reaches_out"),
        (SVG.replace(b"<circle", b"<image href='http://evil.example/a.png'/><circle"), "drawing_reaches_out"),
        (SVG.replace(b'fill="none"', b'fill="url(http://evil.example/a)"'), "drawing_acts"),
        (with_more(b"<a href='java&#10;script:alert(1)'/>"), "drawing_acts"),
        (with_more(b"<a href='data:text/html,hello'/>"), "drawing_acts"),
        (with_more(b"<animate attributeName='xlink:href' values='#a'/>"), "drawing_acts"),
        (with_more(b"<set attributeName='onclick' to='alert(1)'/>"), "drawing_acts"),
        (with_more(b"<p xmlns='http://www.w3.org/1999/xhtml'/>"), "drawing_acts"),
        (with_more(b"<g xml:base='http://evil.example/'/>"), "drawing_acts"),
        (with_more(rb"<style>g{fill:\75 rl(http://evil.example/a)}</style>"), "drawing_acts"),
        (with_more(b"<style>g{fill:image-set('http://evil.example/a' 1x)}</style>"), "drawing_acts"),
        (with_more(b"<image href='data:image/svg+xml,&lt;svg/&gt;'/>"), "drawing_reaches_out"),
        (b"<?xml-stylesheet href='http://evil.example/a.css'?>" + SVG, "drawing_reaches_out"),
        (ENTITIES, "drawing_acts"),
        (SVG[:-8], "drawing_damaged"),
        (SVG.decode().encode("utf-16"), "drawing_damaged"),
    ],
    ids=[
        *("script", "handler", "import", "file", "picture", "paint", "broken scheme", "page as data", "later link"),
        *("later handler", "web page", "base", "escaped", "set of pictures", "svg as data", "style sheet"),
        *("entities", "cut short", "not UTF-8"),
    ],
)
def test_an_svg_that_acts_or_reaches_out_is_refused(data, code):
    with pytest.raises(Refused, match=code):
        svg.read(data, [])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pdf_with(open_with_script), "drawing_acts"),
        (pdf_with(lambda writer: writer.add_attachment("a.exe", b"MZ")), "drawing_acts"),
        (pdf_with(lambda writer: writer.encrypt("secret", algorithm="RC4-128")), "drawing_has_password"),
        (pdf_bytes(pages=pdf.MAX_PAGES + 1), "drawing_too_long"),
        (pdf_bytes()[:300], "drawing_damaged"),
        (pdf_with(add_odd_link), "drawing_damaged"),
    ],
    ids=["script", "attachment", "password", "pages", "cut short", "odd link"],
)
def test_a_pdf_that_acts_or_is_locked_is_refused(data, code):
    with pytest.raises(Refused, match=code):
        pdf.read(data, [])


def plain_pdf(script: str, generation: int = 0, more: str = "/OpenAction 4 %d R") -> bytes:
    """A PDF written by hand, its fourth object of a generation of its own."""
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R{more % generation if '%' in more else more}>>",
        2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
        4: script,
    }
    data, table = "%PDF-1.7\n", "0 1\n0000000000 65535 f \n"
    for number, body in objects.items():
        of = generation if number == 4 else 0
        table += f"{number} 1\n{len(data):010} {of:05} n \n"
        data += f"{number} {of} obj\n{body}\nendobj\n"
    return f"{data}xref\n{table}trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF\n".encode()


@pytest.mark.parametrize(
    "data",
    [
        plain_pdf("<</S/JavaScript/JS(app.alert(1))>>", generation=1),
        plain_pdf("<</S/J#61vaScript/J#53(app.alert(1))>>"),
        plain_pdf("<</S/JavaScript/JS(app.alert(1))>>", more=""),
        plain_pdf("<</S/URI/URI(http://evil.example)>>"),
        plain_pdf("<</S/GoToR/F(other.pdf)/D[0/Fit]>>"),
        plain_pdf("<</Length 0/F(http://evil.example/a)>>\nstream\n\nendstream", more=""),
    ],
    ids=["generation", "escaped", "not in use", "page of the web", "other file", "stream elsewhere"],
)
def test_a_pdf_hides_nothing_that_acts(data):
    with pytest.raises(Refused, match="drawing_acts"):
        pdf.read(data, [])


def test_a_pdf_may_open_at_one_of_its_pages():
    facts, _ = pdf.read(plain_pdf("<</S/GoTo/D[3 0 R/Fit]>>"), [])
    assert facts["pages"] == 1


def test_a_drawing_a_kilometre_wide_is_drawn_as_large_as_any():
    data = SVG.replace(b'width="200mm" height="100mm"', b'width="900000" height="450000"')
    _, look = svg.read(data, [])
    with Image.open(io.BytesIO(look)) as picture:
        assert picture.size == (PREVIEW_PX, PREVIEW_PX // 2)


def dxf_with(change) -> bytes:
    document = ezdxf.new()
    change(document, document.modelspace())
    target = io.StringIO()
    document.write(target)
    return target.getvalue().encode()


def nest_blocks(document, space) -> None:
    document.blocks.new("B0").add_line((0, 0), (1, 1))
    for level in range(1, 8):
        block = document.blocks.new(f"B{level}")
        for place in range(10):
            block.add_blockref(f"B{level - 1}", (place, place))
    space.add_blockref("B7", (0, 0))


def show_a_picture(document, space) -> None:
    space.add_image(document.add_image_def("/etc/picture.png", (40, 40)), (0, 0), (10, 10))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (dxf_with(nest_blocks), "drawing_too_long"),
        (dxf_with(show_a_picture), "drawing_reaches_out"),
        (dxf_bytes()[:2000], "drawing_damaged"),
    ],
    ids=["blocks in blocks", "picture elsewhere", "cut short"],
)
def test_a_dxf_that_unfolds_or_reaches_out_or_is_cut_short_is_refused(data, code):
    with pytest.raises(Refused, match=code):
        dxf.read(data, [])


def test_a_drawing_that_its_limits_end_is_refused_in_words(monkeypatch):
    monkeypatch.setattr("service.drawings.leashed", lambda *_: [sys.executable, "-c", "import os; os.abort()"])
    with pytest.raises(DrawingRefused, match="drawing_too_long"):
        read_drawing(DrawingKind.SVG, SVG, "a.svg")


def test_a_dxf_without_anything_in_it_is_refused():
    with pytest.raises(Refused, match="drawing_is_empty"):
        dxf.read(DXF_TEXT, [])


def test_a_link_on_a_drawing_and_a_picture_in_it_are_taken():
    data = SVG.replace(b"<circle", b"<a href='https://kriya.example'><path d='M0 0'/></a><circle")
    facts, _ = svg.read(data, [])
    assert facts["pages"] == 1


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [("a.exe", b"MZ\x90", "drawing_not_taken"), ("a.pdf", pdf_bytes() + b"\0" * 25_000_001, "drawing_too_large")],
    ids=["not taken", "too large"],
)
def test_what_is_refused_is_refused_by_name_and_nothing_is_kept(parts, images, name, data, told):
    with pytest.raises(DrawingRefused) as caught:
        receive_drawing(parts, name, data)
    assert (caught.value.code, caught.value.details["name"]) == (told, name)
    assert not images.images


def test_a_drawing_that_takes_forever_is_given_up(monkeypatch):
    monkeypatch.setattr("service.drawings.READING_S", 0.01)
    with pytest.raises(DrawingRefused, match="drawing_too_long"):
        read_drawing(DrawingKind.SVG, SVG, "a.svg")
