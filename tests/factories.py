"""Records for tests, made through the catalog's own functions. Each is committed: the app sees it at once.

What a test does not care about is filled in; what it cares about, it says.
"""

from __future__ import annotations

import itertools
import uuid
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.batches import BatchSource
from catalog.collections import CollectionWords
from catalog.corrections import Opinion
from catalog.designs import DesignDraft
from catalog.exchange.plan import RowAction
from catalog.families import families
from catalog.inspections import Verdict
from catalog.organisations import ROLE_OF_KIND, OrganisationKind, Role
from catalog.standards import MIN_REFERENCES, StandardState, View
from catalog.store import (
    batches,
    collections,
    corrections,
    designs,
    imports,
    organisations,
    pictures,
    publishing,
    standards,
)
from catalog.store.tables import (
    Batch,
    BatchPhoto,
    Collection,
    DesignImport,
    DesignPicture,
    DesignVersion,
    Organisation,
    Person,
    ReferencePhoto,
    ReferenceStandard,
)
from catalog.text import Text
from service import accounts
from service.accounts import Account
from service.storage import ImageStore, key_of

KIND_OF_ROLE = {role: kind for kind, role in ROLE_OF_KIND.items()}
SIDE_PX = 96

_numbers = itertools.count(1)


@lru_cache(maxsize=256)
def photo_bytes(seed: int = 0, image_format: str = "JPEG", side_px: int = SIDE_PX) -> bytes:
    """A small photo of nothing in particular; another seed gives another one."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 255, (8, 8, 3), dtype=np.uint8)
    file = BytesIO()
    Image.fromarray(coarse).resize((side_px, side_px), Image.Resampling.BICUBIC).save(file, image_format)
    return file.getvalue()


def make_organisation(session: Session, kind: OrganisationKind | str, name: str | None = None) -> Organisation:
    made = organisations.add_organisation(session, kind, name or f"{kind} {next(_numbers)}", "Klaten")
    session.commit()
    return made


def make_person(
    session: Session, organisation: Organisation, name: str | None = None, *, is_owner: bool = False
) -> Person:
    person = organisations.add_person(session, organisation, name or f"Person {next(_numbers)}", is_owner=is_owner)
    session.commit()
    return person


def make_account(
    session: Session,
    role: Role | str,
    *,
    organisation: Organisation | None = None,
    is_owner: bool = False,
    email: str | None = None,
    password_hash: str | None = None,
) -> Account:
    """A person of this role who can sign in; in an organisation of their own if none is named."""
    organisation = organisation or make_organisation(session, KIND_OF_ROLE[Role(role)])
    person = make_person(session, organisation, is_owner=is_owner)
    account = accounts.add_account(session, person, email or f"{person.id.hex}@kriya.example", password_hash)
    session.commit()
    return account


def make_draft(**texts: object) -> DesignDraft:
    """All that publishing asks for, except a picture."""
    complete = {
        "title": Text("Mangkuk seladon", "Celadon bowl"),
        "description": Text("Mangkuk kecil dengan alur halus.", "A small bowl with fine flutes."),
        "craft": "ceramics",
        "technique": Text("putar", "thrown"),
        "materials": (Text("tanah liat", "stoneware"),),
        "dimensions_mm": {"diameter": 140, "height": 60},
        "attributes": {"body": "stoneware"},
        "licence": "all_rights_reserved",
    }
    if texts.get("craft", "ceramics") != "ceramics":
        complete |= {"attributes": required_attributes(texts["craft"])}
    return DesignDraft(**(complete | texts))


def required_attributes(craft: str) -> dict[str, object]:
    """The first choice of everything that a family requires."""
    required = [attribute for attribute in families()[craft].attributes if attribute.is_required]
    first = {attribute.code: attribute.choices[0].code for attribute in required}
    return {
        attribute.code: (first[attribute.code],) if attribute.kind == "choices" else first[attribute.code]
        for attribute in required
    }


def make_design(
    session: Session,
    studio: Organisation | None = None,
    *,
    published: bool = True,
    images: ImageStore | None = None,
    **texts: object,
) -> DesignVersion:
    """The first version of a design, with one picture. Its image is stored only if a store is handed in."""
    studio = studio or make_organisation(session, OrganisationKind.STUDIO)
    version = designs.add_design(session, studio.id, None, make_draft(**texts))
    make_picture(session, version, images=images)
    if published:
        publishing.publish(session, version, None)
    session.commit()
    return version


def make_picture(
    session: Session, version: DesignVersion, *, seed: int = 1, images: ImageStore | None = None
) -> DesignPicture:
    key = _store(images, photo_bytes(seed))
    picture = pictures.add_picture(session, version, key, "image/jpeg", (SIDE_PX, SIDE_PX), Text("mangkuk", "bowl"))
    session.commit()
    return picture


def make_collection(
    session: Session, person: Person, *versions: DesignVersion, title: str = "For the fair"
) -> Collection:
    """A person's collection of these designs, in this order."""
    collection = collections.add_collection(session, person.id, CollectionWords(Text(en=title)))
    for version in versions:
        collections.add_design(session, collection, version.design)
    session.commit()
    return collection


