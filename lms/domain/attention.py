"""Whom to call today: why somebody may not make it, written out, and where people stop.

The thresholds are this product's own (curriculum 7 asks for the measures and names no limits).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

DAYS_TO_JOIN = 3
DAYS_QUIET, DAYS_QUIET_AT_THE_END = 7, 3
THE_END = 14  # days before the election
MINUTES_A_DAY = 40
DAYS_BEFORE_A_DEADLINE = 3
LEAST_GROUP = 5  # a smaller group would say too much about single people


class Reason(NamedTuple):
    """Why somebody is on the list. ``number`` belongs to the code: days, minutes or rules."""

    code: str
    number: int
    weight: int


@dataclass(frozen=True)
class Progress:
    """What is known of one learner. ``minutes_left`` is the time of what is still to be read and
    passed; ``due`` the earliest day by which something is to be shown in the room; ``top_up_by``
    the one by which a holder has to learn what changed in the law."""

    since: date
    joined: bool
    last_seen: date | None
    minutes_left: int
    failed_exams: int
    weak_critical: int
    due: date | None
    certified: bool
    suspended: bool = False
    top_up_by: date | None = None


def at_risk(one: Progress, today: date, held_on: date | None) -> tuple[Reason, ...]:
    """Everything that speaks against this person being ready, the heaviest first; empty: nothing.

    Nobody is called who is certified or suspended, or once the election is over; but whoever holds
    a certificate and has to learn what changed in the law is called for that, and for nothing else.
    """
    if one.top_up_by is not None and not one.suspended:
        return (Reason("top-up", (one.top_up_by - today).days, 6),)
    days_left = None if held_on is None else (held_on - today).days
    if one.certified or one.suspended or (days_left is not None and days_left < 0):
        return ()
    found = []
    if not one.joined:
        waited = (today - one.since).days
        if waited >= DAYS_TO_JOIN:
            found.append(Reason("not-joined", waited, 6))
        return tuple(found)
    quiet = (today - (one.last_seen or one.since)).days
    near = days_left is not None and days_left <= THE_END
    if quiet >= (DAYS_QUIET_AT_THE_END if near else DAYS_QUIET):
        found.append(Reason("quiet", quiet, 5))
    if days_left is not None and one.minutes_left > MINUTES_A_DAY * max(days_left, 1):
        found.append(Reason("behind", -(-one.minutes_left // max(days_left, 1)), 7))
    if one.failed_exams:
        found.append(Reason("exam-failed", one.failed_exams, 4))
    if one.weak_critical:
        found.append(Reason("critical-weak", one.weak_critical, 3))
    if one.due is not None and (one.due - today).days <= DAYS_BEFORE_A_DEADLINE:
        found.append(Reason("practical-due", (one.due - today).days, 5))
    return tuple(sorted(found, key=lambda reason: (-reason.weight, reason.code)))


def urgency(reasons: Sequence[Reason]) -> int:
    """How early somebody is called: the weights together."""
    return sum(reason.weight for reason in reasons)


# --- where people stop ---------------------------------------------------------------------------


class Stage(NamedTuple):
    """One stage on the way. ``lost`` are those who came to the stage before and not to this."""

    code: str
    reached: int
    lost: int


def funnel(stages: Sequence[tuple[str, Iterable[object]]]) -> tuple[Stage, ...]:
    """From everybody enrolled to those certified: each stage counts who reached it and all before.

    ``stages`` pair a code with the people who did what it names, in the order of the way.
    """
    found: list[Stage] = []
    left: set[object] | None = None
    for code, people in stages:
        reached = set(people) if left is None else left & set(people)
        found.append(Stage(code, len(reached), len(left or reached) - len(reached)))
        left = reached
    return tuple(found)


# --- comparing groups ----------------------------------------------------------------------------


class Share(NamedTuple):
    """A share with its interval, in per cent; None in all three for a group that is too small."""

    percent: int | None
    low: int | None
    high: int | None


def share(successes: int, total: int, confidence: float = 0.95) -> Share:
    """A share with Wilson's score interval, hidden for fewer than five people.

    Raises ValueError for more successes than there are people.

    Source: Wilson 1927; unlike the usual interval it stays within 0 and 100 and holds for few.
    """
    if not 0 <= successes <= total:
        raise ValueError("more successes than people")
    if total < LEAST_GROUP:
        return Share(None, None, None)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p, square = successes / total, z * z / total
    middle = (p + square / 2) / (1 + square)
    half = z / (1 + square) * sqrt(p * (1 - p) / total + square / (4 * total))
    return Share(
        round(100 * p), max(0, round(100 * (middle - half))), min(100, round(100 * (middle + half)))
    )


def apart(one: Share, other: Share) -> bool:
    """Whether two groups differ by more than chance: their intervals do not touch."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.high < other.low or other.high < one.low
