"""The forms of inquiries: what was typed stays as typed until all of it can be taken."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from catalog.designs import clean_text
from catalog.errors import InvalidFields
from catalog.inquiries import InquiryDraft, LineDraft, check_inquiry
from catalog.money import CENT
from catalog.numbers import parse_amount, parse_whole
from catalog.quotations import Price, QuotationDraft, check_quotation

LABELS = {
    "quantity": _l("Quantity"),
    "target": _l("Target price for one"),
    "currency": _l("Currency"),
    "incoterm": _l("Delivery term"),
    "incoterm_place": _l("Place of the term"),
    "country": _l("Country"),
    "destination": _l("Town or port"),
    "wanted_on": _l("Wanted by"),
    "note": _l("Your words to the studio"),
    "attachments": _l("Files"),
    "unit": _l("Price for one"),
    "minimum": _l("From so many pieces"),
    "lead_time_days": _l("Lead time"),
    "valid_until": _l("Valid until"),
    "sample": _l("Price of a sample"),
    "text": _l("Your words"),
    "workshop": _l("Workshop"),
}
INQUIRY_FIELDS = ("currency", "incoterm", "incoterm_place", "country", "destination", "wanted_on", "note", "token")
_TERMS_OF_OFFER = ("currency", "incoterm", "incoterm_place", "text")
QUOTATION_FIELDS = (*_TERMS_OF_OFFER, "lead_time_days", "valid_until", "sample", "token")


def label_of(name: str) -> str:
    """What a field is called; one of a line has the line's number after it, where there are several."""
    base, _, place = name.rpartition("_")
    if base in LABELS and place.isdigit():
        return str(LABELS[base]) if place == "1" else f"{LABELS[base]} {place}"
    return str(LABELS.get(name, name))


@dataclass(frozen=True)
class Form:
    """The fields as they were typed, by name; `version_ids` are the designs that an inquiry is about."""

    values: dict[str, str] = field(default_factory=dict)
    version_ids: tuple[uuid.UUID, ...] = ()

    def get(self, name: str) -> str:
        return self.values.get(name, "")


def read_inquiry(sent: MultiDict[str, str]) -> Form:
    """Raises: InvalidFields for what no form of ours sends."""
    version_ids = tuple(_identifier(each, "lines") for each in sent.getlist("version"))
    places = range(1, len(version_ids) + 1)
    names = [*INQUIRY_FIELDS, *(f"{name}_{place}" for place in places for name in ("quantity", "target"))]
    values = {name: clean_text(sent.get(name, "")) for name in names}
    return Form({**values, "sample_first": "1" if sent.get("sample_first") else ""}, version_ids)


def take_inquiry(form: Form, today: datetime.date) -> InquiryDraft:
    """What the form asks for. Of several designs those without a quantity are left out.

    Raises: InvalidFields with all that cannot be taken, by the fields of the form.
    """
    reader = Reader(form)
    places = [
        place
        for place in range(1, len(form.version_ids) + 1)
        if form.get(f"quantity_{place}") or form.get(f"target_{place}")
    ] or [1]
    lines = tuple(
        LineDraft(
            form.version_ids[place - 1],
            reader.take(f"quantity_{place}", parse_whole),
            reader.take(f"target_{place}", reader.amount),
        )
        for place in places
    )
    draft = InquiryDraft(
        lines=lines,
        wanted_on=reader.take("wanted_on", parse_day),
        sample_first=bool(form.get("sample_first")),
        **{name: form.get(name) for name in INQUIRY_FIELDS if name not in ("wanted_on", "token")},
    )
    reader.finish(lambda: check_inquiry(draft, today), lambda name: _in_form(name, places))
    return draft


def _in_form(name: str, places: Sequence[int]) -> str:
    """A field of a draft's line as the form calls it, where the designs that are left out count as well."""
    base, _, line = name.rpartition("_")
    return f"{base}_{places[int(line) - 1]}" if base in ("quantity", "target") else name


def read_quotation(sent: MultiDict[str, str], lines: int) -> Form:
    names = [
        *QUOTATION_FIELDS,
        *(f"{name}_{place}" for place in range(1, lines + 1) for name in ("unit", "minimum")),
    ]
    values = {name: clean_text(sent.get(name, "")) for name in names}
    return Form({**values, "private": "1" if sent.get("private") else ""})


def take_quotation(form: Form, lines: int, today: datetime.date) -> QuotationDraft:
    """What the form offers. Raises: InvalidFields with all that cannot be taken."""
    reader = Reader(form)
    prices = []
    for place in range(1, lines + 1):
        unit = reader.take(f"unit_{place}", reader.amount)
        minimum = reader.take(f"minimum_{place}", parse_whole)
        if unit is not None:
            prices.append(Price(place, unit, minimum))
    draft = QuotationDraft(
        prices=tuple(prices),
        lead_time_days=reader.take("lead_time_days", parse_whole),
        valid_until=reader.take("valid_until", parse_day),
        sample=reader.take("sample", reader.amount),
        **{name: form.get(name) for name in _TERMS_OF_OFFER},
    )
    reader.finish(lambda: check_quotation(draft, lines, today))
    return draft


class Reader:
    """Reads the fields of a form and keeps what is wrong with them."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._problems: dict[str, str] = {}

    def take(self, name: str, parse: Callable[[str], Any]) -> Any:
        """The value of a field, None where it is empty or cannot be read."""
        typed = self._form.get(name)
        try:
            return parse(typed) if typed else None
        except ValueError as error:
            self._problems[name] = str(error)
            return None

    def amount(self, typed: str) -> Decimal:
        return parse_price(typed, self._form.get("currency"))

    def finish(self, check: Callable[[], None], in_form: Callable[[str], str] = str) -> None:
        """Raises: InvalidFields with what could not be read, and what the rules say of the rest."""
        problems: dict[str, str] = {}
        try:
            check()
        except InvalidFields as error:
            problems = {in_form(name): code for name, code in error.fields.items()}
        problems |= self._problems
        if problems:
            raise InvalidFields(problems)


def parse_price(typed: str, currency: str) -> Decimal:
    """An amount that nobody rounds. Raises: ValueError, as `parse_amount`; ValueError("too_many_decimals")."""
    amount = parse_amount(typed, currency)
    if amount < 0:
        raise ValueError("not_a_number")
    if amount != amount.quantize(CENT):
        raise ValueError("too_many_decimals")
    return amount


def parse_day(typed: str) -> datetime.date:
    """Raises: ValueError("not_a_date")."""
    try:
        return datetime.date.fromisoformat(typed)
    except ValueError:
        raise ValueError("not_a_date") from None


def show_amount(amount: Decimal) -> str:
    """As it would be typed, so that it reads back as the same."""
    return format_decimal(amount, format="0.##")


def new_token() -> str:
    """Made with each form, so that the same form sent twice is taken once."""
    return str(uuid.uuid4())


def parse_token(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def _identifier(typed: str, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(typed)
    except ValueError:
        raise InvalidFields({name: "unknown_choice"}) from None
