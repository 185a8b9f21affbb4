"""The page of results: what was asked, what can be asked further, and the designs found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import current_app, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from catalog.colours import GROUP_HEX
from catalog.families import find_family
from catalog.search import FACETS, ORDERS, SORTS, SearchQuery
from catalog.search_index import SearchIndex
from service.database import current_session
from service.language import current_language, in_language
from service.search import Dropped, Found, Search

# Of each filter so many values stand open, so many more folded; the rest come up as other filters narrow the catalog.
OPEN_VALUES = 8
MOST_VALUES = 40
OPEN_FACETS = 4

SORT_NAMES = {
    "best": _l("Best match"),
    "newest": _l("Newest"),
    "price": _l("Price, lowest first"),
    "price_down": _l("Price, highest first"),
    "lead_time": _l("Shortest lead time"),
    "proven": _l("Most proven workshops"),
}


@dataclass(frozen=True)
class Value:
    code: str
    name: str
    count: int
    is_chosen: bool
    hex: str = ""  # a colour to show beside the name


@dataclass(frozen=True)
class FacetView:
    """A filter: values that stand open, and those that are folded."""

    code: str
    name: str
    values: Sequence[Value]
    more: Sequence[Value]
    is_open: bool


@dataclass(frozen=True)
class Listing:
    """Whether search engines list this page; the one craft that it is about, or ""."""

    is_listed: bool
    craft: str


@dataclass(frozen=True)
class Chip:
    """A filter in force; `url` is the same without it."""

    label: str
    url: str
    hex: str = ""


def search() -> Search:
    return current_app.extensions["search"]


def address_of(query: SearchQuery, *, page: int = 1) -> str:
    """The address of a query, the same for the same query."""
    pairs = query.pairs(page=page)
    return url_for("catalog.browse") + (f"?{urlencode(pairs)}" if pairs else "")


def answer(query: SearchQuery, *, photo_error: str = "", status: int = 200) -> tuple[str, int]:
    """The page for a query and its status: 404 beyond the last page, with the way back to those that there are.

    Raises: NotFound for the likeness of what is not there.
    """
    found = search().find(current_session(), query)
    is_beyond = query.page > found.pages
    facets = list(_facets(found))
    page = render_template(
        "catalog/browse.html",
        query=query,
        found=found,
        heading=heading(query, found),
        facets=facets,
        chips=list(_chips(query, found)),
        sorts=_sorts(query),
        page_url=lambda page: address_of(query, page=page),
        address_of=address_of,
        way_label=lambda way: _way_label(way, found.index),
        crafts=_craft_links(found.index) if not found.total else [],
        photo_error=photo_error,
        listed=_listing(query, found),
        is_beyond=is_beyond,
    )
    return page, 404 if is_beyond else status


def _sorts(query: SearchQuery) -> list[tuple[str, str]]:
    """(code, name) of the orders to choose from; where nothing is asked that could fit better or worse, the newest come
    first, and are called so."""
    if query.words or query.colour or query.is_by_likeness:
        return [(code, SORT_NAMES[code]) for code in SORTS]
    names = SORT_NAMES | {"best": SORT_NAMES["newest"]}
    twice = "best" if query.sort == "newest" else "newest"
    return [(code, names[code]) for code in SORTS if code != twice]


def _listing(query: SearchQuery, found: Found) -> Listing:
    """The catalog and its crafts are pages of their own; every other result repeats them."""
    crafts = query.chosen.get("craft", ())
    known = len(crafts) == 1 and find_family(crafts[0]) is not None
    plain = SearchQuery(chosen={"craft": crafts} if known else {}, page=query.page)
    return Listing(query == plain and len(found.cards) > 0, crafts[0] if known else "")


def heading(query: SearchQuery, found: Found) -> str:
    """What the page is called, before its number."""
    if query.words:
        return gettext("Designs for “%(words)s”", words=query.words)
    if query.photo:
        return gettext("Designs like your photo")
    if query.like:
        title = found.like_title and in_language(found.like_title)
        return gettext("Designs like “%(title)s”", title=title) if title else gettext("Designs like this one")
    chosen = [(facet, code) for facet, codes in query.chosen.items() for code in codes]
    return name_of(*chosen[0], found.index) if len(chosen) == 1 and not query.colour else gettext("Designs")


def name_of(facet: str, code: str, index: SearchIndex) -> str:
    """A value as people read it, with a capital letter."""
    return _with_capital(index.name_of(facet, code).get(current_language()))


def _with_capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _facets(found: Found) -> Iterator[FacetView]:
    for place, (facet, name) in enumerate(FACETS.items()):
        values = _values(facet, found)
        if values or facet == "colour":  # beside its values one can look for a colour of one's own
            chosen = any(value.is_chosen for value in values)
            opened = max(OPEN_VALUES, sum(value.is_chosen for value in values))
            shown = len(values) if facet in ORDERS else opened
            is_open = place < OPEN_FACETS or chosen
            label = name.get(current_language())
            yield FacetView(facet, label, values[:shown], values[shown:MOST_VALUES], is_open)


def _values(facet: str, found: Found) -> list[Value]:
    counts, chosen = found.counts[facet], found.query.chosen.get(facet, ())
    codes = list(counts) + [code for code in chosen if code not in counts]
    if facet in ORDERS:
        codes.sort(key=_place_in(facet))
    else:
        codes.sort(key=lambda code: (code not in chosen, -counts.get(code, 0), code))
        codes = codes[: max(MOST_VALUES, len(chosen))]
    language = current_language()
    names = [_with_capital(found.index.name_of(facet, code).get(language)) for code in codes]
    return [
        Value(code, name, counts.get(code, 0), code in chosen, _hex(facet, code))
        for code, name in zip(codes, names, strict=True)
    ]


def _hex(facet: str, code: str) -> str:
    return GROUP_HEX.get(code, "") if facet == "colour" else ""


def _place_in(facet: str) -> Callable[[str], int]:
    order = ORDERS[facet]
    return lambda code: order.index(code) if code in order else len(order)


def _chips(query: SearchQuery, found: Found) -> Iterator[Chip]:
    if query.words:
        yield Chip(f"“{query.words}”", address_of(replace(query, words="", page=1)))
    if query.photo:
        yield Chip(gettext("Your photo"), address_of(replace(query, photo="", page=1)))
    if query.like:
        yield Chip(heading(replace(query, words="", photo=""), found), address_of(replace(query, like="", page=1)))
    if query.colour:
        yield Chip(gettext("Near this colour"), address_of(replace(query, colour="", page=1)), query.colour)
    for facet, codes in query.chosen.items():
        for code in codes:
            yield Chip(name_of(facet, code, found.index), address_of(query.without(facet, code)), _hex(facet, code))


def _way_label(way: Dropped, index: SearchIndex) -> str:
    """What is left out on a way on from no results."""
    if way.facet == "words":
        return gettext("Without “%(words)s”", words=way.code)
    if way.facet == "colour":
        return gettext("In any colour")
    return gettext("Without “%(name)s”", name=name_of(way.facet, way.code, index))


def _craft_links(index: SearchIndex) -> list[tuple[str, str, int]]:
    """(name, address, designs) of the crafts, the largest first."""
    sizes: Mapping[str, int] = {code: len(numbers) for code, numbers in index.sets.get("craft", {}).items()}
    crafts = sorted(sizes.items(), key=lambda pair: -pair[1])
    return [
        (name_of("craft", code, index), address_of(SearchQuery(chosen={"craft": (code,)})), count)
        for code, count in crafts
    ]
