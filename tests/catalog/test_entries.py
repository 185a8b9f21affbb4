"""What the search keeps of a design, and the edition of the rules that it is made by."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

from catalog.designs import Colour, DesignDraft, stamp_of
from catalog.entries import EDITION, CardPicture, Published, Studio, make_entry
from catalog.licences import Licence
from catalog.money import Money
from catalog.text import Text

PUBLISHED = Published(
    slug="fluted-bowl",
    number=2,
    published_at=datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC),
    draft=DesignDraft(
        title=Text("Mangkuk beralur, kemeja", "Fluted bowl, 30 cm"),
        description=Text("Untuk nasi", "For rice"),
        craft="ceramics",
        technique=Text("Putar", "Thrown"),
        materials=(Text("tanah liat", "stoneware clay"),),
        dimensions_mm={"diameter": 182.0, "height": 61.5},
        colours=(Colour(Text("hijau", "celadon green"), "#8FB09A"),),
        attributes={"body": "stoneware", "forming": ("thrown",), "glaze": "celadon"},
        price=Money(Decimal(185_000), "IDR"),
        lead_time_days=35,
        origin="Klaten",
        licence=Licence.CC_BY,
    ),
    studio=Studio(uuid.UUID(int=1), "Studio Lereng", "Yogyakarta"),
    pictures=[CardPicture("0" * 64, 1600, 2000, {"id": "", "en": ""})],
    price_idr=185_000,
    makers=2,
    proven=1,
)


def test_rules_that_say_anything_else_of_a_design_are_another_edition():
    """Rows that were written before stay as they are, unless EDITION goes up with the rules."""
    assert (EDITION, stamp_of(make_entry(PUBLISHED))) == (2, "edc766814a8d3946")
