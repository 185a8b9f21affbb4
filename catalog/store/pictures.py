"""The pictures of a version: they come, go and change their order as long as it is a draft."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.designs import MAX_PICTURES, VersionState, check_alt
from catalog.errors import NotFound, RuleBroken
from catalog.store.designs import check_is_draft
from catalog.store.tables import Design, DesignPicture, DesignVersion, Organisation
from catalog.text import Text


def add_picture(
    session: Session, version: DesignVersion, image_key: str, content_type: str, size_px: tuple[int, int], alt: Text
) -> DesignPicture:
    """Put a picture last. `size_px` is (width, height).

    Raises: WrongState, RuleBroken("too_many_pictures"), InvalidFields.
    """
    check_is_draft(version)
    check_alt(alt)
    if len(version.pictures) >= MAX_PICTURES:
        raise RuleBroken("too_many_pictures", most=MAX_PICTURES)
    position = max((picture.position for picture in version.pictures), default=-1) + 1
    picture = DesignPicture(
        version=version,
        position=position,
        image_key=image_key,
        content_type=content_type,
        width_px=size_px[0],
        height_px=size_px[1],
        alt=asdict(alt),
    )
    session.add(picture)
    session.flush()
    return picture


def describe_picture(session: Session, picture: DesignPicture, alt: Text) -> None:
    """Say in words what a picture shows.

    Raises: WrongState, InvalidFields.
    """
    check_is_draft(picture.version)
    check_alt(alt)
    picture.alt = asdict(alt)
    session.flush()


def remove_picture(session: Session, picture: DesignPicture) -> None:
    """Raises: WrongState."""
    check_is_draft(picture.version)
    picture.version.pictures.remove(picture)
    session.delete(picture)
    session.flush()


def move_picture_first(session: Session, picture: DesignPicture) -> None:
    """Make a picture the one that stands for the design.

    Raises: WrongState.
    """
    check_is_draft(picture.version)
    others = [other for other in picture.version.pictures if other.id != picture.id]
    for position, each in enumerate([picture, *others]):
        each.position = position
    session.flush()


def get_picture(session: Session, picture_id: uuid.UUID) -> DesignPicture:
    """Raises: NotFound."""
    picture = session.get(DesignPicture, picture_id)
    if picture is None:
        raise NotFound("picture_not_found")
    return picture


def keep_placeholder(session: Session, image_key: str, placeholder: str) -> None:
    """What holds the place of an image until it is loaded, in every version that has it."""
    session.execute(update(DesignPicture).where(DesignPicture.image_key == image_key).values(placeholder=placeholder))


@dataclass(frozen=True)
class Holder:
    """A version that shows an image: whose it is, and what it says of that."""

    studio_id: uuid.UUID
    state: VersionState
    slug: str
    number: int
    credit: str
    studio: str


def holders_of(session: Session, image_key: str) -> set[Holder]:
    """The versions that show an image; empty for one that is no picture of a design."""
    query = select(
        Design.studio_id,
        DesignVersion.state,
        Design.slug,
        DesignVersion.number,
        DesignVersion.credit,
        Organisation.name.label("studio"),
    ).distinct()
    query = query.join(DesignVersion, DesignVersion.design_id == Design.id)
    query = query.join(DesignPicture, DesignPicture.version_id == DesignVersion.id)
    query = query.join(Organisation, Organisation.id == Design.studio_id)
    return {Holder(*row) for row in session.execute(query.where(DesignPicture.image_key == image_key))}
