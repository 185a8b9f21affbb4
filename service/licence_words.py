"""Licences in words that a designer can choose by and a buyer can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from catalog.licences import CREATIVE_COMMONS, Licence


@dataclass(frozen=True)
class LicenceWords:
    """`explanation` says what others may do; `mark` is the short name of a Creative Commons licence."""

    name: LazyString
    explanation: LazyString
    mark: str = ""


LICENCES = {
    Licence.ALL_RIGHTS_RESERVED: LicenceWords(
        _l("All rights reserved"),
        _l("Nobody makes it without the studio's consent. Workshops and buyers ask first."),
    ),
    Licence.ROYALTY_PER_PIECE: LicenceWords(
        _l("Royalty for each piece"),
        _l("Any workshop may make and sell it, and pays the studio a royalty for each piece."),
    ),
    Licence.PROGRAMME_OWNED: LicenceWords(
        _l("Owned by the programme"),
        _l("It was made in a programme that holds the rights. Workshops of the programme may make it."),
    ),
    Licence.CC_BY: LicenceWords(
        _l("Attribution"),
        _l("Everyone may make, change and sell it, as long as they name who designed it."),
        "CC BY 4.0",
    ),
    Licence.CC_BY_SA: LicenceWords(
        _l("Attribution, share alike"),
        _l(
            "Everyone may make, change and sell it, names who designed it, and shares changed designs under the same "
            "licence."
        ),
        "CC BY-SA 4.0",
    ),
    Licence.CC_BY_ND: LicenceWords(
        _l("Attribution, no derivatives"),
        _l("Everyone may make and sell it as it is and names who designed it; nobody publishes a changed one."),
        "CC BY-ND 4.0",
    ),
    Licence.CC_BY_NC: LicenceWords(
        _l("Attribution, non-commercial"),
        _l("Everyone may make and change it and names who designed it, but nobody earns money with it."),
        "CC BY-NC 4.0",
    ),
    Licence.CC_BY_NC_SA: LicenceWords(
        _l("Attribution, non-commercial, share alike"),
        _l(
            "Everyone may make and change it, but nobody earns money with it; changed designs are shared under the "
            "same licence."
        ),
        "CC BY-NC-SA 4.0",
    ),
    Licence.CC_BY_NC_ND: LicenceWords(
        _l("Attribution, non-commercial, no derivatives"),
        _l("Everyone may make it as it is for themselves and names who designed it; no sale and no changed design."),
        "CC BY-NC-ND 4.0",
    ),
}


def licence_name(licence: Licence | str) -> str:
    """Such as "CC BY-SA 4.0 (Attribution, share alike)"; empty for no licence."""
    if not licence:
        return ""
    words = LICENCES[Licence(licence)]
    return f"{words.mark} ({words.name})" if words.mark else str(words.name)


def licence_explanation(licence: Licence | str) -> str:
    """What others may do, in one sentence; empty for no licence."""
    return str(LICENCES[Licence(licence)].explanation) if licence else ""


def licence_address(licence: Licence | str) -> str:
    """Where the text of a Creative Commons licence stands; empty for the others."""
    return CREATIVE_COMMONS.get(licence, "")


def terms_in_words(details: Mapping[str, object]) -> dict[str, object]:
    """Details of a problem, the licences that a derived design may have in words; others as they are."""
    if "allowed" not in details:
        return dict(details)
    allowed = [_short_name(each) for each in details["allowed"]]
    words = {"licence": _short_name(details["licence"]), "allowed": format_list(allowed, "or", get_locale())}
    return {**details, **words}


def _short_name(licence: str) -> str:
    words = LICENCES[Licence(licence)]
    return words.mark or str(words.name)
