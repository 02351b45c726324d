"""The ways of saying no. A refusal carries facts; the web finds the words for them."""

from collections.abc import Iterable


class Refusal(Exception):
    """A request that is understood and not granted. Nothing was changed."""


class NotThere(Refusal):
    """There is no such thing, or it is not this person's to know of: the same either way."""


class NotYours(Refusal):
    """A thing this person may see, and a deed that belongs to somebody else."""


class TooLate(Refusal):
    """The world moved on: finished, revoked, changed in another window.

    ``reason`` is a short code such as ``stale``, ``time-over`` or ``finished``; ``facts``
    hold what the page needs to name the way forward, for instance ``ended_at``.
    """

    def __init__(self, reason: str = "closed", **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class Missing(Refusal):
    """A deed that waits for other things to be done first; ``items`` names each of them."""

    def __init__(self, items: Iterable[object]) -> None:
        self.items = tuple(items)
        super().__init__(self.items)
