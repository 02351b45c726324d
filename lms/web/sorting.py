"""The order that a heading of a table asks for, where all rows are on the page.

With the script a heading sorts where it stands (static/tables.js); without it the link comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from flask import request

Row = TypeVar("Row")


def in_order(
    rows: Iterable[Row], keys: Mapping[str, Callable[[Row], Any]]
) -> tuple[list[Row], str]:
    """The rows as ``?sort=`` asks, ``-`` before the key for the largest first, and what was asked.

    What has no value (None) comes last either way. An unknown key changes nothing.
    """
    sort, found = request.args.get("sort", ""), list(rows)
    key = keys.get(sort.removeprefix("-"))
    if key is None:
        return found, ""
    known = [row for row in found if key(row) is not None]
    known.sort(key=key, reverse=sort.startswith("-"))
    return [*known, *(row for row in found if key(row) is None)], sort
