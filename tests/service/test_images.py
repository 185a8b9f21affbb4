"""Derivatives: the right size, nothing but pixels, made once."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.errors import UnreadableImage
from service.images import MAX_HEIGHT_PX, WIDTHS_PX, Derivatives, Format, derivative_size, placeholder, scale
from service.storage import ImageNotFound, StorageUnavailable
from tests.fakes import MemoryStore

ORIENTATION = 0x0112
TURNED_RIGHT = 6


def photo(width_px: int, height_px: int, image_format: str = "JPEG", **options) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width_px, height_px), (200, 120, 40)).save(file, image_format, **options)
    return file.getvalue()


@pytest.fixture
def images() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def derivatives(images: MemoryStore, tmp_path: Path) -> Derivatives:
    return Derivatives(images, tmp_path / "derivatives")


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("width_px", WIDTHS_PX)
def test_a_derivative_is_as_wide_as_asked_and_keeps_its_proportions(derivatives, images, width_px, form):
    key = images.put(photo(2400, 1800), "image/jpeg")
    found = Image.open(BytesIO(derivatives.get(key, width_px, form)))
    assert found.format == form.value.upper()
    assert found.size == (width_px, width_px * 3 // 4)


def test_a_small_photo_is_never_blown_up(derivatives, images):
    key = images.put(photo(120, 90, "PNG"), "image/png")
    assert Image.open(BytesIO(derivatives.get(key, 960))).size == (120, 90)


def test_a_very_tall_photo_is_made_narrower_than_asked(derivatives, images):
    key = images.put(photo(400, 10_000), "image/jpeg")
    assert Image.open(BytesIO(derivatives.get(key, 320))).size == (164, MAX_HEIGHT_PX)


def test_a_very_wide_photo_keeps_at_least_one_pixel_a_side(derivatives, images):
    key = images.put(photo(4000, 16, "PNG"), "image/png")
    assert Image.open(BytesIO(derivatives.get(key, 96))).size == (96, 1)


@pytest.mark.parametrize("form", Format)
def test_a_turned_photo_stands_upright_and_loses_its_metadata(derivatives, images, form):
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    exif[0x010F] = "a phone"
    key = images.put(photo(800, 400, exif=exif), "image/jpeg")
    made = derivatives.get(key, 320, form)
    found = Image.open(BytesIO(made))
    assert found.size == (320, 640)
    assert not found.getexif()
    assert b"a phone" not in made


def test_a_derivative_that_was_made_needs_the_store_no_more(derivatives, images):
    key = images.put(photo(800, 600), "image/jpeg")
    first = derivatives.get(key, 320)
    images.is_down = True
    assert derivatives.get(key, 320) == first
    with pytest.raises(StorageUnavailable):
        derivatives.get(key, 480)


def test_the_folder_may_be_emptied_at_any_time(derivatives, images, tmp_path):
    key = images.put(photo(800, 600), "image/jpeg")
    first = derivatives.get(key, 320)
    for path in (tmp_path / "derivatives").rglob("*.webp"):
        path.unlink()
    assert derivatives.get(key, 320) == first


def test_a_folder_that_cannot_be_written_costs_no_picture(images, tmp_path):
    (tmp_path / "derivatives").write_text("a file where the folder should be")
    key = images.put(photo(800, 600), "image/jpeg")
    found = Derivatives(images, tmp_path / "derivatives").get(key, 320)
    assert Image.open(BytesIO(found)).size == (320, 240)


def test_nothing_half_written_is_left_behind(derivatives, images, tmp_path):
    derivatives.get(images.put(photo(800, 600), "image/jpeg"), 320)
    names = [path.name for path in (tmp_path / "derivatives").rglob("*") if path.is_file()]
    assert len(names) == 1
    assert not any(name.startswith(".") for name in names)


def test_a_prepared_picture_has_every_avif_from_one_reading(derivatives, images):
    key = images.put(photo(2000, 1500), "image/jpeg")
    readings = []
    images.get = lambda key, get=images.get: readings.append(key) or get(key)
    derivatives.prepare(key)
    assert readings == [key]
    images.is_down = True
    for width_px in WIDTHS_PX:
        found = Image.open(BytesIO(derivatives.get(key, width_px, Format.AVIF)))
        assert found.size == (width_px, width_px * 3 // 4)


def test_what_was_made_for_somebody_who_waited_is_not_made_again(derivatives, images):
    key = images.put(photo(800, 600), "image/jpeg")
    first = derivatives.get(key, 320, Format.AVIF)
    derivatives.prepare(key)
    assert derivatives.get(key, 320, Format.AVIF) == first


def test_a_placeholder_is_a_tiny_picture_of_the_same_colours_that_travels_in_the_page(derivatives, images):
    address = derivatives.prepare(images.put(photo(800, 600, "PNG"), "image/png"))
    beginning = "data:image/webp;base64,"
    assert address.startswith(beginning)
    assert len(address) < 200
    tiny = Image.open(BytesIO(base64.b64decode(address.removeprefix(beginning))))
    assert tiny.size == (8, 6)
    assert np.abs(np.asarray(tiny.convert("RGB"), int) - (200, 120, 40)).max() <= 12


@pytest.mark.parametrize("size_px", [(30_000, 16), (16, 30_000), (1, 1), (50, 40)])
def test_every_size_of_a_photo_has_a_placeholder_and_a_derivative_that_can_be_encoded(size_px):
    width_px, height_px = size_px
    assert min(derivative_size(width_px, height_px, 96)) >= 1
    assert max(derivative_size(width_px, height_px, 1600)) <= MAX_HEIGHT_PX
    assert placeholder(np.zeros((height_px, width_px, 3), np.uint8)).startswith("data:image/webp")


def test_an_image_that_is_not_there_is_said_to_be_missing(derivatives):
    with pytest.raises(ImageNotFound):
        derivatives.get("0" * 64, 320)


def test_bytes_that_are_no_photo_are_refused(derivatives, images):
    with pytest.raises(UnreadableImage):
        derivatives.get(images.put(b"not a photo at all", "image/jpeg"), 320)


def test_fine_stripes_turn_grey_instead_of_flickering():
    stripes = np.zeros((640, 640, 3), np.uint8)
    stripes[:, ::2] = 255
    file = BytesIO()
    Image.fromarray(stripes).save(file, "PNG")
    small = scale(file.getvalue(), 96)
    assert small.shape == (96, 96, 3)
    assert abs(float(small.mean()) - 127.5) < 3
    assert small.std() < 30
