"""The addresses of a picture's copies, as `srcset` lists them for a browser to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from flask import Flask

from service.addresses import list_address
from service.images import WIDTHS_PX, Format, derivative_size


class ShownPicture(Protocol):
    """What a page needs to know of a design's picture; placeholder: a data: address, or empty."""

    image_key: str
    width_px: int
    height_px: int
    placeholder: str


@dataclass(frozen=True)
class Sources:
    """For a <picture>: `avif` and `webp` are srcsets, `src` is for browsers that read none."""

    avif: str
    webp: str
    src: str


def picture_address(image_key: str, width_px: int, form: Format = Format.WEBP) -> str:
    return list_address("pictures.design_picture", "image_key", image_key, width_px=width_px, form=form.value)


def picture_sources(picture: ShownPicture, widest_px: int = max(WIDTHS_PX), src_px: int = 480) -> Sources:
    """The copies up to `widest_px`, and up to the first that is as wide as the picture itself."""
    folder = picture_address(picture.image_key, src_px).removesuffix(f"{src_px}.{Format.WEBP}")
    narrower = [width_px for width_px in WIDTHS_PX if width_px < picture.width_px]
    widths_px = [width_px for width_px in WIDTHS_PX[: len(narrower) + 1] if width_px <= widest_px]
    real_px = {asked: picture_size(picture, asked)[0] for asked in widths_px}
    return Sources(
        avif=_srcset(folder, real_px, Format.AVIF),
        webp=_srcset(folder, real_px, Format.WEBP),
        src=f"{folder}{src_px}.{Format.WEBP}",
    )


def _srcset(folder: str, real_px: Mapping[int, int], form: Format) -> str:
    """real_px: the width of the copy that is asked for as so wide."""
    return ", ".join(f"{folder}{asked}.{form} {real}w" for asked, real in real_px.items())


def picture_size(picture: ShownPicture, wanted_px: int) -> tuple[int, int]:
    """(width, height) of the copy that is asked for as `wanted_px` wide."""
    return derivative_size(picture.width_px, picture.height_px, wanted_px)


def attach(app: Flask) -> None:
    app.jinja_env.globals.update(
        picture_sources=picture_sources, picture_address=picture_address, picture_size=picture_size
    )
