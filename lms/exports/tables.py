"""Tables to take away: one value, every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module

from flask import Response, request

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """A name for the file (quiet: no person, no station), column names, and rows."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


FORMATS = ("csv", "xlsx")


def wanted_format() -> str | None:
    """The format asked for with ``?format=``; None for the page itself or an unknown one."""
    asked = request.args.get("format")
    return asked if asked in FORMATS else None


def as_file(table: Table, format_name: str) -> Response:
    """The table as a download. Raises KeyError for a format that does not exist."""
    if format_name not in FORMATS:
        raise KeyError(format_name)
    module = import_module(f"lms.exports.formats.{format_name}")
    write: Callable[[Table], bytes] = module.write
    answer = Response(write(table), mimetype=module.MIMETYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{table.name}.{format_name}"'
    return answer
