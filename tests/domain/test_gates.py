"""How often what counts may be tried: a few times a week, some hours apart, never out for good."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.domain.gates import WITHIN, May, may_begin

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOURS = st.lists(st.integers(0, 24 * 20), max_size=12)


def ago(*hours: int) -> list[datetime]:
    return [NOW - timedelta(hours=one) for one in hours]


def test_the_first_attempt_may_begin_at_once() -> None:
    assert may_begin(3, 12, [], NOW) == May(3, None)


def test_after_an_attempt_one_waits() -> None:
    assert may_begin(3, 12, ago(2), NOW) == May(2, NOW + timedelta(hours=10))
    assert may_begin(3, 12, ago(12), NOW).begin


def test_the_attempts_of_a_week_come_back_one_by_one() -> None:
    assert may_begin(3, 12, ago(100, 60, 20), NOW) == May(0, NOW + timedelta(hours=68))
    assert may_begin(3, 12, ago(168, 60, 20), NOW) == May(1, None)


def test_where_nothing_is_limited_nobody_waits() -> None:
    assert may_begin(None, None, ago(0, 0, 0), NOW) == May(None, None)


@given(HOURS, st.integers(1, 5), st.integers(0, 48))
def test_whoever_waits_as_long_as_told_may_begin(hours: list[int], most: int, wait: int) -> None:
    ended = ago(*hours)
    found = may_begin(most, wait, ended, NOW)
    opens = found.until or NOW
    assert may_begin(most, wait, ended, opens).begin
    assert opens <= NOW + max(WITHIN, timedelta(hours=wait))
    if found.until:
        assert not may_begin(most, wait, ended, found.until - timedelta(seconds=1)).begin


@given(HOURS, st.integers(1, 5), st.integers(0, 48))
def test_nobody_tries_more_often_than_that_in_any_week(
    hours: list[int], most: int, wait: int
) -> None:
    tried: list[datetime] = []
    for at in sorted(ago(*hours)):
        if may_begin(most, wait, tried, at).begin:
            tried.append(at)
    for first in tried:
        assert sum(first <= at < first + WITHIN for at in tried) <= most
