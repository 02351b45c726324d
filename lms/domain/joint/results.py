"""Answers of a joint session: each counted once, and shown only for groups, never as numbers.

A share is told in tenths: from "3 in 10" nobody learns how many they were. Below five answers of a
group nothing is told at all. Source: security C-16 and C-68; beyond the peers 7 and 21.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.domain.joint.exercise import COMMISSION, OBSERVER, SIDES, Exercise

LEAST_GROUP = 5
TENTHS = 10


@dataclass(frozen=True)
class Vote:
    """One answer. ``key`` came from the phone, so that a repeated send is the same vote; ``turn``
    tells which of a card's answers to a scene is the latest. ``side`` is the side it was played
    on, ``home`` the side that handed out the card."""

    key: str
    card: str
    scene: str
    letter: str
    turn: int
    side: str
    home: str


def counted(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """The votes that count: of each card and scene the latest, however often it was sent.

    The order in which they came in does not matter.
    """
    latest: dict[tuple[str, str], Vote] = {}
    for vote in votes:
        known = latest.get((vote.card, vote.scene))
        if known is None or (vote.turn, vote.key) > (known.turn, known.key):
            latest[vote.card, vote.scene] = vote
    return tuple(latest[place] for place in sorted(latest))


Counts = Mapping[str, int]


def by_side(votes: Iterable[Vote], raised: Mapping[str, Counts] | None = None) -> dict[str, Counts]:
    """How often each letter was chosen by those who played a side, raised cards included.

    Phones of fewer than five on a side are not added to cards: a number of cards that whoever
    counted has made up would lay open what those few have answered.
    """
    found: dict[str, dict[str, int]] = {side: {} for side in SIDES}
    for vote in counted(votes):
        found[vote.side][vote.letter] = found[vote.side].get(vote.letter, 0) + 1
    for side, counts in (raised or {}).items():
        if any(counts.values()) and sum(found[side].values()) < LEAST_GROUP:
            found[side] = {}
        for letter, number in counts.items():
            found[side][letter] = found[side].get(letter, 0) + number
    return dict(found)


def by_home(votes: Iterable[Vote]) -> dict[str, Counts]:
    """The same by the side that people came from: for what was asked before they met."""
    found: dict[str, dict[str, int]] = {side: {} for side in SIDES}
    for vote in counted(votes):
        found[vote.home][vote.letter] = found[vote.home].get(vote.letter, 0) + 1
    return dict(found)


def tenths(counts: Counts, letters: Sequence[str]) -> dict[str, int] | None:
    """The share of each letter in whole tenths, ten in all; None for a group that is too small.

    What is left over goes to the largest remainders, the earlier letter first.
    """
    total = sum(counts.get(letter, 0) for letter in letters)
    if total < LEAST_GROUP:
        return None
    whole = {letter: counts.get(letter, 0) * TENTHS // total for letter in letters}
    rest = sorted(
        letters,
        key=lambda letter: (-(counts.get(letter, 0) * TENTHS % total), letters.index(letter)),
    )
    for letter in rest[: TENTHS - sum(whole.values())]:
        whole[letter] += 1
    return whole


@dataclass(frozen=True)
class Point:
    """One point of an agenda: a question, and both sides' answers in tenths. ``tenths`` of one side
    would have to answer otherwise for the two to agree."""

    question: str
    tenths: int
    observer: Mapping[str, int]
    commission: Mapping[str, int]


def agenda(exercise: Exercise, votes: Iterable[Vote]) -> tuple[Point, ...]:
    """What the two sides disagree on before they meet, the largest disagreement first.

    Questions of which a group gave fewer than five answers are left out, and so is what both
    answer alike, as far as tenths tell. Equal ones keep the order of the text.

    Source: beyond the peers 21.
    """
    kept = counted(votes)
    found = []
    for question in exercise.questions:
        counts = by_home(vote for vote in kept if vote.scene == question.id)
        mine = tenths(counts[OBSERVER], question.letters)
        theirs = tenths(counts[COMMISSION], question.letters)
        if mine is None or theirs is None:
            continue
        shown = sum(abs(mine[x] - theirs[x]) for x in question.letters) // 2
        if shown:
            found.append(Point(question.id, shown, mine, theirs))
    order = [question.id for question in exercise.questions]
    return tuple(sorted(found, key=lambda point: (-point.tenths, order.index(point.question))))
