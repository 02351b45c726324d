"""The status of a certificate: a table of histories, a second model, and what may follow what."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lms.domain.certification import (
    HOLDS,
    LISTED,
    Event,
    History,
    Kind,
    Period,
    Status,
    refusal,
    standing_at,
    status_at,
)

TABLE = (Path(__file__).parent / "histories.txt").read_text("utf-8")
DAY_ZERO = date(2026, 1, 1)
KINDS = {
    "s": Kind.SUSPENDED,
    "l": Kind.LIFTED,
    "r": Kind.REVOKED,
    "p": Kind.REPLACED,
    "n": Kind.RENEWED,
    "a": Kind.TOP_UP_ASKED,
    "t": Kind.TOPPED_UP,
    "w": Kind.TOP_UP_WAIVED,
}


def day(number: int) -> date:
    return DAY_ZERO + timedelta(days=number)


def noon(number: int) -> datetime:
    return datetime.combine(day(number), time(12), UTC)


def lines() -> list[str]:
    return [line for line in TABLE.splitlines() if line and not line.startswith("#")]


def read(period: str, events: str) -> History:
    found = re.fullmatch(r"(-?\d+)-(-?\d+)(?:\+(\d+))?", period.strip())
    assert found, period
    first, last, grace = (int(value or 0) for value in found.groups())
    return History(
        Period(day(first), day(last), grace), tuple(event(word) for word in events.split())
    )


def event(word: str) -> Event:
    found = re.fullmatch(r"([slrpnatw])([xyz]?)(-?\d+)(?:>(\d+))?", word)
    assert found, word
    kind, change, at, due = found.groups()
    return Event(noon(int(at)), KINDS[kind], change, day(int(due)) if due else None)


@pytest.mark.parametrize("line", lines())
def test_a_history_written_by_hand_stands_as_its_line_says(line: str) -> None:
    period, events, asked = line.split("|")
    history = read(period, events)
    for question in asked.split(","):
        when, expected = question.split()
        number = int(when.removesuffix("m"))
        at = datetime.combine(day(number), time(6), UTC) if when.endswith("m") else day(number)
        assert status_at(history, at) is Status(expected), f"on day {when}"


def test_the_table_has_two_hundred_histories_and_every_status() -> None:
    assert len(set(lines())) >= 200
    asked = " ".join(line.rpartition("|")[2] for line in lines())
    assert {status.value for status in Status} == set(re.findall(r"\d+m? ([a-z-]+)", asked))


class Life(RuleBasedStateMachine):
    """A certificate lived day by day beside a model that keeps flags instead of replaying.

    The model is told of each deed when it is done, and only if the product allows it; afterwards
    both are asked about today, and the product about every day that the model has seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.history = History(Period(day(5), day(40), 4))
        self.today, self.hour = 0, 1
        self.ended = ""
        self.held_back = self.followed = False
        self.open: dict[str, int] = {}
        self.ever: set[str] = set()
        self.seen: list[tuple[datetime, str]] = []

    def word(self) -> str:
        if self.ended:
            return self.ended
        if self.today > (40 if self.followed else 44):
            return "expired"
        if self.held_back:
            return "suspended"
        if self.today < 5:
            return "not-yet"
        if any(self.today > due for due in self.open.values()):
            return "top-up-overdue"
        if self.today > 40:
            return "grace"
        return "top-up-due" if self.open else "valid"

    def now(self) -> datetime:
        return datetime.combine(day(self.today), time(self.hour), UTC)

    def do(self, kind: Kind, change: str = "", due: int | None = None) -> bool:
        """Do it if the product allows it, and say whether."""
        if refusal(self.history, kind, self.now(), change) is not None:
            return False
        self.hour = min(self.hour + 1, 23)
        made = Event(self.now(), kind, change, None if due is None else day(due))
        self.history = History(self.history.period, (*self.history.events, made))
        return True

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        self.today, self.hour = self.today + days, 1

    @rule()
    def suspend(self) -> None:
        allowed = not self.ended and not self.held_back and self.word() != "expired"
        assert self.do(Kind.SUSPENDED) == allowed
        self.held_back = self.held_back or allowed

    @rule()
    def lift(self) -> None:
        allowed = not self.ended and self.held_back
        assert self.do(Kind.LIFTED) == allowed
        self.held_back = self.held_back and not allowed

    @precondition(lambda self: self.today > 12)
    @rule()
    def revoke(self) -> None:
        allowed = not self.ended
        assert self.do(Kind.REVOKED) == allowed
        self.ended = self.ended or "revoked"

    @precondition(lambda self: self.today > 20)
    @rule()
    def replace(self) -> None:
        free = not self.ended and not self.held_back and not self.followed
        allowed = free and self.word() != "expired"
        assert self.do(Kind.REPLACED) == allowed
        self.ended = self.ended or ("replaced" if allowed else "")

    @precondition(lambda self: self.today > 20)
    @rule()
    def renew(self) -> None:
        allowed = not self.ended and not self.held_back and not self.followed
        assert self.do(Kind.RENEWED) == allowed
        self.followed = self.followed or allowed

    @rule(change=st.sampled_from("xyz"), days=st.integers(0, 15))
    def ask(self, change: str, days: int) -> None:
        allowed = not self.ended and self.word() != "expired" and change not in self.ever
        assert self.do(Kind.TOP_UP_ASKED, change, self.today + days) == allowed
        if allowed:
            self.open[change] = self.today + days
            self.ever.add(change)

    @rule(change=st.sampled_from("xyz"), waived=st.booleans())
    def answer(self, change: str, waived: bool) -> None:
        kind = Kind.TOP_UP_WAIVED if waived else Kind.TOPPED_UP
        allowed = not self.ended and change in self.open
        assert self.do(kind, change) == allowed
        if allowed:
            del self.open[change]

    @invariant()
    def both_say_the_same(self) -> None:
        standing = standing_at(self.history, self.now())
        assert standing.status.value == self.word()
        assert standing.holds == (self.word() in {"valid", "grace", "top-up-due"})
        self.seen.append((self.now(), self.word()))

    def teardown(self) -> None:
        last = dict(self.seen)  # of several deeds in one hour the last decides
        for at, word in last.items():
            assert status_at(self.history, at).value == word, "the past has changed"


TestLife = Life.TestCase


def test_every_status_either_holds_or_is_told_by_the_list_or_by_the_days() -> None:
    by_the_days = {Status.EXPIRED, Status.NOT_YET}
    assert set(Status) == HOLDS | LISTED | by_the_days
    assert not HOLDS & LISTED
