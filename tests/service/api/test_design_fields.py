"""All that a designer says of a design, and the craft families, as the API gives them."""

from __future__ import annotations

from decimal import Decimal

from catalog.families import families
from catalog.money import Money
from catalog.text import Text
from tests.factories import make_design


def test_a_design_is_given_with_its_terms_its_licence_and_its_origin(call, session):
    original = make_design(session, title=Text("Asal", "Original"), licence="cc_by_sa")
    made = make_design(
        session,
        story=Text("Dari tepi kali.", "From the riverside."),
        attributes={"body": "stoneware", "forming": ("thrown",), "firing_temperature": 1240.0, "food_safe": True},
        lead_time_days=28,
        minimum_order=12,
        price=Money(Decimal(185000), "IDR"),
        origin="Bayat, Klaten",
        licence="cc_by_sa",
        credit="Ratna Wulandari",
        derived_from_id=original.id,
    )
    design = call("GET", f"/designs/{made.design.slug}").json
    assert design["story"] == {"id": "Dari tepi kali.", "en": "From the riverside."}
    assert design["attributes"] == {
        "body": "stoneware",
        "forming": ["thrown"],
        "firing_temperature": 1240.0,
        "food_safe": True,
    }
    assert (design["lead_time_days"], design["minimum_order"], design["origin"]) == (28, 12, "Bayat, Klaten")
    assert design["price"] == {"amount": "185000.00", "currency": "IDR"}
    assert (design["licence"], design["credit"], design["royalty"]) == ("cc_by_sa", "Ratna Wulandari", None)
    assert design["licence_url"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert (design["derived_from"]["slug"], design["derived_from"]["version"]) == (original.design.slug, 1)
    assert design["changes_url"].endswith(f"/designs/{made.design.slug}/changes")


def test_what_a_design_does_not_say_is_null_or_empty(call, session):
    design = call("GET", f"/designs/{make_design(session).design.slug}").json
    for name in ("lead_time_days", "minimum_order", "price", "royalty", "derived_from", "licence_url"):
        assert design[name] is None, name
    assert (design["origin"], design["credit"]) == ("", "")


def test_the_families_say_what_attributes_mean(call):
    found = call("GET", "/families?page_size=100").json
    assert [family["code"] for family in found["items"]] == list(families())
    ceramics = found["items"][0]
    assert ceramics["name"] == {"id": "Keramik", "en": "Ceramics"}
    attributes = {attribute["code"]: attribute for attribute in ceramics["attributes"]}
    assert attributes["body"]["required"] is True
    assert {"code": "stoneware", "name": {"id": "Stoneware", "en": "Stoneware"}} in attributes["body"]["choices"]
    temperature = attributes["firing_temperature"]
    assert (temperature["kind"], temperature["unit"], temperature["minimum"]) == ("number", "°C", 600)
    assert (temperature["choices"], temperature["facet"]) == ([], None)
