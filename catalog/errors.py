"""What can go wrong in the catalog.

CatalogError
├── NotFound        no such record, or none that this person may know of
├── Forbidden       the record is known, the action is not theirs
└── RuleBroken      a rule of the domain says no
    ├── InvalidFields   some fields cannot be taken as given; says which and why
    ├── WrongState      the record is past the point where this is possible
    └── TooOften        possible, but not so many times in so short a time
"""

from __future__ import annotations

from collections.abc import Mapping


class CatalogError(Exception):
    """Base of all errors of the catalog. `code` is a stable word that the service puts into sentences."""

    code = "catalog_error"

    def __init__(self, code: str | None = None, **details: object) -> None:
        self.code = code or type(self).code
        self.details = details
        super().__init__(self.code)


class NotFound(CatalogError):
    code = "not_found"


class Forbidden(CatalogError):
    code = "forbidden"


class RuleBroken(CatalogError):
    code = "rule_broken"


class InvalidFields(RuleBroken):
    """`fields` maps a field's name to the code of what is wrong with it; `about` to what the code's sentence needs."""

    code = "invalid_fields"

    def __init__(self, fields: dict[str, str], about: Mapping[str, Mapping[str, object]] | None = None) -> None:
        super().__init__()
        self.fields = fields
        self.about = about or {}


class WrongState(RuleBroken):
    code = "wrong_state"


class TooOften(RuleBroken):
    """`details["retry_after_s"]` says after how many seconds another try may be let through."""

    code = "too_often"
