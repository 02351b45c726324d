"""Tables to take away: one value, every format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from flask import Response, request, stream_with_context

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
    """The table as a download, which is sent as it comes where rows are an iterator and the format
    can be written in pieces. Raises KeyError for a format that does not exist."""
    if format_name not in FORMATS:
        raise KeyError(format_name)
    module = import_module(f"lms.exports.formats.{format_name}")
    body: bytes | Iterator[bytes]
    if isinstance(table.rows, Iterator) and hasattr(module, "pieces"):
        body = stream_with_context(module.pieces(table))
    else:
        body = module.write(table)
    answer = Response(body, mimetype=module.MIMETYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{table.name}.{format_name}"'
    return answer
