from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.grading import Paper, grade
from lms.domain.questions import KINDS, POINTS
from tests.domain.builders import BY_MACHINE, a_paper, a_question, seeded


def a_paper_of_two(**changes: Any) -> Paper:
    copy = a_question(slug="copy-when", rules=["protocol-copy"])
    stay = a_question(slug="stay-when", rules=["removal-written", "removal-calm"])
    return a_paper(copy, stay, **changes)


def test_a_paper_answered_rightly_passes() -> None:
    result = grade(a_paper_of_two(), {"copy-when": "here", "stay-when": "here"})
    assert (result.earned, result.possible, result.percent) == (120, 120, 100)
    assert result.passed
    assert result.missed_rules == frozenset()
    assert result.marks == {"copy-when": 60, "stay-when": 60}


def test_a_blank_earns_nothing_and_misses_every_rule_of_its_question() -> None:
    result = grade(a_paper_of_two(), {"copy-when": "here", "stay-when": None})
    assert result.earned == 60
    assert result.missed_rules == {"removal-written", "removal-calm"}


def test_an_answer_to_a_question_that_is_not_on_the_paper_is_ignored() -> None:
    paper = a_paper(a_question(slug="copy-when"))
    result = grade(paper, {"copy-when": "here", "smuggled-in": "here"})
    assert (result.earned, result.possible) == (60, 60)
    assert "smuggled-in" not in result.marks


def test_the_pass_mark_itself_passes() -> None:
    answers = {"copy-when": "here"}
    assert grade(a_paper_of_two(pass_percent=50), answers).passed
    assert not grade(a_paper_of_two(pass_percent=51), answers).passed


def test_a_share_just_below_the_pass_mark_is_not_rounded_up() -> None:
    thirds = [a_question(slug=f"q{n}") for n in range(3)]
    result = grade(a_paper(*thirds, pass_percent=67), {"q0": "here", "q1": "here"})
    assert result.percent == 66
    assert not result.passed


def test_a_missed_critical_rule_fails_a_mark_above_the_pass() -> None:
    paper = a_paper_of_two(pass_percent=50, critical_rules=["removal-calm"])
    result = grade(paper, {"copy-when": "here", "stay-when": "later"})
    assert result.percent == 50
    assert result.missed_critical == {"removal-calm"}
    assert not result.passed


def test_partial_credit_still_misses_the_rule() -> None:
    paper = a_paper(a_question("multiple", critical=True), critical_rules=["protocol-copy"])
    result = grade(paper, {"q": ["a", "b"]})
    assert result.earned == 40
    assert result.missed_critical == {"protocol-copy"}
    assert not result.passed


def test_a_rule_missed_once_is_missed_even_if_answered_rightly_elsewhere() -> None:
    paper = a_paper(a_question(slug="one"), a_question(slug="two"))
    assert grade(paper, {"one": "here", "two": "never"}).missed_rules == {"protocol-copy"}


def test_an_empty_paper_is_never_passed() -> None:
    result = grade(Paper((), 0), {})
    assert not result.passed
    assert result.percent == 0


def test_a_question_is_found_on_its_paper_only() -> None:
    paper = a_paper(a_question(slug="one"))
    found = paper.question("one")
    assert found is not None and found.id == "one"
    assert paper.question("two") is None


ANSWERS = st.sampled_from([None, "here", "a", ["a"], ["a", "b", "c"], {"g1": "seal"}, "protocol"])


@given(
    st.lists(st.sampled_from(sorted(BY_MACHINE)), min_size=1, max_size=8),
    st.data(),
    st.integers(0, 100),
    st.integers(),
)
def test_grading_is_within_bounds_and_blind_to_the_order_of_the_paper(
    kinds: list[str], data: st.DataObject, pass_percent: int, seed: int
) -> None:
    questions = [a_question(kind, slug=f"q{n}") for n, kind in enumerate(kinds)]
    answers: dict[str, Any] = {
        q.id: data.draw(ANSWERS | st.just(q.right_answer)) for q in questions
    }
    paper = Paper(tuple(questions), pass_percent)
    turned = Paper(tuple(seeded(seed).sample(questions, len(questions))), pass_percent)
    result = grade(paper, answers)
    assert grade(turned, answers) == result
    assert 0 <= result.earned <= result.possible == POINTS * len(questions)
    assert result.passed == (Fraction(result.earned, result.possible) * 100 >= pass_percent)
    assert (result.earned == result.possible) == (not result.missed_rules)


@pytest.mark.parametrize("kind", KINDS)
def test_grading_twice_is_grading_once(kind: str) -> None:
    paper = a_paper(a_question(kind))
    answers = {"q": paper.questions[0].right_answer}
    assert grade(paper, answers) == grade(paper, answers)
