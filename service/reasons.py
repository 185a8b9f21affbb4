"""The engine's reason codes as sentences: what was found, where in the picture, and what to do.

A test holds every code of `models.REASON_CODES` to its words here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

# From this share of the photo on, both ways, a region is no longer a place in it.
WHOLE_FROM = 0.6

PLACES = (
    (_l("at the upper left"), _l("at the top"), _l("at the upper right")),
    (_l("on the left"), _l("in the middle"), _l("on the right")),
    (_l("at the lower left"), _l("at the bottom"), _l("at the lower right")),
)
EVERYWHERE = _l("over most of the piece")

# In a list or under a picture: as short as can be.
SHORT = {
    "surface": _l("surface differs"),
    "colour": _l("colour differs"),
    "shape": _l("outline differs"),
    "missing_part": _l("something is missing"),
    "extra_part": _l("something is extra"),
    "too_small": _l("too few pixels"),
    "too_dark": _l("too dark"),
    "too_bright": _l("too bright"),
    "blurred": _l("blurred"),
    "glare": _l("reflection"),
    "wrong_piece": _l("another piece"),
    "cut_off": _l("cut off at the edge"),
    "not_aligned": _l("taken from another side"),
    "missing_file": _l("file missing"),
    "empty": _l("file empty"),
    "not_an_image": _l("not a photo"),
    "unsupported_format": _l("unknown kind of picture"),
    "truncated": _l("file damaged"),
    "too_many_pixels": _l("too many pixels"),
}

# A finding says where, if it has a place: (sentence with a place, sentence without).
FINDINGS = {
    "surface": (
        _l("The surface %(where)s differs from every reference photo."),
        _l("The surface differs from every reference photo."),
    ),
    "colour": (
        _l("The colour %(where)s differs more than the references do from each other."),
        _l("The colour differs more than the references do from each other."),
    ),
    "shape": (
        _l("The outline %(where)s is bent."),
        _l("The outline as a whole is bent or of other proportions."),
    ),
    "missing_part": (
        _l("The outline falls short %(where)s: something is missing there, or bent in."),
        _l("The outline falls short: something is missing, or bent in."),
    ),
    "extra_part": (
        _l("The outline sticks out %(where)s: something was added there, or bent out."),
        _l("The outline sticks out: something was added, or bent out."),
    ),
}

# How far beyond, from a strength on (1 is the limit of what is accepted).
STRENGTHS = (
    (2.0, _l("far beyond what the references show")),
    (1.3, _l("clearly beyond what the references show")),
    (1.05, _l("a little beyond what the references show")),
    (0.0, _l("about as far as the references go")),
)

_TAKE_AGAIN = _l("Take the photo again and send it.")

# A photo that could not be judged: (what is wrong, what to do).
RETAKES = {
    "too_small": (
        _l("The photo has too few pixels."),
        _l("Choose a larger picture size in the camera, and do not crop or zoom."),
    ),
    "too_dark": (
        _l("The photo is too dark."),
        _l("Go closer to a window or turn on another lamp. Leave the flash off."),
    ),
    "too_bright": (
        _l("The photo is too bright."),
        _l("Move out of direct sunlight. Tap the piece on the screen, so that the camera measures its light there."),
    ),
    "blurred": (
        _l("The photo is blurred."),
        _l("Wipe the lens, tap the piece on the screen to focus, and hold the phone with both hands."),
    ),
    "glare": (
        _l("A reflection hides part of the piece."),
        _l("Turn the piece or the lamp until the bright spot is gone. Leave the flash off."),
    ),
    "wrong_piece": (
        _l("Nothing in the photo looks like the reference photos."),
        _l("Check that this is the right design and the right side, and that the piece fills the picture."),
    ),
    "cut_off": (
        _l("The piece is cut off at the edge of the picture."),
        _l("Step back until the whole piece is in the picture, with a little space around it."),
    ),
    "not_aligned": (
        _l("The piece is seen from another side than on the reference photos."),
        _l("Place it as in the example and hold the phone as the example was taken."),
    ),
    "missing_file": (_l("The photo's file is missing."), _TAKE_AGAIN),
    "empty": (_l("The photo's file is empty."), _TAKE_AGAIN),
    "not_an_image": (_l("The file is not a photo."), _TAKE_AGAIN),
    "unsupported_format": (_l("This kind of picture is not read."), _l("Set the camera to JPEG or HEIC.")),
    "truncated": (_l("The photo's file is damaged."), _TAKE_AGAIN),
    "too_many_pixels": (_l("The picture has too many pixels."), _l("Set the camera to 50 megapixels or less.")),
}


@dataclass(frozen=True)
class ReasonInWords:
    """One reason for people.

    `advice` is what to do, "" where that is the workshop's own craft; `strength_in_words` is "" where nothing was
    measured.
    """

    code: str
    short: str
    sentence: str
    advice: str
    region: Mapping[str, float] | None
    strength: float | None
    strength_in_words: str


def describe(reason: Mapping[str, Any]) -> ReasonInWords:
    """A stored reason, {"code", "region", "strength"}, in the language of this request."""
    code, region = reason["code"], reason.get("region")
    sentence, advice = _words(code, region)
    short = str(SHORT[code]) if code in SHORT else gettext("differs")
    strength = reason.get("strength")
    return ReasonInWords(code, short, sentence, advice, region, strength, describe_strength(strength))


def describe_strength(strength: float | None) -> str:
    """How far beyond the references a finding is, in words; "" where that is unknown."""
    if strength is None:
        return ""
    return next((str(words) for least, words in STRENGTHS if strength >= least), "")


def describe_all(reasons: Sequence[Mapping[str, Any]]) -> list[ReasonInWords]:
    """Those with a place first, as they are numbered on the photo; then the rest."""
    return [describe(reason) for reason in sorted(reasons, key=lambda reason: reason.get("region") is None)]


def _words(code: str, region: Mapping[str, float] | None) -> tuple[str, str]:
    if code in RETAKES:
        what, advice = RETAKES[code]
        return str(what), str(advice)
    if code not in FINDINGS:  # an engine newer than these words
        return gettext("The piece differs from the reference photos."), ""
    with_place, without = FINDINGS[code]
    return (str(without) if region is None else str(with_place) % {"where": place_of(region)}), ""


def place_of(region: Mapping[str, float]) -> str:
    """Where a region (fractions of the photo) lies, in words such as "at the upper left"."""
    if region["width"] >= WHOLE_FROM and region["height"] >= WHOLE_FROM:
        return str(EVERYWHERE)
    row = _third(region["y"] + region["height"] / 2)
    column = _third(region["x"] + region["width"] / 2)
    return str(PLACES[row][column])


def _third(position: float) -> int:
    return min(2, max(0, int(position * 3)))
