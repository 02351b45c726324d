"""Certainty-based marking against figures worked out by hand. Source: hard parts 5.4."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.certainty import HIGH, LOW, MARKS, MEDIUM, Said, judge, wrong_and_certain_rules


def said(level: int | None, earned: int = 60, question: str = "q", *rules: str) -> Said:
    return Said(question, earned, level, rules)


@pytest.mark.parametrize(
    ("level", "earned", "mark"),
    [(1, 60, 1), (1, 0, 0), (2, 60, 2), (2, 0, -2), (3, 60, 3), (3, 0, -6), (3, 30, -1.5)],
)
def test_a_mark_lies_between_right_and_wrong_of_its_level(
    level: int, earned: int, mark: float
) -> None:
    assert said(level, earned).mark == mark


def test_no_level_counts_as_low_and_an_unknown_one_is_an_error() -> None:
    assert said(None, 60).mark == 1
    with pytest.raises(ValueError, match="unknown certainty"):
        _ = said(4).mark


def test_nothing_answered_is_nothing_judged() -> None:
    assert judge([]) is None


def test_the_bonus_is_a_tenth_of_what_doubt_brought_over_one_fixed_level() -> None:
    """Three right at high, one wrong at low: marks 3, 3, 3, 0, on average 2.25. At an accuracy of
    three quarters the best fixed level is medium: 2 × 3/4 − 2 × 1/4 = 1. A tenth of 1.25."""
    found = judge([said(3), said(3), said(3), said(1, 0)])
    assert found is not None
    assert found.accuracy == Fraction(3, 4)
    assert found.average_mark == Fraction(9, 4)
    assert found.bonus == Fraction(1, 8)
    assert found.score == Fraction(7, 8)


def test_wrong_and_certain_are_named_by_question_and_by_rule() -> None:
    answers = [
        said(3, 0, "one", "copy"),
        said(3, 30, "two", "copy"),
        said(2, 0, "three", "count"),
        said(3, 0, "four", "copy", "count"),
    ]
    found = judge(answers)
    assert found is not None
    assert found.wrong_and_certain == ("one", "four")
    assert wrong_and_certain_rules(answers) == {"copy": ("one", "four"), "count": ("four",)}


@pytest.mark.parametrize(
    ("level", "right", "wrong", "judgement"),
    [
        (HIGH, 9, 1, "well"),
        (HIGH, 3, 1, "slightly-over"),  # 0.05 below, four answers: 0.01
        (HIGH, 1, 3, "clearly-over"),  # 0.55 below, four answers: 1.21
        (MEDIUM, 3, 1, "well"),
        (LOW, 3, 1, "slightly-under"),
        (LOW, 8, 0, "clearly-under"),  # a third above, eight answers: 0.89
    ],
)
def test_each_level_is_judged_by_its_own_rate(
    level: int, right: int, wrong: int, judgement: str
) -> None:
    found = judge([said(level)] * right + [said(level, 0)] * wrong)
    assert found is not None
    at = found.levels[level - 1]
    assert (at.answers, at.judgement) == (right + wrong, judgement)
    assert [other.judgement for other in found.levels if other is not at] == ["", ""]


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(0, 60)), min_size=1))
def test_honesty_pays_whatever_the_answers(pairs: list[tuple[int, int]]) -> None:
    found = judge([said(level, earned) for level, earned in pairs])
    assert found is not None
    assert 0 <= found.accuracy <= 1
    assert -6 <= found.average_mark <= 3
    one_level = judge([said(pairs[0][0], earned) for _level, earned in pairs])
    assert one_level is not None
    assert one_level.bonus <= 0  # one fixed level never beats the best fixed level


@pytest.mark.parametrize(("chance", "best"), [(0.5, LOW), (0.7, MEDIUM), (0.9, HIGH)])
def test_the_level_that_pays_best_is_the_true_one(chance: float, best: int) -> None:
    expected = {n: chance * right + (1 - chance) * wrong for n, (right, wrong) in MARKS.items()}
    assert max(expected, key=lambda n: expected[n]) == best