def make_standard(
    session: Session,
    version: DesignVersion | None = None,
    *,
    state: StandardState = StandardState.ACTIVE,
    references: int = MIN_REFERENCES,
    images: ImageStore | None = None,
) -> ReferenceStandard:
    """A standard in any state, as if the engine had fitted it: its artifact is a name without an image."""
    version = version or make_design(session)
    standard = standards.add_standard(session, version, View.FROM_ABOVE, None)
    for seed in range(references):
        _add_reference(session, standard, 100 + seed, images)
    if state in (StandardState.FITTED, StandardState.ACTIVE, StandardState.RETIRED):
        _fit(session, standard)
    if state in (StandardState.ACTIVE, StandardState.RETIRED):
        standards.activate(session, standard)
    standard.state = state
    session.commit()
    return standard


def make_self_test(images: ImageStore | None = None, **smallest_share: float | None) -> dict:
    """A report's self-test: by kind of defect the smallest share that is caught, None for what is missed."""
    kinds = [
        {
            "kind": kind,
            "sizes": [{"share": 0.02, "deviations": [0.4] * 4}, {"share": 0.5, "deviations": [1.4] * 4}],
            "smallest_share": share,
            "pictured_share": share or 0.5,
            "box": [0.4, 0.4, 0.2, 0.1],
            "picture_key": _store(images, photo_bytes(2000 + index)),
        }
        for index, (kind, share) in enumerate(smallest_share.items())
    ]
    return {"kinds": kinds, "strength": 0.6, "of_piece": True}


def make_reference(
    session: Session, standard: ReferenceStandard, *, seed: int = 100, images: ImageStore | None = None
) -> ReferencePhoto:
    reference = _add_reference(session, standard, seed, images)
    session.commit()
    return reference


def _add_reference(
    session: Session, standard: ReferenceStandard, seed: int, images: ImageStore | None
) -> ReferencePhoto:
    columns = _photo_columns(images, seed, f"reference-{seed}.jpg")
    reference, _is_new = standards.add_reference(session, standard, **columns)
    return reference


def make_batch(
    session: Session,
    workshop: Organisation | None = None,
    standard: ReferenceStandard | None = None,
    *,
    photos: int = 0,
    images: ImageStore | None = None,
    name: str = "",
) -> Batch:
    """A batch with so many photos that wait for the worker (without jobs in the queue)."""
    workshop = workshop or make_organisation(session, OrganisationKind.WORKSHOP)
    standard = standard or make_standard(session)
    batch = batches.add_batch(session, workshop.id, standard, BatchSource.WEB, name=name)
    session.commit()
    for seed in range(photos):
        make_photo(session, batch, seed=1000 + seed, images=images)
    return batch


