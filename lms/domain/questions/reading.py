"""Reading what people type: whole and decimal numbers as they are written in three languages."""

import re
import unicodedata
from fractions import Fraction

from lms.domain.folding import clean
from lms.domain.questions.base import Fields, Unreadable, typed

MOST_DIGITS = 20
LONGEST_TEXT = 500

_PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
# Thousands are set apart in threes by one and the same mark; the last comma or dot may begin
# the decimals. "1,240" is a thousand and "0,125" an eighth, for nobody groups after a zero.
_SPACED = re.compile(r"([+-]?)([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,]([0-9]+))?")
_COMMAS = re.compile(r"([+-]?)([1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
_DOTS = re.compile(r"([+-]?)([1-9][0-9]{0,2}(?:\.[0-9]{3})+),([0-9]+)")


def read_number(text: str) -> str:
    """Write a typed number plainly: ``1 240``, ``1,240`` and ``1240,0`` all become ``1240``.

    Spaces of any width, commas and a minus sign of any length are understood. A number has
    at most 20 digits. Raises Unreadable with ``not-a-number`` or ``too-long``.
    """
    # Far longer than any number: refused before any work is spent on it.
    if len(text) > LONGEST_TEXT:
        raise Unreadable("too-long", limit=MOST_DIGITS)
    plain = clean(unicodedata.normalize("NFKC", text)).replace("\N{MINUS SIGN}", "-")
    plain = plain.replace("\N{EN DASH}", "-")
    found = _COMMAS.fullmatch(plain) or _DOTS.fullmatch(plain) or _SPACED.fullmatch(plain)
    if found is None:
        raise Unreadable("not-a-number")
    sign, whole, decimals = found.group(1), found.group(2), found.group(3) or ""
    whole = re.sub("[ ,.]", "", whole)
    if len(whole) + len(decimals) > MOST_DIGITS:
        raise Unreadable("too-long", limit=MOST_DIGITS)
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    value = f"{whole}.{decimals}" if decimals else whole
    return f"-{value}" if sign == "-" and value != "0" else value


def exact(number: str) -> Fraction | None:
    """The exact value of a plainly written number, or None for anything else.

    An exponent is not plain: ``1e999999999`` would cost more memory than there is.
    """
    return Fraction(number) if _PLAIN.fullmatch(number) else None


def read_text(fields: Fields, name: str) -> str | None:
    """One typed text without invisible characters; blank means None.

    Raises Unreadable with ``one-only`` when the field came twice and ``too-long`` above 500
    characters.
    """
    values = typed(fields, name)
    if len(values) > 1:
        raise Unreadable("one-only", field=name)
    if not values:
        return None
    if len(values[0]) > LONGEST_TEXT:
        raise Unreadable("too-long", limit=LONGEST_TEXT, field=name)
    return clean(values[0]) or None
