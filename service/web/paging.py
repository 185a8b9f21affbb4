"""Pages of a list, as the address asks for them with `?page=`."""

from __future__ import annotations

from flask import request

# Nobody pages this far by hand; the database would count its way there.
MAX_PAGE = 10_000


def asked_page() -> int:
    """From 1 on; the first where the address names none."""
    return min(max(1, request.args.get("page", 1, type=int)), MAX_PAGE)


def count_pages(count: int, size: int) -> int:
    """How many pages of `size` there are; an empty list has one."""
    return max(1, -(-count // size))
