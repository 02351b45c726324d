"""What happens when the time is over: three policies, opening again, and answers from a file.

Source: hard parts 5.2; security C-73.
"""

from datetime import timedelta
from typing import Any

import pytest

from lms.domain.attempts import Attempt, State, StepKind, answer, begin, fold
from lms.domain.ending import certain, close, finish, hand_over, reopen
from lms.domain.errors import NotThere, TooLate
from tests.domain.builders import NOON, a_question, minutes, seeded

PAPER = [a_question(slug="one"), a_question("text", slug="two")]


def an_attempt(policy: str = "submit", **more: Any) -> Attempt:
    """An attempt of forty minutes begun at noon."""
    more = {"grace_minutes": 10} | more if policy == "grace" else more
    return fold([begin(PAPER, seeded(1), minutes=40, at=NOON, policy=policy, **more)])


def plus(attempt: Attempt, step: Any) -> Attempt:
    return fold([*attempt.steps, step])


def reason_of(deed: Any) -> str:
    with pytest.raises(TooLate) as refused:
        deed()
    return refused.value.reason


@pytest.mark.parametrize(
    ("policy", "last", "kind", "at"),
    [
        ("submit", 40.5, StepKind.FINISH, 40),
        ("abandon", 40.5, StepKind.ABANDON, 40),
        ("grace", 50, StepKind.ABANDON, 50),
    ],
)
def test_each_policy_closes_what_ran_out_in_its_way(
    policy: str, last: float, kind: StepKind, at: float
) -> None:
    attempt = an_attempt(policy)
    assert attempt.due_at == NOON + minutes(last)
    assert close(attempt, now=NOON + minutes(last)) is None
    step = close(attempt, now=NOON + minutes(last) + timedelta(microseconds=1))
    assert step is not None
    assert (step.kind, step.at) == (kind, NOON + minutes(at))
    ended = plus(attempt, step)
    assert close(ended, now=NOON + minutes(90)) is None
    assert ended.state(NOON + minutes(90)) in (State.SUBMITTED, State.ABANDONED)


def test_within_the_grace_only_handing_in_is_possible() -> None:
    attempt = an_attempt("grace")
    late = NOON + minutes(45)
    assert attempt.state(late) is State.OVERDUE
    refused = reason_of(lambda: answer(attempt, "one", "here", seen=0, client_key="k", now=late))
    assert refused == "time-over"
    kept = finish(attempt, client_key="f", now=late)
    assert (kept.step.kind, kept.step.at) == (StepKind.FINISH, late)


@pytest.mark.parametrize("policy", ["grace", "abandon"])
def test_handing_in_after_the_last_moment_finds_the_attempt_abandoned(policy: str) -> None:
    kept = finish(an_attempt(policy), client_key="f", now=NOON + minutes(51))
    assert kept.step.kind is StepKind.ABANDON
    ended = plus(an_attempt(policy), kept.step)
    assert reason_of(lambda: finish(ended, client_key="g", now=NOON + minutes(52))) == "abandoned"


def test_a_closing_day_before_the_end_of_the_time_is_the_deadline() -> None:
    assert an_attempt(closes_at=NOON + minutes(15)).deadline == NOON + minutes(15)
    assert an_attempt(closes_at=NOON + minutes(95)).deadline == NOON + minutes(40)
    endless = fold([begin(PAPER, seeded(1), minutes=None, at=NOON, closes_at=NOON + minutes(5))])
    assert endless.deadline == NOON + minutes(5)


def test_an_abandoned_attempt_that_is_opened_again_goes_on() -> None:
    attempt = an_attempt("abandon")
    kept = answer(attempt, "one", "here", seen=0, client_key="k", now=NOON + minutes(1))
    attempt = plus(attempt, kept.step)
    attempt = plus(attempt, close(attempt, now=NOON + minutes(41)))
    attempt = plus(attempt, reopen(attempt, until=NOON + minutes(90), now=NOON + minutes(60)))
    assert attempt.state(NOON + minutes(61)) is State.INPROGRESS
    assert attempt.answers == {"one": "here"}
    kept = answer(attempt, "two", "protocol", seen=0, client_key="m", now=NOON + minutes(89))
    attempt = plus(attempt, kept.step)
    # Left alone now, it is handed in instead of being lost a second time.
    step = close(attempt, now=NOON + minutes(91))
    assert step is not None
    assert (step.kind, step.at) == (StepKind.FINISH, NOON + minutes(90))


def test_opening_again_without_time_hands_in_what_was_saved() -> None:
    attempt = an_attempt("abandon")
    attempt = plus(attempt, close(attempt, now=NOON + minutes(41)))
    attempt = plus(attempt, reopen(attempt, until=NOON + minutes(40), now=NOON + minutes(60)))
    kept = finish(attempt, client_key=None, now=NOON + minutes(60))
    assert (kept.step.kind, kept.step.at) == (StepKind.FINISH, NOON + minutes(40))


def test_only_what_was_abandoned_is_opened_again() -> None:
    attempt = an_attempt()
    assert reason_of(lambda: reopen(attempt, until=None, now=NOON)) == "open"
    ended = plus(attempt, finish(attempt, client_key="f", now=NOON).step)
    assert reason_of(lambda: reopen(ended, until=None, now=NOON)) == "finished"


def test_an_unknown_policy_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown policy"):
        an_attempt("mercy")


def test_certainty_stands_beside_the_answer_and_makes_no_page_stale() -> None:
    attempt = an_attempt()
    attempt = plus(attempt, answer(attempt, "one", "here", seen=0, client_key="k", now=NOON).step)
    said = certain(attempt, "one", 3, now=NOON)
    assert said is not None
    attempt = plus(attempt, said)
    assert attempt.certainties == {"one": 3}
    assert attempt.latest("one") == 2
    assert certain(attempt, "one", 3, now=NOON) is None
    assert attempt.tries == {"one": 1}


def test_an_answer_from_a_file_counts_whatever_the_clock_says() -> None:
    attempt = an_attempt()
    attempt = plus(attempt, close(attempt, now=NOON + minutes(50)))
    kept = hand_over(attempt, "two", "protocol", client_key="k", now=NOON + minutes(60))
    assert kept.is_new
    attempt = plus(attempt, kept.step)
    assert attempt.answers == {"two": "protocol"}
    assert attempt.ended_at == NOON + minutes(40)
    again = hand_over(attempt, "two", "protocol", client_key="k", now=NOON + minutes(61))
    assert not again.is_new
    same = hand_over(attempt, "two", "protocol", client_key="other", now=NOON + minutes(61))
    assert not same.is_new
    with pytest.raises(NotThere):
        hand_over(attempt, "three", "x", client_key="z", now=NOON)
