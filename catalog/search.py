"""What can be asked of the catalog: words, filters, a colour, a likeness, an order; and how a design is filed.

A facet is a filter with counted values. Values chosen within one facet widen the result, facets narrow each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from catalog.colours import GROUPS, HEX, colour_group, pack_shade
from catalog.designs import DesignDraft, make_slug
from catalog.families import Facet, facet_codes, facet_names, families
from catalog.search_words import tokens_of
from catalog.text import Text

MAX_TYPED = 200
MAX_CHOSEN = 20
MAX_PAGE = 10_000
SLUG = re.compile(r"[a-z0-9-]{1,100}")
PHOTO_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")

FACETS: Mapping[str, Text] = {
    "craft": Text("Kerajinan", "Craft"),
    "material": Text("Bahan", "Material"),
    "technique": Text("Teknik", "Technique"),
    "colour": Text("Warna", "Colour"),
    "size": Text("Ukuran", "Size"),
    "price": Text("Kisaran harga", "Price"),
    "origin": Text("Asal", "Origin"),
    "licence": Text("Lisensi", "Licence"),
    "proven": Text("Bengkel yang terbukti", "Proven workshops"),
}
# By the longest side in millimetres: (below, code).
SIZES = ((100, "to_10"), (250, "10_25"), (500, "25_50"), (1000, "50_100"), (float("inf"), "from_100"))
# In thousands of rupiah: (below, code).
PRICES = (
    (100, "to_100"),
    (250, "100_250"),
    (500, "250_500"),
    (1000, "500_1000"),
    (2500, "1000_2500"),
    (float("inf"), "from_2500"),
)
# How many workshops are proven to make it: (at least, code).
PROVEN = ((1, "from_1"), (3, "from_3"))

# Filed like a facet, but asked for by nearness to a colour: nobody chooses from thousands of values.
SHADE = "shade"
# Values that stand in an order of their own; those of other facets stand with the most designs first.
ORDERS: Mapping[str, tuple[str, ...]] = {
    facet: tuple(code for _, code in steps) for facet, steps in (("size", SIZES), ("price", PRICES), ("proven", PROVEN))
}

NAMES: Mapping[str, Mapping[str, Text]] = {
    "size": {
        "to_10": Text("di bawah 10 cm", "under 10 cm"),
        "10_25": Text("10–25 cm", "10–25 cm"),
        "25_50": Text("25–50 cm", "25–50 cm"),
        "50_100": Text("50–100 cm", "50–100 cm"),
        "from_100": Text("1 m ke atas", "1 m and over"),
    },
    "price": {
        "to_100": Text("di bawah Rp100 ribu", "under Rp 100,000"),
        "100_250": Text("Rp100–250 ribu", "Rp 100,000–250,000"),
        "250_500": Text("Rp250–500 ribu", "Rp 250,000–500,000"),
        "500_1000": Text("Rp500 ribu–1 juta", "Rp 500,000–1 million"),
        "1000_2500": Text("Rp1–2,5 juta", "Rp 1–2.5 million"),
        "from_2500": Text("Rp2,5 juta ke atas", "Rp 2.5 million and over"),
    },
    "proven": {
        "from_1": Text("satu bengkel atau lebih", "one workshop or more"),
        "from_3": Text("tiga bengkel atau lebih", "three workshops or more"),
    },
    "licence": {
        "all_rights_reserved": Text("Hak cipta dilindungi", "All rights reserved"),
        "royalty_per_piece": Text("Royalti per buah", "Royalty per piece"),
        "programme_owned": Text("Milik program", "Owned by the programme"),
        "cc_by": Text("CC BY 4.0", "CC BY 4.0"),
        "cc_by_sa": Text("CC BY-SA 4.0", "CC BY-SA 4.0"),
        "cc_by_nd": Text("CC BY-ND 4.0", "CC BY-ND 4.0"),
        "cc_by_nc": Text("CC BY-NC 4.0", "CC BY-NC 4.0"),
        "cc_by_nc_sa": Text("CC BY-NC-SA 4.0", "CC BY-NC-SA 4.0"),
        "cc_by_nc_nd": Text("CC BY-NC-ND 4.0", "CC BY-NC-ND 4.0"),
    },
    "colour": GROUPS,
}

SORTS = ("best", "newest", "price", "price_down", "lead_time", "proven")


@dataclass(frozen=True)
class SearchQuery:
    """One question to the catalog, as its address says it."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    colour: str = ""  # "#RRGGBB": designs with a colour near it, the nearest first
    like: str = ""  # the slug of a design: the most alike first
    photo: str = ""  # the key of a photo that was asked with: the most alike first
    sort: str = "best"
    page: int = 1

    @property
    def tokens(self) -> tuple[str, ...]:
        return tokens_of(self.words)

    @property
    def is_by_likeness(self) -> bool:
        return bool(self.like or self.photo)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order is asked."""
        return bool(self.words or self.chosen or self.colour or self.is_by_likeness)

    def pairs(self, *, page: int = 1) -> list[tuple[str, str]]:
        """The query of its address, always in the same order."""
        plain = [("q", self.words), ("like", self.like), ("photo", self.photo), ("shade", self.colour.lstrip("#"))]
        chosen = [(facet, code) for facet in FACETS for code in self.chosen.get(facet, ())]
        ends = [("sort", self.sort if self.sort != "best" else ""), ("page", str(page) if page > 1 else "")]
        return [(name, value) for name, value in [*plain, *chosen, *ends] if value]

    def without(self, facet: str, code: str | None = None) -> SearchQuery:
        """The same without one value of a facet, or without the facet."""
        left = tuple(each for each in self.chosen.get(facet, ()) if code is not None and each != code)
        chosen = {name: codes for name, codes in self.chosen.items() if name != facet}
        return replace(self, chosen=chosen | ({facet: left} if left else {}), page=1)


def read_query(pairs: Iterable[tuple[str, str]]) -> SearchQuery:
    """A query as an address or a form writes it. What cannot be meant is left out; an unknown value finds nothing."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)

    def first(name: str) -> str:
        return given.get(name, [""])[0].replace("\0", "").strip()

    chosen = {facet: _codes(given[facet]) for facet in FACETS if facet in given}
    shade = f"#{first('shade').lstrip('#')}"
    page = first("page")
    return SearchQuery(
        words=first("q")[:MAX_TYPED].strip(),
        chosen={facet: codes for facet, codes in chosen.items() if codes},
        colour=shade.upper() if HEX.fullmatch(shade) else "",
        like=first("like") if SLUG.fullmatch(first("like")) else "",
        photo=first("photo") if PHOTO_KEY.fullmatch(first("photo")) else "",
        sort=first("sort") if first("sort") in SORTS else "best",
        page=min(max(1, int(page)), MAX_PAGE) if page.isdecimal() and page.isascii() and len(page) < 4000 else 1,
    )


