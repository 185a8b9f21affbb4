"""The lines of a sitemap: each page with its address in every language, and its pictures.

Formats: sitemaps.org/protocol.html, and its extensions for languages and images as search engines read them.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from markupsafe import Markup

from catalog.text import LANGUAGES
from service.addresses import base_address

TOP = Markup(
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n'
)
BOTTOM = Markup("</urlset>\n")


def entry(path: str, changed_at: datetime.datetime | None = None, images: Sequence[str] = ()) -> Markup:
    """The <url>s of one page. `path` and `images` begin at the root of this site."""
    site = base_address()
    mark = "&" if "?" in path else "?"
    links = {code: f"{site}{path}{mark}lang={code}" for code in LANGUAGES} | {"x-default": site + path}
    alternates = _join('<xhtml:link rel="alternate" hreflang="{}" href="{}"/>', links.items())
    pictures = _join("<image:image><image:loc>{}</image:loc></image:image>", ((site + image,) for image in images))
    changed = _join("<lastmod>{}</lastmod>", [(_instant(changed_at),)] if changed_at else [])
    pages = ((links[code], changed, alternates, pictures) for code in LANGUAGES)
    return _join("<url><loc>{}</loc>{}{}{}</url>\n", pages)


def _join(pattern: str, rows) -> Markup:
    """`pattern`, one of those above, once for each row, whose values are escaped."""
    return Markup("").join(Markup(pattern).format(*row) for row in rows)  # noqa: S704


def _instant(at: datetime.datetime) -> str:
    return at.isoformat(timespec="seconds")
