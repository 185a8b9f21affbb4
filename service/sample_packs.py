"""The tech packs of the sample designs: read from a file beside each, their files received as anybody's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from catalog.store import tech_packs
from catalog.store.tables import DesignVersion, Organisation
from catalog.tech_pack import Drawing, StepPicture, TechPack, from_plain
from catalog.text import Text
from service.context import Parts
from service.design_pictures import receive_step_picture
from service.drawings import receive_drawing

FILE = "tech_pack.json"


def add_pack(session: Session, parts: Parts, version: DesignVersion, folder: Path, workshop: Organisation) -> None:
    """Give a draft the pack of its sample, if it has one, and share it with the workshop that makes the design."""
    if (folder / FILE).exists():
        tech_packs.change_pack(session, version, _read(parts, folder), None)
        tech_packs.share(session, version.design, workshop.id, None)


def _read(parts: Parts, folder: Path) -> TechPack:
    given = json.loads((folder / FILE).read_text())
    steps = [{**step, "picture": None} for step in given["steps"]]
    pack = from_plain({**given, "steps": steps, "drawings": []})
    pictures = (_picture(parts, folder, step.get("picture")) for step in given["steps"])
    return replace(
        pack,
        steps=tuple(replace(step, picture=picture) for step, picture in zip(pack.steps, pictures, strict=True)),
        drawings=tuple(_drawing(parts, folder, each) for each in given["drawings"]),
    )


def _picture(parts: Parts, folder: Path, given: dict | None) -> StepPicture | None:
    if given is None:
        return None
    picture = receive_step_picture(parts, (folder / given["file"]).read_bytes())
    return replace(picture, alt=Text(**given["alt"]))


def _drawing(parts: Parts, folder: Path, given: dict) -> Drawing:
    drawing = receive_drawing(parts, given["name"], (folder / given["file"]).read_bytes())
    return replace(drawing, title=Text(**given["title"]))
