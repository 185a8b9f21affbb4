"""Under which licence a version is published, and what a design derived from it may be published under.

A derived design never loosens the licence of what it comes from. For the Creative Commons licences the table
follows the Creative Commons FAQ, "If I derive or adapt material offered under a Creative Commons license, which
CC license(s) can I use?" (the adapter's licence chart); what is stricter than the original is always allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from catalog.errors import InvalidFields
from catalog.money import Money


class Licence(StrEnum):
    ALL_RIGHTS_RESERVED = "all_rights_reserved"
    ROYALTY_PER_PIECE = "royalty_per_piece"
    PROGRAMME_OWNED = "programme_owned"
    CC_BY = "cc_by"
    CC_BY_SA = "cc_by_sa"
    CC_BY_ND = "cc_by_nd"
    CC_BY_NC = "cc_by_nc"
    CC_BY_NC_SA = "cc_by_nc_sa"
    CC_BY_NC_ND = "cc_by_nc_nd"


CREATIVE_COMMONS: Mapping[Licence, str] = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY_ND: "https://creativecommons.org/licenses/by-nd/4.0/",
    Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
    Licence.CC_BY_NC_SA: "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    Licence.CC_BY_NC_ND: "https://creativecommons.org/licenses/by-nc-nd/4.0/",
}

_EVERY = frozenset(Licence)
_NON_COMMERCIAL = frozenset({Licence.CC_BY_NC, Licence.CC_BY_NC_SA, Licence.CC_BY_NC_ND})

# What somebody else may publish a derived design under. An original that is not in here, they may not derive from.
DERIVED_BY_OTHERS: Mapping[Licence, frozenset[Licence]] = {
    Licence.PROGRAMME_OWNED: frozenset({Licence.PROGRAMME_OWNED}),
    Licence.CC_BY: _EVERY,
    Licence.CC_BY_SA: frozenset({Licence.CC_BY_SA}),
    Licence.CC_BY_NC: _NON_COMMERCIAL,
    Licence.CC_BY_NC_SA: frozenset({Licence.CC_BY_NC_SA}),
}
# What the studio itself may publish a design under that it derived from its own. It holds the rights, so it may
# always reserve them; but a family of designs does not grow looser with each step.
DERIVED_BY_OWNER: Mapping[Licence, frozenset[Licence]] = {
    Licence.ALL_RIGHTS_RESERVED: frozenset({Licence.ALL_RIGHTS_RESERVED}),
    Licence.ROYALTY_PER_PIECE: frozenset({Licence.ROYALTY_PER_PIECE, Licence.ALL_RIGHTS_RESERVED}),
    Licence.PROGRAMME_OWNED: frozenset({Licence.PROGRAMME_OWNED}),
    Licence.CC_BY: _EVERY,
    Licence.CC_BY_SA: frozenset({Licence.CC_BY_SA, Licence.ALL_RIGHTS_RESERVED}),
    Licence.CC_BY_ND: frozenset({Licence.CC_BY_ND, Licence.CC_BY_NC_ND, Licence.ALL_RIGHTS_RESERVED}),
    Licence.CC_BY_NC: _NON_COMMERCIAL | {Licence.ALL_RIGHTS_RESERVED},
    Licence.CC_BY_NC_SA: frozenset({Licence.CC_BY_NC_SA, Licence.ALL_RIGHTS_RESERVED}),
    Licence.CC_BY_NC_ND: frozenset({Licence.CC_BY_NC_ND, Licence.ALL_RIGHTS_RESERVED}),
}


def may_derive(original: Licence | str, *, is_owner: bool) -> bool:
    """Whether anything may be derived from a version under this licence."""
    return bool(allowed_licences(original, is_owner=is_owner))


def allowed_licences(original: Licence | str, *, is_owner: bool) -> frozenset[Licence]:
    """What a design derived from a version under this licence may be published under; nothing: it may not be derived.

    Args:
        is_owner: whether the studio derives from its own design.
    """
    table = DERIVED_BY_OWNER if is_owner else DERIVED_BY_OTHERS
    return table.get(original, frozenset())


def check_terms(
    original: Licence | str,
    original_royalty: Money | None,
    licence: Licence | str,
    royalty: Money | None,
    *,
    is_owner: bool,
) -> None:
    """Raises: InvalidFields where a derived design may not have such terms, with the licences that it may have."""
    if problems := derivation_problems(original, original_royalty, licence, royalty, is_owner=is_owner):
        allowed = allowed_licences(original, is_owner=is_owner)
        asked = {"licence": original, "allowed": [each.value for each in Licence if each in allowed]}
        raise InvalidFields(problems, {"licence": asked} if "licence" in problems else None)


def derivation_problems(
    original: Licence | str,
    original_royalty: Money | None,
    licence: Licence | str,
    royalty: Money | None,
    *,
    is_owner: bool,
) -> dict[str, str]:
    """What is wrong with a derived design's licence and royalty, as {field: code}."""
    allowed = allowed_licences(original, is_owner=is_owner)
    if not allowed:
        return {"derived_from_id": "may_not_be_derived"}
    if licence and licence not in allowed:
        return {"licence": "not_as_original_asks"}
    if licence == original == Licence.ROYALTY_PER_PIECE and original_royalty is not None and royalty is not None:
        if royalty.currency != original_royalty.currency:
            return {"royalty": "other_currency_than_original"}
        if royalty.amount < original_royalty.amount:
            return {"royalty": "lower_than_original"}
    return {}
