"""When an essay is settled: one marker, two who agree, a third who decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.markers import MARKED, SECOND, THIRD, WAITING, settle


@pytest.mark.parametrize(
    ("given_", "two", "state", "points"),
    [
        ([], True, WAITING, None),
        ([40], False, MARKED, 40),
        ([40], True, SECOND, None),
        ([40, 52], True, MARKED, 46),  # twelve apart is a fifth: they agree
        ([40, 53], True, THIRD, None),
        ([60, 10, 50], True, MARKED, 55),
        ([0, 60, 30], True, MARKED, 30),  # two pairs equally close: the one between
        ([20, 60, 21], True, MARKED, 20),
    ],
)
def test_marks_settle_an_essay(
    given_: list[int], two: bool, state: str, points: int | None
) -> None:
    assert settle(given_, two=two) == (state, points)


@given(st.lists(st.integers(0, 60), min_size=3, max_size=3))
def test_three_always_settle_it_between_the_lowest_and_the_highest(marks: list[int]) -> None:
    state, points = settle(marks, two=True)
    assert state == MARKED
    assert points is not None
    assert min(marks) <= points <= max(marks)
