"""Photos as phones write them: with the place, the camera and much else beside the pixels."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

from tests.factories import photo_bytes

ORIENTATION, MAKE, ARTIST, COPYRIGHT = 0x0112, 0x010F, 0x013B, 0x8298
CAMERA_FIELDS, GPS_FIELDS, SERIAL_NUMBER = 0x8769, 0x8825, 0xA431
TURNED_RIGHT = 6
SECRET = "SECRET"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{SECRET} place</x:xmpmeta>'.encode()
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def camera_photo(image_format: str = "JPEG", seed: int = 1, credit: str = "Ratna, © Studio Ágil") -> bytes:
    """Lying on its side, twice as wide as high, with a colour profile; whatever is private in it says SECRET."""
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    exif[MAKE] = f"{SECRET} camera"
    exif[COPYRIGHT] = credit.encode("latin-1")
    exif.get_ifd(CAMERA_FIELDS)[SERIAL_NUMBER] = f"{SECRET} serial"
    exif.get_ifd(GPS_FIELDS).update({1: "S", 2: (7.0, 42.0, 18.0), 29: f"{SECRET} day"})
    more = {"JPEG": {"comment": f"{SECRET} note"}}.get(image_format, {})
    target = io.BytesIO()
    shown = Image.open(io.BytesIO(photo_bytes(seed))).resize((96, 48))
    shown.save(target, image_format, exif=exif.tobytes(), xmp=XMP, icc_profile=PROFILE, quality=90, **more)
    data = target.getvalue()
    return data + f"{SECRET} film".encode() if image_format in ("JPEG", "PNG") else data
