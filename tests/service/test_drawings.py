"""Drawings of strangers: told apart by their bytes, read apart, and refused in words."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from catalog.tech_pack import DrawingKind
from service import drawing_reader
from service.drawings import DrawingRefused, kind_of, read_drawing, receive_drawing
from tests.tech_packs import SVG, dxf_bytes, pdf_bytes

DXF_TEXT = b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n  0\r\nENDSEC\r\n  0\r\nEOF\r\n"


def pdf_with(change) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf_bytes()))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


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
        assert max(look.size) == drawing_reader.PREVIEW_PX
        assert look.convert("L").getextrema()[0] < 60  # something is drawn
        assert look.convert("L").getextrema()[1] == 255


ENTITIES = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SVG.replace(b"<circle", b"<script>alert(1)</script><circle"), "drawing_acts"),
        (SVG.replace(b"<circle", b"<circle onclick='alert(1)'"), "drawing_acts"),
        (SVG.replace(b"<circle", b"<style>@import 'http://evil.example/a.css';</style><circle"), "drawing_acts"),
        (SVG.replace(b"<circle", b"<image href='file:///etc/passwd'/><circle"), "drawing_reaches_out"),
        (SVG.replace(b"<circle", b"<image href='http://evil.example/a.png'/><circle"), "drawing_reaches_out"),
        (SVG.replace(b'fill="none"', b'fill="url(http://evil.example/a)"'), "drawing_acts"),
        (ENTITIES, "drawing_acts"),
        (SVG[:-8], "drawing_damaged"),
    ],
    ids=["script", "handler", "import", "file", "picture", "paint", "entities", "cut short"],
)
def test_an_svg_that_acts_or_reaches_out_is_refused(data, code):
    with pytest.raises(drawing_reader.Refused, match=code):
        drawing_reader.read_svg(data, [])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pdf_with(open_with_script), "drawing_acts"),
        (pdf_with(lambda writer: writer.add_attachment("a.exe", b"MZ")), "drawing_acts"),
        (pdf_with(lambda writer: writer.encrypt("secret", algorithm="RC4-128")), "drawing_has_password"),
        (pdf_bytes(pages=drawing_reader.MAX_PAGES + 1), "drawing_too_long"),
        (pdf_bytes()[:300], "drawing_damaged"),
    ],
    ids=["script", "attachment", "password", "pages", "cut short"],
)
def test_a_pdf_that_acts_or_is_locked_is_refused(data, code):
    with pytest.raises(drawing_reader.Refused, match=code):
        drawing_reader.read_pdf(data, [])


def test_a_dxf_without_anything_in_it_is_refused():
    with pytest.raises(drawing_reader.Refused, match="drawing_is_empty"):
        drawing_reader.read_dxf(DXF_TEXT, [])


def test_a_link_on_a_drawing_and_a_picture_in_it_are_taken():
    data = SVG.replace(b"<circle", b"<a href='https://kriya.example'><path d='M0 0'/></a><circle")
    facts, _ = drawing_reader.read_svg(data, [])
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
