"""What a page is about, in the words of schema.org: for search engines and everyone else who reads JSON-LD.

Images carry their licence as search engines show it: license, acquireLicensePage, creditText, creator, copyrightNotice
(schema.org/ImageObject). Every address is absolute.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from catalog.families import from_plain
from catalog.store.tables import DesignPicture, DesignVersion, Organisation
from service.addresses import address, base_address, canonical_address
from service.attribute_words import attributes_in_words
from service.language import current_language, in_language
from service.licence_words import licence_address
from service.picture_sources import picture_size
from service.words import craft_name, dimension_name

CONTEXT = "https://schema.org"
PICTURE_PX = 1600
# UN/CEFACT codes of units.
MILLIMETRE, DAY, PIECE = "MMT", "DAY", "C62"
# The sizes that schema.org has a term for; the others are properties with a name.
SIZES = frozenset({"width", "height", "depth"})


def design_data(version: DesignVersion) -> dict[str, Any]:
    """A design's page: the product, and the way to it."""
    trail = [
        (gettext("Designs"), address("catalog.browse")),
        (craft_name(version.craft), address("catalog.browse", craft=version.craft)),
        (in_language(version.title), canonical_address()),
    ]
    return {"@context": CONTEXT, "@graph": [_product(version), _breadcrumbs(trail)]}


def _product(version: DesignVersion) -> dict[str, Any]:
    attributes = attributes_in_words(version.craft, from_plain(version.attributes))
    return _said(
        {
            "@type": "Product",
            "@id": address("catalog.design", slug=version.design.slug) + "#product",
            "name": in_language(version.title),
            "description": in_language(version.description),
            "url": canonical_address(),
            "category": craft_name(version.craft),
            "brand": {"@type": "Brand", "name": version.design.studio.name, "url": _studio_address(version)},
            "image": [_image(version, picture) for picture in version.pictures],
            "material": [in_language(material) for material in version.materials],
            "color": ", ".join(in_language(colour["name"]) for colour in version.colours),
            "additionalProperty": [
                *({"@type": "PropertyValue", "name": name, "value": value} for name, value in attributes),
                *_other_sizes(version),
            ],
            "offers": _offer(version),
            **_sizes(version),
        }
    )


def _image(version: DesignVersion, picture: DesignPicture) -> dict[str, Any]:
    page = address("catalog.design", slug=version.design.slug)
    width_px, height_px = picture_size(picture, PICTURE_PX)
    studio, year = version.design.studio.name, (version.published_at or version.created_at).year
    return _said(
        {
            "@type": "ImageObject",
            "contentUrl": address(
                "pictures.design_picture", image_key=picture.image_key, width_px=PICTURE_PX, form="webp"
            ),
            "width": width_px,
            "height": height_px,
            "caption": in_language(picture.alt),
            # A licence without a text of its own elsewhere is said in words on the page.
            "license": licence_address(version.licence) or f"{page}#licence",
            "acquireLicensePage": f"{page}#licence",
            "creditText": version.credit or studio,
            "creator": {"@type": "Organization", "name": studio, "url": _studio_address(version)},
            "copyrightNotice": f"© {year} {studio}",
        }
    )


def _offer(version: DesignVersion) -> dict[str, Any] | None:
    """The price that was given, of a piece that is made when it is ordered."""
    if version.price is None:
        return None
    lead_time = version.lead_time_days and {
        "@type": "QuantitativeValue",
        "value": version.lead_time_days,
        "unitCode": DAY,
    }
    least = version.minimum_order and {
        "@type": "QuantitativeValue",
        "minValue": version.minimum_order,
        "unitCode": PIECE,
    }
    return _said(
        {
            "@type": "Offer",
            "price": format(version.price.amount, "f"),
            "priceCurrency": version.price.currency,
            "availability": f"{CONTEXT}/MadeToOrder",
            "itemCondition": f"{CONTEXT}/NewCondition",
            "url": canonical_address(),
            "deliveryLeadTime": lead_time,
            "eligibleQuantity": least,
        }
    )


def _sizes(version: DesignVersion) -> dict[str, Any]:
    return {
        name: {"@type": "QuantitativeValue", "value": size_mm, "unitCode": MILLIMETRE}
        for name, size_mm in version.dimensions_mm.items()
        if name in SIZES
    }


def _other_sizes(version: DesignVersion) -> list[dict[str, Any]]:
    return [
        {"@type": "PropertyValue", "name": dimension_name(name), "value": size_mm, "unitCode": MILLIMETRE}
        for name, size_mm in version.dimensions_mm.items()
        if name not in SIZES
    ]


def studio_data(studio: Organisation) -> dict[str, Any]:
    organisation = _organisation(studio, address("studios.show", studio_id=studio.id) + "#studio")
    trail = [(gettext("Designs"), address("catalog.browse")), (studio.name, canonical_address())]
    return {"@context": CONTEXT, "@graph": [organisation, _breadcrumbs(trail)]}


def workshop_data(workshop: Organisation) -> dict[str, Any]:
    organisation = _organisation(workshop, address("workshops.show", workshop_id=workshop.id) + "#workshop")
    return {"@context": CONTEXT, "@graph": [organisation]}


def _organisation(organisation: Organisation, identifier: str) -> dict[str, Any]:
    place = {"@type": "PostalAddress", "addressLocality": organisation.place} if organisation.place else None
    return _said(
        {
            "@type": "Organization",
            "@id": identifier,
            "name": organisation.name,
            "description": in_language(organisation.about),
            "url": canonical_address(),
            "address": place,
        }
    )


def site_data() -> dict[str, Any]:
    """The start page: who publishes here, and how the site is searched."""
    home = base_address() + "/"
    publisher = {
        "@type": "Organization",
        "@id": f"{home}#organisation",
        "name": "Kriya",
        "url": home,
        "logo": address("static", filename="favicon.svg"),
    }
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": address("catalog.browse") + "?q={search_term_string}"},
        "query-input": "required name=search_term_string",
    }
    site = {
        "@type": "WebSite",
        "@id": f"{home}#site",
        "name": "Kriya",
        "url": home,
        "inLanguage": current_language(),
        "publisher": {"@id": publisher["@id"]},
        "potentialAction": search,
    }
    return {"@context": CONTEXT, "@graph": [publisher, site]}


def _breadcrumbs(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": link}
        for position, (name, link) in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _studio_address(version: DesignVersion) -> str:
    return address("studios.show", studio_id=version.design.studio_id)


def _said(given: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing."""
    return {name: value for name, value in given.items() if value not in (None, "", [], {}, 0)}
