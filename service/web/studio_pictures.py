"""The pictures of a design in the studio: they come, go, change their order and get their words."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext

from catalog.designs import MAX_PICTURES, check_alt, clean_text, stamp_of
from catalog.errors import InvalidFields
from catalog.permissions import Permission
from catalog.store import pictures as records
from catalog.store.tables import DesignPicture, DesignVersion
from catalog.text import LANGUAGES, Text
from service.context import current_parts
from service.database import current_session
from service.design_pictures import receive_picture
from service.messages import field_sentences
from service.security import requires
from service.web.incoming import allow_many_photos, answer_photos
from service.web.studio import blueprint, own_version, version_page

Alts = dict[uuid.UUID, Text]


@blueprint.url_value_preprocessor
def allow_many(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "studio.add_picture":
        allow_many_photos(Permission.WRITE_DESIGNS, MAX_PICTURES)


@blueprint.get("/studio/designs/<uuid:version_id>/pictures")
@requires(Permission.WRITE_DESIGNS)
def pictures(version_id: uuid.UUID) -> str:
    return _pictures_page(own_version(version_id))


def _pictures_page(
    version: DesignVersion,
    typed: Alts | None = None,
    errors: dict[str, str] | None = None,
    theirs: Alts | None = None,
) -> str:
    """`typed` are words that could not be saved yet, `theirs` what somebody else saved in the meantime.

    Who has been shown theirs may save over them; before that, the form keeps the stamps that it was sent with.
    """
    saved = {picture.id: Text(**picture.alt) for picture in version.pictures}
    labels = {
        f"alt_{language}_{picture.id}": gettext("Description of picture %(number)s", number=number)
        for number, picture in enumerate(version.pictures, start=1)
        for language in LANGUAGES
    }
    return version_page(
        "studio/pictures.html",
        version,
        alts=saved | (typed or {}),
        stamps={
            picture_id: (not theirs and request.form.get(f"stamp_{picture_id}")) or stamp_of(alt)
            for picture_id, alt in saved.items()
        },
        errors=errors or {},
        theirs=theirs or {},
        labels=labels,
        most=MAX_PICTURES,
        most_mb=current_parts().settings.max_photo_mb,
    )


@blueprint.post("/studio/designs/<uuid:version_id>/pictures")
@requires(Permission.WRITE_DESIGNS)
def add_picture(version_id: uuid.UUID) -> Response:
    version = own_version(version_id)
    parts = current_parts()

    def keep(_file_name: str, data: bytes) -> tuple[dict[str, Any], bool]:
        picture, is_new = receive_picture(current_session(), parts, version.id, data)
        return {"id": str(picture.id), "sha256": picture.image_key}, is_new

    return answer_photos(keep, url_for("studio.pictures", version_id=version.id))


@blueprint.post("/studio/designs/<uuid:version_id>/pictures/change")
@requires(Permission.WRITE_DESIGNS)
def change_picture(version_id: uuid.UUID) -> Response | tuple[str, int]:
    """Save the words of all pictures, and with them make one the first or take one away."""
    version = own_version(version_id, lock=True)
    typed = {picture.id: _sent_alt(picture.id) for picture in version.pictures if _is_sent(picture)}
    errors = {name: words for picture_id, alt in typed.items() for name, words in _alt_errors(picture_id, alt)}
    if errors:
        return _pictures_page(version, typed, errors), 422
    theirs = {picture.id: Text(**picture.alt) for picture in version.pictures if _is_stale(picture, typed)}
    if theirs:
        return _pictures_page(version, typed, theirs=theirs), 409
    for picture in version.pictures:
        if picture.id in typed:
            records.describe_picture(current_session(), picture, typed[picture.id])
    _say_what_went(version)
    if not _move_or_remove(version):
        flash(gettext("Saved."), "success")
    return redirect(url_for("studio.pictures", version_id=version.id), 303)


def _is_sent(picture: DesignPicture) -> bool:
    return f"alt_id_{picture.id}" in request.form


def _sent_alt(picture_id: uuid.UUID) -> Text:
    typed = (request.form.get(f"alt_{language}_{picture_id}", "") for language in LANGUAGES)
    return Text(*(" ".join(clean_text(each).split()) for each in typed))


def _alt_errors(picture_id: uuid.UUID, alt: Text) -> list[tuple[str, str]]:
    """(field, sentence) of what is wrong with the words of one picture."""
    try:
        check_alt(alt)
    except InvalidFields as error:
        return [(f"{name}_{picture_id}", words) for name, words in field_sentences(error).items()]
    return []


def _is_stale(picture: DesignPicture, typed: Alts) -> bool:
    """Whether words are sent over others than those that the form showed."""
    saved = Text(**picture.alt)
    if picture.id not in typed or typed[picture.id] == saved:
        return False
    return request.form.get(f"stamp_{picture.id}", "") != stamp_of(saved)


def _say_what_went(version: DesignVersion) -> None:
    """Words for a picture that somebody else removed in the meantime are not dropped without a word."""
    known = {str(picture.id) for picture in version.pictures}
    sent = {name.removeprefix("alt_id_") for name in request.form if name.startswith("alt_id_")}
    if sent - known:
        flash(gettext("A picture that was on this page has been removed by somebody else."), "warning")


def _move_or_remove(version: DesignVersion) -> bool:
    """Whether a picture was taken away or made the first one."""
    session = current_session()
    for picture in list(version.pictures):
        if request.form.get("remove") == str(picture.id):
            records.remove_picture(session, picture)
            flash(gettext("The picture is removed."), "success")
            return True
        if request.form.get("first") == str(picture.id):
            records.move_picture_first(session, picture)
            flash(gettext("This picture now stands for the design."), "success")
            return True
    return False
