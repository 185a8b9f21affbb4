"""What PostgreSQL does for the search's main queries: its own account of each, with what was read and how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from catalog.store import search


def explain(session: Session, slug: str) -> str:
    """The plans, each under its name. `slug`: of a design whose likes are looked for."""
    number, embedding, _ = search.likeness_of(session, slug)
    watermark = session.scalar(text(f"SELECT {search.WATERMARK}"))
    queries: dict[str, tuple[TextClause, Mapping[str, Any]]] = {
        "what changed since": (search.CHANGES, {"watermark": watermark}),
        "a word, the first time": (search.ALL_MATCHES, search.token_values(["mangkuk*"])),
        "the cards of a page": (search.CARDS, {"numbers": list(range(number, number + 24))}),
        "the most alike": (search.NEAREST, {"embedding": embedding, "count": 36}),
        "the most alike of a few": (
            search.NEAREST_OF,
            {"embedding": embedding, "count": 24, "numbers": list(range(number, number + 600))},
        ),
    }
    return "\n\n".join(f"{name}:\n{_plan(session, *query)}" for name, query in queries.items())


def _plan(session: Session, query: TextClause, values: Mapping[str, Any]) -> str:
    explained = text(f"EXPLAIN (ANALYZE, BUFFERS) {query.text}")
    if "embedding" in values:
        explained = explained.bindparams(query._bindparams["embedding"])
    session.execute(explained, values)  # once to fill the buffers
    return "\n".join(session.scalars(explained, values))
