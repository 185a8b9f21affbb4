"""A collection as a lookbook: gather what its pages say and show, and have them laid out."""

from __future__ import annotations

import datetime
import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import format_date, gettext, ngettext
from PIL import Image
from sqlalchemy.orm import Session

from catalog.money import ExchangeRate
from catalog.store import collections as records
from catalog.store import makers
from catalog.store.collections import Entry
from catalog.store.money import newest_rates
from catalog.store.tables import Collection, DesignPicture, DesignVersion
from models.errors import UnreadableImage
from service.addresses import address
from service.comparison import maker_in_words
from service.design_facts import form_facts, order_facts
from service.images import WIDTHS_PX, Derivatives, Format
from service.language import in_language, marked, speaking
from service.licence_words import licence_address, licence_name
from service.pdf.document import Picture
from service.pdf.lookbook import Lookbook, LookbookDesign, LookbookWords, make_lookbook
from service.storage import ImageNotFound
from service.words import craft_name

log = logging.getLogger(__name__)

# 168 mm at 220 dots an inch: sharp in print, and sixty of them still go by e-mail.
PHOTO_PX = 1440
JPEG_QUALITY = 82


@dataclass(frozen=True)
class LookbookChoice:
    """What the person who makes it chose."""

    language: str  # "id" or "en"
    with_prices: bool = True


def make_collection_lookbook(
    session: Session, copies: Derivatives, collection: Collection, choice: LookbookChoice, now: datetime.datetime
) -> bytes:
    """The collection as PDF, in the language chosen. Designs that have left the catalog are left out.

    Raises: StorageUnavailable.
    """
    with speaking(choice.language):
        rates = newest_rates(session) if choice.with_prices else None
        shown = [entry for entry in records.entries_of(collection.items) if entry.version is not None]
        book = Lookbook(
            title=in_language(collection.title),
            note=marked(collection.note),
            contact=collection.contact or default_contact(collection),
            language=choice.language,
            made_at=now,
            made_on=format_date(now, "long"),
            words=_words(shown),
            designs=tuple(_design(session, copies, entry.version, rates) for entry in shown),
        )
        return make_lookbook(book)


def default_contact(collection: Collection) -> str:
    """Who made it, where nothing else was written."""
    person = collection.person
    return "\n".join(filter(None, (person.name, person.organisation.name, person.organisation.place)))


def _words(shown: Sequence[Entry]) -> LookbookWords:
    return LookbookWords(
        kind=gettext("Lookbook"),
        count=ngettext("%(num)s design", "%(num)s designs", len(shown)),
        contents=gettext("Contents"),
        makers=gettext("Made by"),
        credit=gettext("Credit"),
        licence=gettext("Licence"),
        scan=gettext("Photos, makers and inquiries: scan this code."),
        contact=gettext("Whom to ask"),
        closing=gettext(
            "Each design belongs to those named on its page, under the licence given there. "
            "What the pages say was true on the day of this lookbook; the codes lead to what is true today."
        ),
    )


def _design(
    session: Session, copies: Derivatives, version: DesignVersion, rates: Mapping[str, ExchangeRate] | None
) -> LookbookDesign:
    studio = version.design.studio
    shown = makers.makers_of(session, version.design_id).shown
    return LookbookDesign(
        title=marked(version.title),
        eyebrow=craft_name(version.craft),
        by=", ".join(filter(None, (studio.name, studio.place))),
        story=marked(version.description),
        facts=(*order_facts(version, rates), *form_facts(version), (gettext("Origin"), version.origin)),
        makers=tuple((record.workshop.name, maker_in_words(record)) for record in shown),
        credit=version.credit or studio.name,
        licence=licence_name(version.licence),
        licence_address=licence_address(version.licence),
        address=address("catalog.design", slug=version.design.slug),
        picture=read_picture(copies, version.pictures[0], in_language(version.title)) if version.pictures else None,
    )


def read_picture(copies: Derivatives, picture: DesignPicture, otherwise: str = "") -> Picture | None:
    """A picture of a design for paper; None when it cannot be read: the words are still worth having.

    Raises: StorageUnavailable.
    """
    return print_copy(copies, picture.image_key, in_language(picture.alt) or otherwise)


def print_copy(copies: Derivatives, image_key: str, alt: str, side_px: int = PHOTO_PX) -> Picture | None:
    """A stored image as a JPEG whose longer side has at most so many pixels, from the copy that pages show.

    The worker has made that copy when the picture came: reading it takes a twentieth of what the original would.
    Raises: StorageUnavailable.
    """
    try:
        data = copies.get(image_key, next(px for px in WIDTHS_PX if px >= side_px), Format.AVIF)
    except (ImageNotFound, UnreadableImage) as error:
        log.warning("image %s cannot be put on paper: %s", image_key, error)
        return None
    with Image.open(io.BytesIO(data)) as copy:
        shown = copy.convert("RGB")
    shown.thumbnail((side_px, side_px), reducing_gap=2.0)
    file = io.BytesIO()
    shown.save(file, "JPEG", quality=JPEG_QUALITY)
    return Picture(file.getvalue(), *shown.size, alt)
