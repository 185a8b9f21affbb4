"""Tech packs for tests, with files that are in the store."""

from __future__ import annotations

from io import BytesIO

import ezdxf
from fpdf import FPDF
from PIL import Image
from sqlalchemy.orm import Session

from catalog.store import tech_packs
from catalog.store.tables import DesignVersion
from catalog.tech_pack import (
    Drawing,
    DrawingKind,
    MaterialLine,
    Packaging,
    ProcessStep,
    StepPicture,
    TechPack,
    Tolerance,
)
from catalog.text import Text
from service.storage import ImageStore
from tests.factories import SIDE_PX, photo_bytes

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="200mm" height="100mm" viewBox="0 0 200 100">
<circle cx="100" cy="50" r="40" fill="none" stroke="black"/><text x="5" y="12" font-size="8">140 mm</text></svg>"""


def pdf_bytes(pages: int = 1) -> bytes:
    paper = FPDF(format=(200, 100))
    for _ in range(pages):
        paper.add_page()
        paper.circle(100, 50, 40)
    return bytes(paper.output())


def dxf_bytes() -> bytes:
    document = ezdxf.new(units=4)
    document.modelspace().add_circle((0, 0), 70)
    document.modelspace().add_line((-70, 0), (70, 0))
    target = BytesIO()
    document.write(target, fmt="bin")
    return target.getvalue()


def look_bytes() -> bytes:
    """How a drawing looks: a picture that the service has made."""
    target = BytesIO()
    Image.new("RGB", (200, 100), "white").save(target, "WEBP", lossless=True)
    return target.getvalue()


def make_pack(images: ImageStore, *, drawings: int = 1) -> TechPack:
    """A pack that says something of everything."""
    look = images.put(look_bytes(), "image/webp")
    files = [SVG.replace(b"140", str(140 + number).encode()) for number in range(drawings)]
    picture = images.put(photo_bytes(31), "image/jpeg")
    return TechPack(
        materials=(MaterialLine(Text("Tanah liat", "Stoneware clay"), 620, "g", Text("dari Pacitan", "from Pacitan")),),
        steps=(
            ProcessStep(
                Text("Putar", "Throw"),
                Text("Pusatkan tanah.", "Centre the clay."),
                12,
                StepPicture(picture, "image/jpeg", SIDE_PX, SIDE_PX, Text("tangan di roda", "hands on the wheel")),
            ),
            ProcessStep(Text("Keringkan"), minutes=2880),
        ),
        tolerances=(Tolerance(Text("Diameter bibir", "Rim diameter"), 140, 1.5, 2, method=Text("", "by calliper")),),
        packaging=Packaging(Text("Bungkus kertas", "Wrap in paper"), 24, {"length": 600, "width": 400, "height": 300}),
        drawings=tuple(
            Drawing(
                title=Text("Profil", "Profile"),
                file_name=f"profile-{number}.svg",
                kind=DrawingKind.SVG,
                file_key=images.put(data, "image/svg+xml"),
                size_bytes=len(data),
                width_mm=200,
                height_mm=100,
                preview_key=look,
                preview_px=(200, 100),
            )
            for number, data in enumerate(files)
        ),
    )


def give_pack(session: Session, images: ImageStore, version: DesignVersion) -> TechPack:
    """Write a pack into a draft; not committed."""
    pack = make_pack(images)
    tech_packs.change_pack(session, version, pack, None)
    return pack
