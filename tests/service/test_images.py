"""Derivatives: the right size, nothing but pixels, made once."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.errors import UnreadableImage
from service.images import WIDTHS_PX, Derivatives, encode_webp, mean_colour, scale
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


@pytest.mark.parametrize("width_px", WIDTHS_PX)
def test_a_derivative_is_as_wide_as_asked_and_keeps_its_proportions(derivatives, images, width_px):
    key = images.put(photo(2400, 1800), "image/jpeg")
    found = Image.open(BytesIO(derivatives.get(key, width_px)))
    assert found.format == "WEBP"
    assert found.size == (width_px, width_px * 3 // 4)


def test_a_small_photo_is_never_blown_up(derivatives, images):
    key = images.put(photo(120, 90, "PNG"), "image/png")
    assert Image.open(BytesIO(derivatives.get(key, 960))).size == (120, 90)


def test_a_very_tall_photo_keeps_at_least_one_pixel_a_side(derivatives, images):
    key = images.put(photo(4000, 16, "PNG"), "image/png")
    assert Image.open(BytesIO(derivatives.get(key, 96))).size == (96, 1)


def test_a_turned_photo_stands_upright_and_loses_its_metadata(derivatives, images):
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    exif[0x010F] = "a phone"
    key = images.put(photo(800, 400, exif=exif), "image/jpeg")
    webp = derivatives.get(key, 320)
    found = Image.open(BytesIO(webp))
    assert found.size == (320, 640)
    assert not found.getexif()
    assert b"EXIF" not in webp


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
    assert len(names) == 2
    assert not any(name.startswith(".") for name in names)


def test_the_colour_that_holds_a_pictures_place_is_known_once_somebody_saw_it(derivatives, images):
    key = images.put(photo(800, 600, "PNG"), "image/png")
    assert derivatives.colour(key) is None
    derivatives.get(key, 96)
    assert derivatives.colour(key) == "#c87828"


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


def test_webp_and_mean_colour_speak_of_the_same_pixels():
    pixels = np.full((20, 30, 3), (10, 200, 30), np.uint8)
    assert mean_colour(pixels) == "#0ac81e"
    decoded = np.asarray(Image.open(BytesIO(encode_webp(pixels))).convert("RGB"), int)
    assert np.abs(decoded - pixels).max() <= 6
