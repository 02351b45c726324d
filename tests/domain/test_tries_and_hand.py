"""Tries and their penalty, marks by a person, choices that disqualify, the item that mends."""

from typing import Any

import pytest

from lms.domain.grading import Paper, grade
from lms.domain.repairing import next_item
from lms.domain.showing import Showing, has_closed
from lms.domain.starting import may_start
from tests.domain.builders import NOON, a_paper, a_question, a_quiz, minutes, seeded
from tests.domain.test_ending import an_attempt


@pytest.mark.parametrize(
    ("tries", "percent", "earned"),
    [(1, 33, 60), (2, 33, 40), (3, 33, 20), (4, 33, 0), (3, 60, 0), (2, 0, 60)],
)
def test_each_further_try_costs_its_penalty(tries: int, percent: int, earned: int) -> None:
    paper = Paper((a_question(),), 50, penalty_percent=percent)
    result = grade(paper, {"q": "here"}, tries={"q": tries})
    assert result.earned == earned
    assert not result.missed_rules  # known in the end


def test_a_text_waits_for_a_person_and_a_paper_that_waits_is_not_passed() -> None:
    paper = a_paper(a_question(slug="one"), a_question("essay", slug="act"), pass_percent=50)
    answers: dict[str, Any] = {"one": "here", "act": "At 20:45 …"}
    waiting = grade(paper, answers)
    assert (waiting.waiting, waiting.passed) == (("act",), False)
    done = grade(paper, answers, by_hand={"act": 0})
    assert (done.waiting, done.earned, done.passed) == ((), 60, True)
    assert grade(paper, answers, by_hand={"act": 45}).earned == 105


def test_a_blank_text_waits_for_nobody() -> None:
    assert grade(a_paper(a_question("essay")), {}).waiting == ()
    assert grade(a_paper(a_question("essay")), {}, by_hand={"q": 60}).earned == 0


def test_one_choice_that_disqualifies_fails_a_paper_of_ninety_five_per_cent() -> None:
    key = {"options": ["here", "film", "never"], "right": ["here"], "knockouts": ["film"]}
    questions = [a_question(slug=f"q{n}", key=key) for n in range(20)]
    answers: dict[str, Any] = {q.id: "here" for q in questions} | {"q7": "film"}
    result = grade(Paper(tuple(questions), 80, disqualifies=True), answers)
    assert (result.percent, result.knocked_out, result.passed) == (95, {"q7"}, False)
    assert grade(Paper(tuple(questions), 80), answers).passed  # a practice disqualifies nobody
    harmless = answers | {"q7": "never"}
    assert grade(Paper(tuple(questions), 80, disqualifies=True), harmless).passed


def test_the_item_that_mends_is_never_one_that_was_missed() -> None:
    bank = [a_question(slug=f"q{n}") for n in range(6)]
    bank += [a_question("essay", slug="act"), a_question(slug="other", rules=["another"])]
    for seed in range(200):
        missed = set(seeded(seed).sample([f"q{n}" for n in range(6)], seed % 7))
        found = next_item(bank, "protocol-copy", missed, None, seeded(seed))
        if len(missed) == 6:
            assert found is None
        else:
            assert found is not None
            assert found.id not in missed
            assert found.id.startswith("q")


@pytest.mark.parametrize(
    ("feedback", "during", "after"),
    [
        ("each", {"right", "options", "rules"}, {"right", "options", "rules"}),
        ("end", set(), {"right", "options", "rules"}),
        ("rules", set(), set()),
    ],
)
def test_the_three_words_of_a_head_stand_for_a_matrix(
    feedback: str, during: set[str], after: set[str]
) -> None:
    shown = Showing.from_words(feedback, None)
    assert shown.at(ended=False, closed=True) == during
    assert shown.at(ended=True, closed=False) == shown.at(ended=True, closed=True) == after


def test_a_cell_of_the_matrix_can_be_written_by_itself() -> None:
    shown = Showing.from_words("rules", {"closed": ["right", "marks", "options"]})
    assert shown.at(ended=True, closed=False) == set()
    assert shown.at(ended=True, closed=True) == {"right", "marks", "options"}
    with pytest.raises(ValueError, match="cannot be shown"):
        Showing.from_words("rules", {"closed": ["roster"]})
    with pytest.raises(ValueError, match="cannot be shown"):
        Showing.from_words("rules", {"tomorrow": ["right"]})
    assert not has_closed(None, NOON)
    assert has_closed(NOON, NOON)


def test_what_staff_granted_opens_one_more_attempt_without_waiting() -> None:
    quiz = a_quiz(attempts=1, wait_hours=12)
    used = [an_attempt()]
    at = NOON + minutes(60)
    found = may_start(used, quiz, at)
    assert found is not None and found.reason == "used-up"
    assert may_start(used, quiz, at, extra_attempts=1) is None
    closed = may_start([], quiz, at, closes_at=at)
    assert closed is not None and closed.reason == "closed"
