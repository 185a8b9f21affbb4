"""What is no ordinary JPEG: taken properly or refused clearly, the same from the page as from the API."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.store import batches
from catalog.store.tables import Batch, BatchPhoto
from service import accounts
from service.storage import key_of
from tests.factories import make_account, photo_bytes
from tests.fakes import MemoryStore
from tests.service.web.batches import odd_photos as odd
from tests.service.web.batches.requests import count_jobs, count_photos, send

Take = Callable[..., TestResponse]

GREY = (156, 156, 156)
MOST = 200

TAKEN = {
    "CMYK": (odd.plain(mode="CMYK", quality=95), "image/jpeg", odd.SIZE, odd.RED),
    "grey": (odd.encode(Image.new("L", odd.SIZE, 156), "JPEG"), "image/jpeg", odd.SIZE, GREY),
    "16-bit grey": (odd.sixteen_bit_grey(), "image/png", odd.SIZE, GREY),
    "16-bit colour": (odd.sixteen_bit_rgb(), "image/png", odd.SIZE, odd.RED),
    "turned by EXIF": (odd.turned(), "image/jpeg", odd.SIZE[::-1], odd.RED),
    "HEIC": (odd.plain("HEIF"), "image/heic", odd.SIZE, odd.RED),
    "animated WebP, by its first frame": (odd.animated("WEBP"), "image/webp", odd.SIZE, odd.RED),
    "animated PNG, by its first frame": (odd.animated("PNG"), "image/png", odd.SIZE, odd.RED),
    "100 megapixels of baseline JPEG": (odd.hundred_megapixels("JPEG"), "image/jpeg", (10_000, 10_000), (90,) * 3),
}

EMPTY = ("The file is empty. Choose the photo again.", "Berkasnya kosong. Pilih fotonya sekali lagi.")
NO_PHOTO = ("This is not a photo.", "Ini bukan foto.")
DAMAGED = (
    "The file is incomplete or damaged. Send it again or take the photo again.",
    "Berkasnya tidak utuh atau rusak. Kirim lagi, atau ambil fotonya sekali lagi.",
)
TOO_MANY_PIXELS = (
    "The picture has too many pixels. Set the camera to 50 megapixels or less.",
    "Gambarnya terlalu besar. Atur kamera ke 50 megapiksel atau kurang.",
)
OTHER_KIND = (
    "This kind of picture is not read. Send a JPEG, PNG, WebP or HEIC photo.",
    "Jenis gambar ini tidak dapat dibaca. Kirim foto JPEG, PNG, WebP, atau HEIC.",
)
TOO_LARGE = (
    "The photo is larger than 25 MB. Set the camera to a smaller size.",
    "Foto ini lebih besar dari 25 MB. Atur kamera ke ukuran yang lebih kecil.",
)

REFUSED = {
    "empty": (b"", 422, "empty", EMPTY),
    "a text": (b"Not a photo at all.", 422, "not_an_image", NO_PHOTO),
    "a page called a photo": (b"<!doctype html><script>alert(1)</script>", 422, "not_an_image", NO_PHOTO),
    "half a JPEG": (odd.cut(odd.noise("JPEG")), 422, "truncated", DAMAGED),
    "half a PNG": (odd.cut(odd.noise("PNG")), 422, "truncated", DAMAGED),
    "half a WebP": (odd.cut(odd.noise("WEBP")), 422, "truncated", DAMAGED),
    "half a HEIC": (odd.cut(odd.noise("HEIF")), 422, "truncated", DAMAGED),
    "100 megapixels of PNG": (odd.hundred_megapixels("PNG"), 422, "too_many_pixels", TOO_MANY_PIXELS),
    "a decompression bomb": (odd.bomb(), 422, "too_many_pixels", TOO_MANY_PIXELS),
    "an animated GIF": (odd.animated("GIF"), 415, "unsupported_format", OTHER_KIND),
    "a TIFF": (odd.plain("TIFF"), 415, "unsupported_format", OTHER_KIND),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported_format", OTHER_KIND),
    "26 MB": (photo_bytes(1) + bytes(26_000_000), 413, "photo_too_large", TOO_LARGE),
}

NAMES = {
    "../../etc/passwd.jpg": "passwd.jpg",
    "/etc/passwd": "passwd",
    "C:/Users/Siti/mangkuk 1.jpg": "mangkuk 1.jpg",
    "..": "photo",
    "mangkuk\u202egpj.exe": "mangkukgpj.exe",
    "mangkuk \u00e9mail.jpg": "mangkuk \u00e9mail.jpg",
    f"{'panjang' * 40}.jpg": f"{('panjang' * 40)[:112]}.jpg",
}


@pytest.fixture(params=["page", "API"])
def take(request: pytest.FixtureRequest, client: FlaskClient, session: Session, batch: Batch) -> Take:
    """`take(data, name, language)`: one photo to `batch`, from its page or through the API."""
    if request.param == "page":
        return lambda data, name="piece.jpg", language="en": send(client, batch, data, name, Accept_Language=language)
    token = accounts.add_token(session, make_account(session, "workshop", organisation=batch.workshop), "tests")
    session.commit()

    def call(data: bytes, name: str = "piece.jpg", language: str = "en") -> TestResponse:
        return client.post(
            f"/api/v1/batches/{batch.id}/photos",
            query_string={"file_name": name},
            data=data,
            content_type="application/octet-stream",
            headers={"Authorization": f"Bearer {token}", "Accept-Language": language},
        )

    return call


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_unusual_but_a_photo_is_taken(
    client: FlaskClient, session: Session, images: MemoryStore, take: Take, name: str
):
    data, content_type, size, colour = TAKEN[name]
    answer = take(data)
    assert answer.status_code == 201, answer.text
    photo = session.scalars(select(BatchPhoto)).one()
    assert (photo.content_type, (photo.width_px, photo.height_px)) == (content_type, size)
    assert images.images[photo.image_key] == data  # as it was sent: the inspection judges the original
    shown = Image.open(io.BytesIO(client.get(f"/photos/{photo.id}/96.webp").data)).convert("RGB")
    assert shown.size[0] / shown.size[1] == pytest.approx(size[0] / size[1], abs=0.02)
    assert shown.getpixel((shown.width // 2, shown.height // 2)) == pytest.approx(colour, abs=9)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_inspected_is_refused_in_the_reader_s_language(
    session: Session, images: MemoryStore, take: Take, name: str
):
    data, status, code, sentences = REFUSED[name]
    for language, sentence in zip(("en", "id"), sentences, strict=True):
        answer = take(data, language=language)
        assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
        assert answer.json["error"]["message"] == sentence
    assert (count_photos(session), count_jobs(session), images.images) == (0, 0, {})


@pytest.mark.parametrize("name", NAMES)
def test_a_file_s_name_is_a_label_and_never_a_path(session: Session, images: MemoryStore, take: Take, name: str):
    answer = take(photo_bytes(1), name)
    assert (answer.status_code, answer.json["file_name"]) == (201, NAMES[name])
    assert list(images.images) == [key_of(photo_bytes(1))]


def test_the_photo_after_two_hundred_is_refused(session: Session, batch: Batch, take: Take):
    columns = {"content_type": "image/jpeg", "width_px": 96, "height_px": 96, "size_bytes": 1}
    for number in range(MOST - 1):
        batches.add_photo(session, batch, MOST, image_key=key_of(bytes([number])), file_name="piece.jpg", **columns)
    session.commit()
    assert take(photo_bytes(1)).status_code == 201
    english, indonesian = take(photo_bytes(2)), take(photo_bytes(2), language="id")
    assert (english.status_code, english.json["error"]["code"]) == (422, "batch_is_full")
    assert english.json["error"]["message"] == "A batch holds at most 200 photos. Start another one for the rest."
    assert indonesian.json["error"]["message"] == (
        "Satu kelompok memuat paling banyak 200 foto. Buat kelompok baru untuk sisanya."
    )
    assert count_photos(session) == MOST