def make_photo(
    session: Session,
    batch: Batch,
    *,
    seed: int = 1000,
    images: ImageStore | None = None,
    file_name: str | None = None,
    verdict: Verdict | str | None = None,
    score: float | None = None,
    surface: float | None = None,
    reasons: list[dict] | None = None,
) -> BatchPhoto:
    """A photo of a batch; with a verdict, as if the worker had inspected it."""
    columns = _photo_columns(images, seed, file_name or f"piece-{seed}.jpg")
    photo, _ = batches.add_photo(session, batch, 10_000, **columns, size_bytes=len(photo_bytes(seed)))
    session.commit()
    if verdict is not None:
        make_inspection(session, photo, verdict, score=score, surface=surface, reasons=reasons)
    return photo


def make_inspection(
    session: Session,
    photo: BatchPhoto,
    verdict: Verdict | str,
    *,
    score: float | None = None,
    surface: float | None = None,
    reasons: list[dict] | None = None,
    map_key: str | None = None,
    colour: tuple[float | None, float | None, float | None] = (None, None, None),
) -> None:
    """Record a result. Without a score it is one in the middle of the verdict's range.

    Args:
        colour: difference, uncertainty and limit in ΔE00.
    """
    verdict = Verdict(verdict)
    usual = {Verdict.ACCEPT: 88.0, Verdict.REWORK: 55.0, Verdict.REJECT: 20.0, Verdict.RETAKE: None}
    batches.record_inspection(
        session,
        photo,
        standard_id=photo.batch.standard_id,
        verdict=verdict,
        score=usual[verdict] if score is None else score,
        anomaly_score=None if verdict == Verdict.RETAKE else 1.5,
        surface=surface,
        shape=None,
        **dict(zip(("colour_delta_e", "colour_uncertainty", "colour_limit"), colour, strict=True)),
        reasons=reasons or [],
        nearest_reference_id=session.scalar(
            select(ReferencePhoto.id).where(ReferencePhoto.standard_id == photo.batch.standard_id).limit(1)
        ),
        map_key=map_key,
        duration_ms=120.0,
        engine_version="1.0.0",
        standard_hash=photo.batch.standard.artifact_hash or "0" * 64,
    )
    session.commit()


def make_import(session: Session, studio: Organisation) -> DesignImport:
    """An import that was checked and waits to be confirmed: a row that makes a design, and one with a problem."""
    made = imports.add_import(session, studio.id, None, "designs.csv", key_of(b"a spreadsheet"))
    row = {"cells": {"reference": "B-1", "family": "ceramics", "title_id": "Mangkuk"}, "stamp": None, "result": None}
    row |= {"version_id": None, "title": "Mangkuk"}
    problem = {"code": "picture_missing", "column": "pictures", "details": {"name": "front.jpg"}}
    rows = [
        {**row, "number": 2, "reference": "B-1", "action": RowAction.NEW, "problems": []},
        {**row, "number": 3, "reference": "B-2", "action": RowAction.PROBLEM, "problems": [problem]},
    ]
    imports.write_rows(session, made.id, rows)
    imports.record_check(session, made)
    session.commit()
    return made


def make_correction(session: Session, photo: BatchPhoto, opinion: Opinion | str, note: str = "") -> None:
    corrections.correct(session, photo, opinion, note, None)
    session.commit()


def _fit(session: Session, standard: ReferenceStandard) -> None:
    names = [{"name": each.file_name, "score": 90.0, "is_outlier": False} for each in standard.references]
    standards.record_fit(
        session,
        standard,
        artifact_key=key_of(uuid.uuid4().bytes),
        artifact_hash="0" * 64,
        engine_version="1.0.0",
        report={
            "references": names,
            "expected_false_reject_rate": 0.03,
            "false_reject_interval": [0.0, 0.1],
            "agreement": 0.9,
            "notes": [],
            "fit_seconds": 1.0,
            "width_px": SIDE_PX,
            "height_px": SIDE_PX,
        },
        accept_score=70.0,
        reject_score=40.0,
    )


def _photo_columns(images: ImageStore | None, seed: int, file_name: str) -> dict:
    return {
        "image_key": _store(images, photo_bytes(seed)),
        "content_type": "image/jpeg",
        "file_name": file_name,
        "width_px": SIDE_PX,
        "height_px": SIDE_PX,
    }


def _store(images: ImageStore | None, data: bytes) -> str:
    return key_of(data) if images is None else images.put(data, "image/jpeg")
