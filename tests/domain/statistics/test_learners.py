"""Simulated learners: what they know is known, so every wrong decision is counted."""

from __future__ import annotations

from random import Random

import pytest

from lms.domain.questions import POINTS, Question
from lms.domain.statistics.guessing import blind_guess, guess_share
from lms.domain.statistics.learners import Exam, Habits, Outcome, simulate
from tests.domain.builders import KEYS, a_line, a_question, a_quiz

RULES = [f"rule-{number}" for number in range(20)]
QUESTIONS = tuple(a_question("single", f"q-{rule}", rules=[rule]) for rule in RULES)


def an_exam(**changes: object) -> Exam:
    quiz = a_quiz(a_line(10), **({"critical": "none", "attempts": 1} | changes))
    return Exam(quiz, QUESTIONS, frozenset({"rule-0", "rule-1"}))


def run(exam: Exam, habits: Habits, learners: int = 300, seed: int = 5) -> Outcome:
    *_, outcome = simulate([exam], learners, habits, Random(seed))
    return outcome


def test_without_slips_nobody_who_knows_everything_fails() -> None:
    found = run(an_exam(), Habits(knows=0.999999, spread=0.1, slip=0))
    assert found.ready.happened == 300
    assert found.passed.happened == 300
    assert found.false_fail.happened == 0
    assert found.same_twice.happened == 300


def test_nobody_who_knows_nothing_passes_but_by_guessing() -> None:
    found = run(an_exam(), Habits(knows=0.000001, spread=0.1, slip=0))
    assert found.ready.happened == 0
    # Eight of ten right by luck among three options: 0.3 per cent.
    assert (found.false_pass.share.value or 0) < 0.02


def test_more_attempts_pass_more_who_are_not_ready() -> None:
    habits = Habits(knows=0.75, spread=0.8)
    once, thrice = run(an_exam(), habits), run(an_exam(attempts=3), habits)
    assert thrice.false_pass.happened > once.false_pass.happened
    assert thrice.false_fail.happened <= once.false_fail.happened


def test_a_longer_exam_is_wrong_less_often() -> None:
    habits = Habits(knows=0.8, spread=1.5)
    short = Exam(a_quiz(a_line(3), critical="none", attempts=1), QUESTIONS, frozenset())
    long = Exam(a_quiz(a_line(20), critical="none", attempts=1), QUESTIONS, frozenset())

    def wrong(outcome: Outcome) -> int:
        return outcome.false_pass.happened + outcome.false_fail.happened

    assert wrong(run(long, habits)) < wrong(run(short, habits))


def test_who_lacks_a_critical_rule_is_not_ready() -> None:
    exam = an_exam(critical="all")
    assert exam.is_ready(RULES)
    assert not exam.is_ready(RULES[1:])
    assert exam.is_ready(RULES[:16])
    assert not exam.is_ready(RULES[:15])
    assert an_exam().is_ready(RULES[1:])


def test_the_same_seed_gives_the_same_learners() -> None:
    assert run(an_exam(), Habits()) == run(an_exam(), Habits())


def test_intervals_stand_with_every_rate() -> None:
    found = run(an_exam(), Habits(knows=0.8))
    for count in (found.false_pass, found.false_fail, found.same_twice):
        assert count.share.interval is not None
        assert count.share.interval.method == "wilson"


@pytest.mark.parametrize("kind", sorted(set(KEYS) - {"essay"}))
def test_a_blind_guess_earns_on_average_what_its_share_says(kind: str) -> None:
    question: Question = a_question(kind)
    random = Random(7)
    earned = sum(question.earned(blind_guess(question, random)) for _ in range(4_000))
    assert earned / 4_000 / POINTS == pytest.approx(guess_share(question), abs=0.025)


@pytest.mark.parametrize(
    ("kind", "share"),
    [("single", 1 / 3), ("truefalse", 1 / 2), ("match", 1 / 2), ("text", 0), ("number", 0)],
)
def test_the_guess_share_of_simple_types_is_known_by_hand(kind: str, share: float) -> None:
    assert guess_share(a_question(kind)) == pytest.approx(share)


def test_nobody_can_say_what_a_guess_is_worth_where_people_mark() -> None:
    assert guess_share(a_question("essay")) is None


def test_a_long_order_needs_no_trying_of_all_orders() -> None:
    long = a_question("order", key={"items": [f"i{n}" for n in range(12)]})
    assert guess_share(long) == 0.5
