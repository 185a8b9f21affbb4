"""Every pair of colours that the stylesheets set on each other holds WCAG 2.2 AA, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "service" / "static" / "css"
TEXT_CONTRAST = 4.5
PART_CONTRAST = 3.0

GROUNDS = ("kapas", "kertas", "abu-muda")
TEXT_PAIRS = [
    *[(text, ground) for text in ("arang", "abu", "nila", "nila-tua", "sogan") for ground in GROUNDS],
    *[(text, ground) for text in ("daun", "kunyit", "bata") for ground in GROUNDS],
    *[(name, f"{name}-muda") for name in ("nila", "sogan", "daun", "kunyit", "bata", "abu")],
    *[("arang", f"{name}-muda") for name in ("nila", "sogan", "daun", "kunyit", "bata")],
    ("di-atas", "nila"),
    ("di-atas", "nila-tua"),
    ("kapas", "arang"),
]
# Edges of fields and buttons, the focus ring, icons and the parts of the verdict bar against their ground.
PART_PAIRS = [(part, ground) for part in ("tepi", "nila", "daun", "kunyit", "bata") for ground in GROUNDS]


def read_tokens(scheme: str) -> dict[str, str]:
    """The colour tokens of a scheme; dark ones are set over the light ones."""
    light, dark = (CSS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", light))
    if scheme == "dark":
        tokens |= dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", dark))
    return tokens


def relative_luminance(colour: str) -> float:
    """Of "#RRGGBB", in [0, 1]. Source: WCAG 2.2, "relative luminance"."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """In [1, 21]. Source: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((relative_luminance(first), relative_luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_agrees_with_the_published_extremes():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_on_every_ground_it_is_set_on(scheme):
    tokens = read_tokens(scheme)
    weak = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < TEXT_CONTRAST} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_and_marks_stand_out_from_every_ground(scheme):
    tokens = read_tokens(scheme)
    weak = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in PART_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < PART_CONTRAST} == {}


def test_both_schemes_name_the_same_colours():
    light, dark = (CSS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    names = [set(re.findall(r"--([\w-]+):\s*#", part)) for part in (light, dark)]
    assert names[0] == names[1]


def test_stylesheets_take_every_colour_from_the_tokens():
    """Only what lies over a photograph is the same in both schemes, and written out."""
    over_photos = {"#fff", "#000", "#171411", "#1F1B16"}
    for sheet in CSS.glob("*.css"):
        if sheet.name != "tokens.css":
            written = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[^{}]*[;}])", sheet.read_text()))
            assert written <= over_photos, sheet.name


def test_every_token_that_is_used_exists():
    tokens = set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text()))
    for sheet in CSS.glob("*.css"):
        text = sheet.read_text()
        own = set(re.findall(r"--([\w-]+):", text))
        assert set(re.findall(r"var\(--([\w-]+)", text)) <= tokens | own, sheet.name
