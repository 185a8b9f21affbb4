import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from models.errors import IMAGE_ERROR_CODES, UnreadableImage
from models.image import MAX_PIXELS, decode, read_info


def make_picture(height_px: int = 60, width_px: int = 90) -> np.ndarray:
    """Smooth colours with a red block in the upper left, so that orientation shows."""
    y, x = np.mgrid[0:height_px, 0:width_px].astype(np.float32)
    picture = np.stack([60 + x, 90 + y, 160 - x / 2], axis=-1).astype(np.uint8)
    picture[: height_px // 4, : width_px // 4] = (250, 10, 10)
    return picture


def encode(picture: np.ndarray | Image.Image, kind: str, **options) -> bytes:
    image = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png_header(width_px: int, height_px: int) -> bytes:
    """A PNG of any claimed size whose pixels compress to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def refusal_code(data: bytes) -> str:
    with pytest.raises(UnreadableImage) as caught:
        decode(data)
    assert caught.value.code in IMAGE_ERROR_CODES
    return caught.value.code


@pytest.mark.parametrize(("kind", "options"), [
    ("JPEG", {"quality": 95, "subsampling": 0}),
    ("PNG", {}),
    ("WEBP", {"quality": 95}),
    ("HEIF", {"quality": 95}),
])
def test_every_photo_format_gives_the_same_upright_rgb(kind, options):
    picture = make_picture()
    decoded = decode(encode(picture, kind, **options))
    assert decoded.shape == picture.shape
    assert decoded.dtype == np.uint8
    assert np.abs(decoded.astype(int) - picture).mean() < 6


@pytest.mark.parametrize(("kind", "content_type"), [
    ("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("HEIF", "image/heic"),
])
def test_info_names_format_and_size(kind, content_type):
    info = read_info(encode(make_picture(), kind))
    assert (info.format, info.content_type, info.width_px, info.height_px) == (kind, content_type, 90, 60)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_exif_orientation_is_applied(orientation, kind):
    upright = Image.fromarray(make_picture())
    exif = Image.Exif()
    exif[0x0112] = orientation
    # How a camera held that way would store the upright scene.
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation in undo else upright
    data = encode(stored, kind, exif=exif)
    decoded = decode(data)
    assert decoded.shape == (60, 90, 3)
    assert decoded[5, 5, 0] > 200
    assert decoded[5, 5, 1] < 60
    assert (read_info(data).width_px, read_info(data).height_px) == (90, 60)


def test_unreadable_exif_does_not_stop_a_photo():
    data = encode(make_picture(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + bytes(20))
    assert decode(data).shape == (60, 90, 3)


def test_jpeg_is_decoded_scaled_but_never_below_the_asked_side():
    data = encode(make_picture(800, 1200), "JPEG")
    assert decode(data, min_side_px=100).shape == (100, 150, 3)
    assert decode(data, min_side_px=101).shape == (200, 300, 3)
    assert decode(data, min_side_px=5000).shape == (800, 1200, 3)
    assert decode(data).shape == (800, 1200, 3)


def test_hundred_megapixel_jpeg_is_read_and_such_a_png_is_refused():
    data = encode(Image.new("L", (10_000, 10_000), 90), "JPEG", quality=20)
    assert decode(data, min_side_px=512).shape == (1250, 1250, 3)
    assert np.prod(decode(data).shape[:2]) <= MAX_PIXELS
    assert refusal_code(encode(Image.new("L", (10_000, 10_000), 90), "PNG")) == "too_many_pixels"


def test_decompression_bomb_is_refused_from_its_header():
    bomb = png_header(60_000, 60_000)
    assert len(bomb) < 1000
    assert refusal_code(bomb) == "too_many_pixels"
    with pytest.raises(UnreadableImage, match="megapixels"):
        read_info(bomb)


def test_jpeg_of_endless_scans_is_refused():
    data = encode(make_picture(), "JPEG", progressive=True)
    assert decode(data).shape == (60, 90, 3)
    scan = data.index(b"\xff\xda")
    assert refusal_code(data[:scan] + b"\xff\xda\0\0" * 200 + data[scan:]) == "too_many_pixels"


def test_empty_file_says_so():
    assert refusal_code(b"") == "empty"


@pytest.mark.parametrize("data", [b"hello", b"\0" * 500, b"PK\x03\x04zip", bytes(range(256)) * 4])
def test_what_is_no_image_says_so(data):
    assert refusal_code(data) == "not_an_image"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_formats_are_not_even_tried(kind):
    assert refusal_code(encode(make_picture(), kind)) == "unsupported_format"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_truncated_photo_is_refused(kind, share):
    noise = np.random.default_rng(3).integers(0, 255, (200, 300, 3), dtype=np.uint8)
    data = encode(noise, kind)
    assert refusal_code(data[: int(len(data) * share)]) == "truncated"


def test_scaled_decode_refuses_a_truncated_jpeg_too():
    data = encode(np.random.default_rng(3).integers(0, 255, (800, 900, 3), dtype=np.uint8), "JPEG")
    with pytest.raises(UnreadableImage) as caught:
        decode(data[: len(data) // 2], min_side_px=100)
    assert caught.value.code == "truncated"


def test_sixteen_bit_grey_keeps_its_tones():
    ramp = np.tile(np.linspace(0, 65535, 128).astype(np.uint16), (64, 1))
    decoded = decode(encode(Image.fromarray(ramp), "PNG"))
    assert decoded.shape == (64, 128, 3)
    assert np.abs(decoded[0, :, 0].astype(float) - ramp[0] / 257).max() <= 1


def test_sixteen_bit_rgb_png_is_read():
    height_px, width_px = 32, 40
    rows = b"".join(b"\0" + np.full((width_px, 3), 40_000, ">u2").tobytes() for _ in range(height_px))
    body = png_header(width_px, height_px)
    header = struct.pack(">IIBBBBB", width_px, height_px, 16, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )
    decoded = decode(body[:8] + chunks)
    assert decoded.shape == (32, 40, 3)
    assert abs(int(decoded[3, 3, 1]) - 156) <= 1


def test_grey_palette_cmyk_and_bilevel_become_rgb():
    picture = Image.fromarray(make_picture())
    assert decode(encode(picture.convert("L"), "JPEG")).shape == (60, 90, 3)
    assert decode(encode(picture.convert("P"), "PNG")).shape == (60, 90, 3)
    assert decode(encode(picture.convert("1"), "PNG")).shape == (60, 90, 3)
    cmyk = decode(encode(picture.convert("CMYK"), "JPEG", quality=95))
    assert np.abs(cmyk.astype(int) - make_picture()).mean() < 8


def test_transparency_shows_white():
    picture = Image.new("RGBA", (40, 30), (200, 0, 0, 0))
    assert (decode(encode(picture, "PNG")) == 255).all()
    palette = Image.new("P", (40, 30), 0)
    assert (decode(encode(palette, "PNG", transparency=0)) == 255).all()


def test_animated_picture_counts_by_its_first_frame():
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    for kind in ("WEBP", "PNG"):
        data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
        decoded = decode(data)
        assert decoded[10, 10, 0] > 200
        assert decoded[10, 10, 2] < 60


def test_two_pictures_in_one_jpeg_count_as_the_first():
    frames = [Image.new("RGB", (40, 32), colour) for colour in ("red", "blue")]
    data = encode(frames[0], "MPO", save_all=True, append_images=frames[1:])
    assert read_info(data).format == "JPEG"
    assert decode(data)[10, 10, 0] > 200


def test_profile_that_is_broken_or_not_for_rgb_is_left_aside():
    lab = ImageCms.createProfile("LAB")
    data = encode(make_picture(), "PNG", icc_profile=ImageCms.ImageCmsProfile(lab).tobytes())
    assert (decode(data) == make_picture()).all()
    broken = encode(make_picture(), "PNG", icc_profile=b"not a profile")
    assert (decode(broken) == make_picture()).all()


def test_png_text_bomb_is_refused_or_left_aside():
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "a" * 2_000_000, zip=True)
    data = encode(make_picture(), "PNG", pnginfo=info)
    assert len(data) < 20_000
    with pytest.raises(UnreadableImage):
        decode(data)


def test_heif_turned_in_its_container_is_upright():
    heif = pillow_heif.from_pillow(Image.fromarray(make_picture()))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    heif.save(out, exif=exif.tobytes(), quality=95)
    decoded = decode(out.getvalue())
    info = read_info(out.getvalue())
    assert decoded.shape[:2] == (info.height_px, info.width_px)