def _codes(values: list[str]) -> tuple[str, ...]:
    """Each once, in one order, so that the same choice has one address."""
    cleaned = {value.replace("\0", "").strip()[:80] for value in values}
    return tuple(sorted(cleaned - {""})[:MAX_CHOSEN])


def size_class(dimensions_mm: Mapping[str, float]) -> str | None:
    """By the longest side; None without any."""
    longest = max(dimensions_mm.values(), default=0)
    return next((code for below, code in SIZES if longest < below), None) if longest > 0 else None


def price_band(price_idr: int | None) -> str | None:
    if price_idr is None:
        return None
    return next(code for below, code in PRICES if price_idr < below * 1000)


def proven_codes(proven: int) -> tuple[str, ...]:
    """Cumulative: what three workshops make, one makes as well."""
    return tuple(code for least, code in PROVEN if proven >= least)


def origin_code(origin: str) -> str:
    """'Klaten, Jawa Tengah' -> 'klaten-jawa-tengah'; '' where nothing is said."""
    return make_slug(origin) if origin.strip() else ""


def facets_of(draft: DesignDraft, price_idr: int | None, proven: int) -> dict[str, tuple[str, ...]]:
    """The values under which a design is found, by facet."""
    filed = {
        "craft": (draft.craft,),
        "material": facet_codes(draft.craft, draft.attributes, Facet.MATERIAL),
        "technique": facet_codes(draft.craft, draft.attributes, Facet.TECHNIQUE),
        "colour": tuple(dict.fromkeys(colour_group(colour.hex) for colour in draft.colours)),
        "size": (size_class(draft.dimensions_mm),),
        "price": (price_band(price_idr),),
        "origin": (origin_code(draft.origin),),
        "licence": (draft.licence,),
        "proven": proven_codes(proven),
        SHADE: tuple(str(pack_shade(colour.hex)) for colour in draft.colours),
    }
    return {facet: tuple(code for code in codes if code) for facet, codes in filed.items()}


@lru_cache(maxsize=4096)
def value_name(facet: str, code: str) -> Text | None:
    """The name of a facet's value; None for places, which are called what their designs call them."""
    if facet == "craft":
        family = families().get(code)
        return family.name if family else None
    if facet in (Facet.MATERIAL, Facet.TECHNIQUE):
        return facet_names(Facet(facet)).get(code)
    return NAMES.get(facet, {}).get(code)
