"""Calendar days: reading them from documents and adding whole months."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

Document = Mapping[str, Any]


def day(value: object) -> date | None:
    """Read a day written as ``2019-06-09``; nothing written means None.

    A date is returned as it is and a moment as its day, so that a document fresh from YAML
    reads like one from JSON. Raises ValueError for anything else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return date.fromisoformat(value)
    raise ValueError(f"not a day: {value!r}")


def day_of(moment: date) -> date:
    """The day of a moment, in UTC; a day is returned as it is."""
    if isinstance(moment, datetime):
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    return moment


def add_months(start: date, months: int) -> date:
    """The same day of the month so many calendar months later, clipped to the month's end.

    One month after 31 January is 28 or 29 February.
    """
    years, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(years, month + 1)[1]
    return date(years, month + 1, min(start.day, last))
