"""One photo in the body of a request, by itself or as a form's file: how it is read and how the document says so."""

from __future__ import annotations

from flask import abort, request

from models.errors import UnreadableImage

RAW = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "application/octet-stream")
FORM = "multipart/form-data"
PHOTO_BODY = {
    "required": True,
    "description": "The photo itself, or a form with the file in the field `photo`.",
    "content": {
        **{content_type: {"schema": {"type": "string", "format": "binary"}} for content_type in RAW},
        FORM: {
            "schema": {
                "type": "object",
                "required": ["photo"],
                "properties": {"photo": {"type": "string", "format": "binary"}},
            }
        },
    },
}


def photo_of_request() -> tuple[str, bytes]:
    """(file name, bytes) of the one photo that this request carries. Raises: UnreadableImage, UnsupportedMediaType."""
    if request.mimetype == FORM:
        files = request.files.getlist("photo")
        if len(files) != 1:
            raise UnreadableImage("missing_file", "one photo a request, in the field photo")
        return files[0].filename or "", files[0].read()
    # No content type is what curl -T sends; what the photo is, its bytes say.
    if request.mimetype not in ("", *RAW):
        abort(415)
    return "", request.get_data(cache=False)
