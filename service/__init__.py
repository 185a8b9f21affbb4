"""The service: what people touch. Pages, API, command line, uploads and workers.

Composes `catalog` (the rules and the records) with `models` (the inspection engine) and passes plain numbers
between the two. Holds no rule of the domain and no arithmetic of the engine. Nothing but tests imports it.
"""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter

from catalog.permissions import Permission, may
from service import (
    addresses,
    assets,
    cli,
    compression,
    database,
    errors,
    health,
    json_answers,
    kept_markup,
    language,
    picture_sources,
    security,
    templating,
)
from service.api import add_api
from service.context import Parts
from service.search import Search
from service.settings import Settings
from service.web import BLUEPRINTS
from service.word_memory import WordMemory

# Reading a photo takes a processor for a while: who sends one after the other waits.
PHOTO_SEARCHES = ("catalog.search_by_photo", "api-designs.search_by_photo")


def create_app(parts: Parts) -> Flask:
    """The web application over the parts handed in."""
    app = Flask(__name__)
    app.jinja_environment = templating.StrictEnvironment
    # A request carries at most one photo, with room for the form around it.
    app.config["MAX_CONTENT_LENGTH"] = (parts.settings.max_photo_mb + 1) * 1_000_000
    app.extensions["parts"] = parts
    app.extensions["search"] = Search(WordMemory(parts.database))
    json_answers.attach(app)
    compression.attach(app)
    database.attach(app, parts.database)
    errors.attach(app)
    limiter = security.attach(app, parts)
    language.attach(app, parts.settings)
    templating.attach(app)
    assets.attach(app)
    addresses.attach(app)
    picture_sources.attach(app)
    kept_markup.attach(app)
    app.register_blueprint(health.blueprint)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    add_api(app, limiter, parts.settings)
    limit_photo_searches(app, limiter, parts.settings)
    cli.attach(app)
    app.jinja_env.globals.update(may=lambda permission: may(security.current_actor(), permission))
    app.jinja_env.globals.update(Permission=Permission, current_actor=security.current_actor)
    return app


def limit_photo_searches(app: Flask, limiter: Limiter, settings: Settings) -> None:
    limit = limiter.shared_limit(settings.photo_search_rate_limit, scope="photo-search")
    for endpoint in PHOTO_SEARCHES:
        app.view_functions[endpoint] = limit(app.view_functions[endpoint])
