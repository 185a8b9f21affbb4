"""Indonesian or English: what the person chose, else what the browser prefers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, unquote, urlencode, urlsplit

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, get_timezone, gettext
from flask_security import current_user
from markupsafe import Markup, escape
from pytz import all_timezones_set

from catalog.store.tables import Person
from catalog.text import LANGUAGES
from service.audience import is_for_machines, is_for_programs
from service.settings import Settings

LANGUAGE_NAMES = {"id": "Bahasa Indonesia", "en": "English"}
# Whose readers read Indonesian sooner than English: Malay, and the large regional languages of Indonesia. The readers
# of any other language read English sooner.
NEAR_INDONESIAN = ("ms", "jv", "su", "mad", "min", "bug", "ban", "ace", "bjn", "sas")
# English as it is written in Europe: days before months.
LOCALES = {"id": "id", "en": "en_GB"}
ZONE_COOKIE = "kriya_zone"


def choose_language(default: str) -> str:
    """What the switch `?lang=` says or said, the person's own, the browser's, the default.

    The API knows no cookies: there Accept-Language speaks alone. What machines read speaks the language of its address.
    """
    if not has_request_context():
        return default
    asked = request.args.get("lang")
    if is_for_machines():
        return asked if asked in LANGUAGES else default
    browser = _browser_language(default)
    if is_for_programs():
        return browser
    person = current_user.person if current_user and current_user.is_authenticated else None
    if asked in LANGUAGES:
        remember(asked, person)
    if session.get("language") in LANGUAGES:
        return session["language"]
    return person.language if person is not None and person.language in LANGUAGES else browser


def _browser_language(default: str) -> str:
    accepted = request.accept_languages
    if not accepted:
        return default
    return accepted.best_match(LANGUAGES) or ("id" if accepted.best_match(NEAR_INDONESIAN) else "en")


def remember(language: str, person: Person | None) -> None:
    """Keep a choice for this browser, and for the person wherever they sign in."""
    session["language"] = language
    if person is not None and person.language != language:
        person.language = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Answer in this language, whoever reads: for documents and mails."""
    before, g.language = g.get("language"), language
    try:
        with force_locale(LOCALES[language]):
            yield
    finally:
        g.language = before


def current_language() -> str:
    """The language of this request, chosen once and kept at hand: a page asks for it a hundred times."""
    language = g.get("language")
    if language is None:
        language = g.language = get_locale().language
    return language


def in_language(text: Mapping[str, str] | None) -> str:
    """A text that somebody wrote in both languages, in the reader's, or else in the other."""
    if not text:
        return ""
    language = current_language()
    other = "en" if language == "id" else "id"
    return text.get(language) or text.get(other) or ""


def with_language(text: Mapping[str, str] | None) -> Markup:
    """The same for the body of a page: a text that is only there in the other language says so.

    It is pronounced in its own language, and has a small mark with a word for those who do not see it.
    """
    words, other = in_language(text), language_of(text)
    if not other:
        return escape(words)
    return Markup('<span lang="{}">{}</span> {}').format(other, words, language_mark(text))


def spoken(text: Mapping[str, str] | None) -> Markup:
    """The same without the mark, for where the words stand a second time: a way back, the middle of a sentence."""
    words, other = in_language(text), language_of(text)
    return Markup('<span lang="{}">{}</span>').format(other, words) if other else escape(words)


def language_mark(text: Mapping[str, str] | None) -> Markup:
    """The mark alone, where the words stand in parts; nothing for a text that is there in the reader's language."""
    other = language_of(text)
    if not other:
        return Markup("")
    only = gettext("only in English so far") if other == "en" else gettext("only in Indonesian so far")
    return Markup(
        '<span class="language-tag" lang="{0}" title="{1}">'
        '<span aria-hidden="true">{2}</span><span class="visually-hidden">({1})</span></span>'
    ).format(current_language(), only, other.upper())


def marked(text: Mapping[str, str] | None) -> str:
    """The same for what is no page, such as a document: the words, and in brackets the language that is not asked."""
    words, other = in_language(text), language_of(text)
    return f"{words} ({other.upper()})" if other else words


def language_of(text: Mapping[str, str] | None) -> str:
    """The language that `in_language` takes a text from where that is not the reader's; else "". For attributes."""
    language = current_language()
    other = "en" if language == "id" else "id"
    return other if text and not text.get(language) and text.get(other) else ""


def page_address() -> str:
    """Where this page can be asked for again, in another language: its own address.

    The answer to a form whose address only takes forms has none; then it is the page that the form stood on.
    """
    can_be_asked_for = request.method in ("GET", "HEAD") or "GET" in getattr(request.url_rule, "methods", ())
    path = request.path
    if not can_be_asked_for:
        came_from_here = (request.referrer or "").startswith(request.host_url)
        path = unquote(urlsplit(request.referrer).path) if came_from_here else "/"
    # Two slashes, or what browsers take for them, would make the rest of the path the name of another site.
    return "/" + quote(path).lstrip("/")


def page_in(language: str) -> str:
    """This page in another language, with all that its address asks."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{page_address()}?{urlencode([*asked, ('lang', language)])}"


def choose_zone() -> str | None:
    """The time zone that the browser named (js/app.js), if it is one; else the default."""
    zone = request.cookies.get(ZONE_COOKIE, "") if has_request_context() else ""
    return zone if zone in all_timezones_set else None


def reader_zone() -> str:
    """The name of the zone in which times are told on this page, such as Asia/Jakarta."""
    return str(get_timezone())


def attach(app: Flask, settings: Settings) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = LOCALES[settings.default_language]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Jakarta"
    Babel(
        app,
        locale_selector=lambda: LOCALES[choose_language(settings.default_language)],
        timezone_selector=choose_zone,
    )
    app.jinja_env.filters.update(in_language=in_language, with_language=with_language, language_of=language_of)
    app.jinja_env.filters.update(language_mark=language_mark, spoken=spoken)
    app.jinja_env.globals["reader_language"] = current_language  # for macros, which do not see the page's variables

    @app.context_processor
    def language() -> dict[str, object]:
        return {
            "current_language": current_language(),
            "languages": LANGUAGE_NAMES,
            "page_in": page_in,
            "reader_zone": reader_zone,
        }
