"""CSV, UTF-8 with a byte order mark, every cell quoted, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata

from lms.exports.tables import Cell, Table

MIMETYPE = "text/csv"
# What a spreadsheet takes for the beginning of a formula, also after spaces and in full width.
_FORMULA = "=+-@\t\r\n\0"


def write(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(column) for column in table.columns])
    for row in table.rows:
        writer.writerow([harmless(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def harmless(cell: Cell) -> str:
    """The cell as text that no spreadsheet runs. Source: security C-35."""
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return str(cell)
    text = cell.replace("\0", "")
    shown = unicodedata.normalize("NFKC", text).lstrip(" \u00a0\u200b\ufeff")
    return f"'{text}" if shown[:1] and shown[0] in _FORMULA else text
