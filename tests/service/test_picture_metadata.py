"""Pictures without what the camera wrote beside them: the same pixels, upright, and nothing of place or camera."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from models import image
from models.errors import UnreadableImage
from service.picture_metadata import cut_metadata, get_picture
from service.storage import ImageNotFound
from tests.camera_photos import COPYRIGHT, FORMATS, GPS_FIELDS, PROFILE, SECRET, camera_photo
from tests.factories import photo_bytes
from tests.fakes import MemoryStore


@pytest.mark.parametrize("image_format", FORMATS)
class TestAPhotoOfAPhone:
    def test_says_nothing_of_place_and_camera(self, image_format):
        before, after = camera_photo(image_format), cut_metadata(camera_photo(image_format))
        assert Image.open(io.BytesIO(before)).getexif().get_ifd(GPS_FIELDS)
        assert not Image.open(io.BytesIO(after)).getexif().get_ifd(GPS_FIELDS)
        assert SECRET.encode() in before
        assert SECRET.encode() not in after

    def test_looks_the_same(self, image_format):
        before, after = camera_photo(image_format), cut_metadata(camera_photo(image_format))
        assert image.read_info(after) == image.read_info(before)
        assert (image.read_info(after).width_px, image.read_info(after).height_px) == (48, 96)
        assert np.array_equal(image.decode(after), image.decode(before))
        assert Image.open(io.BytesIO(after)).info["icc_profile"] == PROFILE

    def test_is_not_changed_a_second_time(self, image_format):
        after = cut_metadata(camera_photo(image_format))
        assert cut_metadata(after) == after

    def test_that_has_nothing_to_cut_stays_as_it_is(self, image_format):
        plain = photo_bytes(3, image_format)
        assert cut_metadata(plain) == plain


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_whose_a_picture_is_stays_in_it(image_format):
    after = Image.open(io.BytesIO(cut_metadata(camera_photo(image_format, credit="Ratna, © Studio Ágil"))))
    assert after.getexif()[COPYRIGHT] == "Ratna, © Studio Ágil"


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}], ids=["scans", "restarts"])
def test_a_jpeg_of_many_parts_keeps_them_all(options):
    file = io.BytesIO()
    exif = Image.Exif()
    exif[COPYRIGHT] = "Ratna"
    Image.open(io.BytesIO(photo_bytes(2))).save(file, "JPEG", exif=exif, comment=SECRET, **options)
    after = cut_metadata(file.getvalue())
    assert SECRET.encode() not in after
    assert np.array_equal(image.decode(after), image.decode(file.getvalue()))


def test_a_second_picture_behind_the_first_goes_with_its_metadata():
    file = io.BytesIO()
    first, second = (Image.open(io.BytesIO(photo_bytes(seed))) for seed in (1, 2))
    exif = Image.Exif()
    exif[COPYRIGHT] = f"{SECRET} depth"
    second.encoderinfo = {"exif": exif}
    first.save(file, "MPO", save_all=True, append_images=[second])
    after = cut_metadata(file.getvalue())
    assert SECRET.encode() in file.getvalue()
    assert SECRET.encode() not in after
    assert (Image.open(io.BytesIO(after)).format, after[-2:]) == ("JPEG", b"\xff\xd9")


def test_what_cannot_be_told_from_its_pixels_is_kept_back():
    damaged = camera_photo("HEIF").replace(b"iloc", b"ilox").replace(b"meta", b"mete")
    with pytest.raises(UnreadableImage):
        cut_metadata(damaged)
    images = MemoryStore()
    with pytest.raises(ImageNotFound):
        get_picture(images, images.put(damaged, "image/heic"))
