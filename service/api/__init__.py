"""The API under /api/v1: the same main job as the pages, for programs.

A request acts for the person whose token it carries (`Authorization: Bearer ...`). Cookies mean nothing here, so
no form token is asked either. Errors have one shape, service.errors gives it.
"""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_smorest import Api
from marshmallow import fields

from service.api import (
    batches,
    collections,
    designs,
    docs,
    exchange,
    families,
    inquiries,
    makes,
    me,
    reviews,
    tech_packs,
)
from service.api.operations import TOKEN
from service.api.schemas import Error
from service.security import csrf
from service.settings import Settings

BLUEPRINTS = (
    designs.blueprint,
    tech_packs.blueprint,
    makes.blueprint,
    families.blueprint,
    batches.blueprint,
    reviews.blueprint,
    collections.blueprint,
    exchange.blueprint,
    inquiries.blueprint,
    me.blueprint,
)

DESCRIPTION = """\
Photos in, verdicts out: what a workshop does on the pages, a program does here.

1. Make a token on the page *Account* and send it with every request: `Authorization: Bearer kriya_...`.
2. `GET /standards` to find what to hold the pieces against, `POST /batches` to make a batch.
3. `POST /batches/{batch_id}/photos` once for each photo. Sent twice is no error.
4. `GET /batches/{batch_id}` until `is_done`, then `GET /batches/{batch_id}/photos` for the verdicts.

Whoever reviews pieces says with `PUT /photos/{photo_id}/correction` which are good and which are not;
`GET /standards/{standard_id}/corrections` replays what that would change before it is used.
"""


class KriyaApi(Api):
    """flask-smorest without its own error answers: service.errors answers for pages and API alike."""

    ERROR_SCHEMA = Error

    def _register_error_handlers(self) -> None:
        pass


def add_api(app: Flask, limiter: Limiter, settings: Settings) -> None:
    """Give the app its API."""
    app.config.update(API_TITLE="Kriya", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    scheme = {"type": "http", "scheme": "bearer", "description": "A token of the page Account."}
    api = KriyaApi(
        app,
        spec_kwargs={
            "info": {"description": DESCRIPTION},
            "components": {"securitySchemes": {TOKEN: scheme}},
        },
    )
    api.register_field(fields.Decimal, "string", "decimal")  # never by way of a binary fraction
    app.extensions["api"] = api
    limit = limiter.shared_limit(settings.api_rate_limit, scope="api")
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        limit(blueprint)
        api.register_blueprint(blueprint)
    app.register_blueprint(docs.blueprint)
