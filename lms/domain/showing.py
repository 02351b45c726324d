"""What may be seen of an attempt and when: a matrix of moments and things.

Source: hard parts 5.2; what users complain about, row 10.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

MOMENTS = ("during", "after", "closed")
THINGS = ("right", "marks", "options", "rules", "key")
# What the three words of a quiz's head stand for.
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "each": {
        "during": ("right", "options", "rules"),
        "after": ("right", "options", "rules"),
        "closed": ("right", "options", "rules"),
    },
    "end": {
        "during": (),
        "after": ("right", "options", "rules"),
        "closed": ("right", "options", "rules"),
    },
    "rules": {"during": (), "after": (), "closed": ()},
}


@dataclass(frozen=True)
class Showing:
    """What is shown at each moment. The whole mark and the missed rules are always told at the end.

    ``during`` an attempt, ``after`` one's own attempt, and once the quiz has ``closed`` for the
    cohort. ``right`` is whether an answer is right, ``marks`` its points, ``options`` what is said
    about the chosen options, ``rules`` the explanation and the passages, ``key`` the right answer.
    """

    during: frozenset[str]
    after: frozenset[str]
    closed: frozenset[str]

    @classmethod
    def from_words(cls, feedback: str, given: Mapping[str, Collection[str]] | None) -> "Showing":
        """What the head says, over what its ``feedback`` stands for. Raises ValueError."""
        found = {moment: frozenset(WORDS[feedback][moment]) for moment in MOMENTS}
        for moment, things in (given or {}).items():
            if moment not in MOMENTS or not set(things) <= set(THINGS):
                raise ValueError(f"{moment}: {sorted(things)} cannot be shown")
            found[moment] = frozenset(things)
        return cls(**found)

    def at(self, ended: bool, closed: bool) -> frozenset[str]:
        """What is shown now; a cohort's closing counts only once one's own attempt has ended."""
        if not ended:
            return self.during
        return self.closed if closed else self.after


NOTHING = Showing(frozenset(), frozenset(), frozenset())


def has_closed(closes_at: datetime | None, now: datetime) -> bool:
    """Whether a quiz that closes at a moment (None: never) has closed."""
    return closes_at is not None and now >= closes_at
