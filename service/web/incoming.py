"""Photos on their way in: one a request from js/upload.js, many at once from the same form without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, jsonify, redirect, request
from flask_babel import gettext, ngettext
from werkzeug.datastructures import FileStorage

from catalog.batches import clean_file_name
from catalog.errors import RuleBroken
from catalog.permissions import Permission, may
from models.errors import UnreadableImage
from service.audience import wants_json
from service.context import current_parts
from service.errors import problem_of
from service.inspection import PhotoTooLarge
from service.security import current_actor

FIELD = "photo"
MAX_NAMED = 5

# Takes the name and the bytes of a photo, keeps it, and returns (what JSON clients are told, is_new).
Keep = Callable[[str, bytes], tuple[dict[str, Any], bool]]


def allow_many_photos(permission: Permission, count: int) -> None:
    """Let this request carry so many photos at once; for who may send them, nobody else fills the disk.

    To be called before the form is read, thus from a URL value preprocessor: the CSRF check reads it.
    """
    if request.method == "POST" and may(current_actor(), permission):
        settings = current_parts().settings
        request.max_content_length = (count * settings.max_photo_mb + 1) * 1_000_000


def answer_photos(keep: Keep, back: str) -> Response:
    """Keep what was sent: JSON to a script, to a form a redirect to `back` with what happened.

    Raises: what `keep` raises, to a script; to a form only that nothing can be stored now.
    """
    files = [file for file in request.files.getlist(FIELD) if file.filename]
    if wants_json():
        return _answer_script(keep, files)
    refused, kept, known = _keep_all(keep, files)
    _tell(kept, known, refused)
    return redirect(back, 303)


def _answer_script(keep: Keep, files: list[FileStorage]) -> Response:
    if not files:
        raise UnreadableImage("missing_file", "no file in the field")
    answer, is_new = keep(files[0].filename, files[0].read())
    response = jsonify(answer)
    response.status_code = 201 if is_new else 200
    return response


def _keep_all(keep: Keep, files: list[FileStorage]) -> tuple[list[str], int, int]:
    """([why a photo was refused, ...], how many are new, how many were there already)."""
    refused, kept, known = [], 0, 0
    for file in files:
        try:
            _, is_new = keep(file.filename, file.read())
        except (UnreadableImage, PhotoTooLarge, RuleBroken) as error:
            refused.append(f"{clean_file_name(file.filename)}: {problem_of(error).message}")
        else:
            kept, known = kept + is_new, known + (not is_new)
    if not files:
        refused.append(gettext("No photo arrived. Choose one and send it again."))
    return refused, kept, known


def _tell(kept: int, known: int, refused: list[str]) -> None:
    if kept:
        flash(ngettext("%(num)s photo received.", "%(num)s photos received.", kept), "success")
    if known:
        flash(ngettext("%(num)s was here already.", "%(num)s were here already.", known), "info")
    for line in refused[:MAX_NAMED]:
        flash(line, "error")
    more = len(refused) - MAX_NAMED
    if more > 0:
        flash(ngettext("%(num)s more was not taken.", "%(num)s more were not taken.", more), "error")
