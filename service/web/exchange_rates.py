"""Exchange rates: what a unit of each currency costs in rupiah, on which day, after whom."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import format_date, gettext

from catalog.designs import clean_text
from catalog.errors import InvalidFields
from catalog.money import RUPIAH, ExchangeRate, is_far_from
from catalog.numbers import parse_money
from catalog.permissions import Permission
from catalog.store import money as records
from catalog.store.entries import index_currency
from service.database import current_session
from service.messages import field_sentences
from service.money_words import foreign_currency_choices, format_rate, format_rupiah
from service.security import current_actor, requires

# The day that a rate is of is the day where Kriya is run from.
HERE = ZoneInfo("Asia/Jakarta")

blueprint = Blueprint("exchange_rates", __name__)
blueprint.add_app_template_filter(format_rate, "rate")
blueprint.add_app_template_filter(format_rupiah, "rupiah")


@dataclass(frozen=True)
class RateForm:
    """What was typed; `is_sure` once a figure far from the last one was looked at again."""

    currency: str = ""
    idr_per_unit: str = ""
    rated_on: str = ""
    source: str = ""
    is_sure: bool = False


@blueprint.route("/rates", methods=["GET", "POST"])
@requires(Permission.KEEP_RATES)
def index() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        return _page(RateForm(rated_on=_today().isoformat()))
    names = ("currency", "idr_per_unit", "rated_on", "source")
    form = RateForm(*(clean_text(request.form.get(name, "")) for name in names), "is_sure" in request.form)
    try:
        rate = _take(form)
        records.add_rate(current_session(), rate, current_actor().person_id, _today())
        index_currency(current_session(), rate.currency)
    except InvalidFields as error:
        return _page(form, error), 422
    flash(
        gettext("Saved: %(rate)s, of %(day)s.", rate=format_rate(rate), day=format_date(rate.rated_on, "long")),
        "success",
    )
    return redirect(url_for("exchange_rates.index"), 303)


def _page(form: RateForm, error: InvalidFields | None = None) -> str:
    session = current_session()
    return render_template(
        "exchange_rates/index.html",
        form=form,
        errors=field_sentences(error),
        asks_again=error is not None and error.fields.get("idr_per_unit") == "far_from_last",
        currencies=foreign_currency_choices(),
        newest=records.newest_rates(session),
        history=records.rate_history(session),
        today=_today().isoformat(),
    )


def _take(form: RateForm) -> ExchangeRate:
    """Raises: InvalidFields."""
    rate = _read(form)
    last = records.newest_rates(current_session()).get(form.currency)
    if not form.is_sure and last is not None and is_far_from(rate, last):
        raise InvalidFields({"idr_per_unit": "far_from_last"})
    return rate


def _read(form: RateForm) -> ExchangeRate:
    """Raises: InvalidFields with every field that is missing or cannot be read."""
    problems = {name: "required" for name in ("idr_per_unit", "source") if not getattr(form, name)}
    amount, day = Decimal(1), _today()
    try:
        amount = parse_money(form.idr_per_unit, RUPIAH).amount if form.idr_per_unit else amount
    except ValueError as error:
        problems["idr_per_unit"] = str(error)
    try:
        day = datetime.date.fromisoformat(form.rated_on)
    except ValueError:
        problems["rated_on"] = "not_a_date"
    if problems:
        raise InvalidFields(problems)
    return ExchangeRate(form.currency, amount, day, form.source)


def _today() -> datetime.date:
    return datetime.datetime.now(HERE).date()
