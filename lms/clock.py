"""The only reader of the wall clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware and in UTC. Tests replace this one function."""
    return datetime.now(UTC)
