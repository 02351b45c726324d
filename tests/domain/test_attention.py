"""Whom to call today, where people stop, and groups beside each other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.attention import (
    Progress,
    Share,
    Stage,
    apart,
    at_risk,
    funnel,
    share,
    urgency,
)

TODAY = date(2026, 4, 1)
ELECTION = date(2026, 4, 19)


def somebody(**changes: Any) -> Progress:
    """A learner about whom nobody has to worry."""
    well: dict[str, Any] = {
        "since": TODAY - timedelta(days=20),
        "joined": True,
        "last_seen": TODAY,
        "minutes_left": 60,
        "failed_exams": 0,
        "weak_critical": 0,
        "due": None,
        "certified": False,
    }
    return Progress(**{**well, **changes})


def codes(one: Progress, held_on: date | None = ELECTION) -> list[str]:
    return [reason.code for reason in at_risk(one, TODAY, held_on)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"joined": False}, ["not-joined"]),
        ({"joined": False, "since": TODAY - timedelta(days=2)}, []),
        ({"last_seen": TODAY - timedelta(days=7)}, ["quiet"]),
        ({"last_seen": TODAY - timedelta(days=6)}, []),
        ({"last_seen": None}, ["quiet"]),
        ({"minutes_left": 40 * 18 + 1}, ["behind"]),
        ({"minutes_left": 40 * 18}, []),
        ({"failed_exams": 2}, ["exam-failed"]),
        ({"weak_critical": 1}, ["critical-weak"]),
        ({"due": TODAY + timedelta(days=3)}, ["practical-due"]),
        ({"due": TODAY + timedelta(days=4)}, []),
        ({"due": TODAY - timedelta(days=1), "failed_exams": 1}, ["practical-due", "exam-failed"]),
        ({"certified": True, "failed_exams": 3, "last_seen": None}, []),
        ({"suspended": True, "joined": False}, []),
        ({"certified": True, "top_up_by": TODAY}, ["top-up"]),
        ({"top_up_by": TODAY - timedelta(days=1), "failed_exams": 1}, ["top-up"]),
        ({"certified": True, "top_up_by": TODAY, "suspended": True}, []),
    ],
)
def test_each_reason_is_named_and_nobody_is_called_without_one(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert codes(somebody(**changes)) == expected


def test_near_the_election_three_quiet_days_are_enough() -> None:
    quiet = somebody(last_seen=TODAY - timedelta(days=3))
    assert codes(quiet, TODAY + timedelta(days=14)) == ["quiet"]
    assert codes(quiet, TODAY + timedelta(days=15)) == []


def test_after_the_election_and_without_one() -> None:
    late = somebody(minutes_left=5000, last_seen=None)
    assert codes(late, TODAY - timedelta(days=1)) == []
    assert codes(late, None) == ["quiet"]  # without an election nobody can be behind


def test_behind_says_how_many_minutes_a_day_it_would_take() -> None:
    (reason,) = at_risk(somebody(minutes_left=1801), TODAY, ELECTION)
    assert reason.number == 101  # 1,801 minutes in 18 days


def test_more_reasons_are_called_earlier() -> None:
    one = at_risk(somebody(failed_exams=1), TODAY, ELECTION)
    two = at_risk(somebody(failed_exams=1, weak_critical=1), TODAY, ELECTION)
    assert urgency(two) > urgency(one)


def test_a_funnel_counts_who_reached_a_stage_and_all_before() -> None:
    found = funnel([("in", "abcde"), ("read", "abcx"), ("passed", "bd")])
    assert found == (Stage("in", 5, 0), Stage("read", 3, 2), Stage("passed", 1, 2))
    assert funnel([("in", ""), ("read", "a")])[1] == Stage("read", 0, 0)


def test_wilson_as_published() -> None:
    # 1 of 29 at 95 per cent: 0.6 to 17.2 (Newcombe 1998, table I, method 3).
    assert share(1, 29) == Share(3, 1, 17)
    assert share(81, 263) == Share(31, 26, 37)  # 25.5 to 36.6


def test_a_small_group_is_hidden() -> None:
    assert share(4, 4) == Share(None, None, None)
    assert share(5, 5).percent == 100
    with pytest.raises(ValueError, match="more successes"):
        share(6, 5)


@given(st.integers(5, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_stays_within_bounds(pair: tuple[int, int]) -> None:
    found = share(*pair)
    assert found.low is not None
    assert found.percent is not None
    assert found.high is not None
    assert 0 <= found.low <= found.percent <= found.high <= 100


def test_only_intervals_that_do_not_touch_differ() -> None:
    assert apart(share(10, 100), share(60, 100))
    assert not apart(share(50, 100), share(60, 100))
    assert not apart(share(1, 3), share(60, 100))
