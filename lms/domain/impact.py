"""When the law changes: what rests on it, what is to be learned again, and by whom.

A source carries rules; lessons teach them, questions and scenarios ask for them. For each touched
item somebody decides whether it is still right; a holder learns again only what was decided to be
learned, and only of what their own programme asks for. Source: beyond the peers 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

LESSON, QUESTION, SCENARIO = "lesson", "question", "scenario"
KINDS = (LESSON, QUESTION, SCENARIO)


class Decision(Enum):
    """What somebody who knows the law says of a touched item."""

    STILL_RIGHT = "still-right"
    REWORD = "reword"  # it says the same in other words, or something new: lessons are read again
    VOID = "void"  # it falls away: nobody is asked for it
    RETEST = "retest"  # what it asks for has changed: it is read, answered or played again


# What a decision means for a holder, by kind of item: whether it is to be done again.
AGAIN: Mapping[str, frozenset[Decision]] = {
    LESSON: frozenset({Decision.REWORD, Decision.RETEST}),
    QUESTION: frozenset({Decision.RETEST}),
    SCENARIO: frozenset({Decision.RETEST}),
}


@dataclass(frozen=True, order=True)
class Item:
    """One touched thing: ``kind`` is lesson, question or scenario."""

    kind: str
    id: str


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """Lessons first, then questions, then scenarios: one reads before one is asked."""
    return tuple(sorted(items, key=lambda item: (KINDS.index(item.kind), item.id)))


def to_learn(decisions: Mapping[Item, Decision], asked_for: Iterable[Item]) -> tuple[Item, ...]:
    """What a holder has to do again: touched, decided so, and asked for by their programme.

    Empty means that the change of the law does not touch this certificate.
    """
    known = frozenset(asked_for)
    return in_order(
        item
        for item, decision in decisions.items()
        if item in known and decision in AGAIN[item.kind]
    )


def remaining(items: Iterable[Item], done: Iterable[Item]) -> tuple[Item, ...]:
    """What is still to be done of a top-up; empty once it is complete."""
    finished = frozenset(done)
    return in_order(item for item in items if item not in finished)
