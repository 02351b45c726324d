from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.attempts import (
    GRACE,
    Attempt,
    Kept,
    State,
    Step,
    StepKind,
    answer,
    begin,
    fold,
)
from lms.domain.ending import abandon, finish, mark
from lms.domain.errors import NotThere, TooLate
from lms.domain.starting import may_start
from tests.domain.builders import NOON, a_question, a_quiz, minutes, seeded

PAPER = [a_question(slug="one"), a_question("order", slug="two"), a_question("text", slug="three")]


def an_attempt(allowed: int | None = 40, at: datetime = NOON) -> Attempt:
    return fold([begin(PAPER, seeded(1), minutes=allowed, at=at)], id="attempt-1")


def plus(attempt: Attempt, kept: Kept) -> Attempt:
    """The attempt once the step, if it is new, has been stored."""
    return fold([*attempt.steps, kept.step], id=attempt.id)


def answered(attempt: Attempt, question: str, data: Any, key: str, at: datetime = NOON) -> Attempt:
    seen = attempt.latest(question)
    return plus(attempt, answer(attempt, question, data, seen=seen, client_key=key, now=at))


def reason_of(deed: Callable[[], object]) -> str:
    with pytest.raises(TooLate) as caught:
        deed()
    return caught.value.reason


def test_the_start_fixes_the_paper_the_order_and_the_time() -> None:
    attempt = an_attempt()
    assert attempt.questions == ("one", "two", "three")
    assert set(attempt.order) == {"one", "two"}
    assert sorted(attempt.order["one"]["options"]) == ["here", "later", "never"]
    assert attempt.started_at == NOON
    assert attempt.deadline == NOON + minutes(40)
    assert attempt.answers == {}


def test_the_latest_answer_counts() -> None:
    attempt = answered(an_attempt(), "one", "later", "a")
    attempt = answered(attempt, "three", "protocol", "b")
    attempt = answered(attempt, "one", "here", "c")
    assert attempt.answers == {"one": "here", "three": "protocol"}
    assert attempt.latest("one") == 4
    assert attempt.latest("two") == 0


def test_an_attempt_with_its_next_step_is_the_attempt_read_anew() -> None:
    attempt = answered(an_attempt(), "one", "later", "a")
    assert attempt.answers == {"one": "later"}
    after = answer(attempt, "one", "here", seen=2, client_key="b", now=NOON)
    assert attempt.then(after.step) == plus(attempt, after)
    assert attempt.then(after.step).answers == {"one": "here"}
    with pytest.raises(ValueError, match="3 is to come, not 2"):
        attempt.then(attempt.steps[-1])


def test_an_answer_can_be_taken_back() -> None:
    attempt = answered(answered(an_attempt(), "one", "later", "a"), "one", None, "b")
    assert attempt.answers == {"one": None}


def test_the_same_delivery_again_gets_the_same_receipt() -> None:
    attempt = an_attempt()
    first = answer(attempt, "one", "here", seen=0, client_key="a", now=NOON)
    again = answer(
        plus(attempt, first), "one", "here", seen=0, client_key="a", now=NOON + minutes(9)
    )
    assert first.is_new
    assert again == Kept(first.step, is_new=False)


def test_the_same_delivery_is_recognised_after_the_end_and_after_the_time() -> None:
    attempt = answered(an_attempt(), "one", "here", "a")
    step = attempt.steps[-1]
    late = NOON + minutes(90)
    assert answer(attempt, "one", "here", seen=0, client_key="a", now=late).step == step
    ended = plus(attempt, finish(attempt, client_key="f", now=NOON + minutes(5)))
    assert answer(ended, "one", "here", seen=0, client_key="a", now=late).step == step


def test_an_answer_that_changes_nothing_is_not_kept_twice() -> None:
    attempt = answered(an_attempt(), "one", "here", "a")
    again = answer(attempt, "one", "here", seen=2, client_key="b", now=NOON)
    assert again == Kept(attempt.steps[-1], is_new=False)


def test_an_answer_from_an_older_page_is_stale() -> None:
    attempt = answered(an_attempt(), "one", "here", "a")
    assert reason_of(lambda: answer(attempt, "one", "later", seen=0, client_key="b", now=NOON)) == (
        "stale"
    )


def test_a_key_used_before_does_not_lose_other_words() -> None:
    attempt = answered(an_attempt(), "one", "here", "a")
    assert reason_of(lambda: answer(attempt, "one", "later", seen=2, client_key="a", now=NOON)) == (
        "stale"
    )


def test_pages_of_different_questions_do_not_make_each_other_stale() -> None:
    attempt = answered(an_attempt(), "one", "here", "a")
    assert answer(attempt, "three", "protocol", seen=0, client_key="b", now=NOON).is_new


def test_an_answer_within_the_grace_counts_and_one_after_it_does_not() -> None:
    attempt = an_attempt()
    last = NOON + minutes(40) + GRACE
    assert minutes(0.5) == GRACE
    assert answer(attempt, "one", "here", seen=0, client_key="a", now=last).is_new
    too_late = last + minutes(1 / 60_000)
    assert (
        reason_of(lambda: answer(attempt, "one", "here", seen=0, client_key="a", now=too_late))
        == "time-over"
    )
    assert attempt.is_open(last)
    assert not attempt.is_open(too_late)


def test_without_a_limit_an_attempt_stays_open() -> None:
    attempt = an_attempt(allowed=None)
    assert attempt.deadline is None
    assert attempt.is_open(NOON + minutes(60 * 24 * 365))


def test_an_answer_after_the_end_changes_nothing() -> None:
    attempt = plus(an_attempt(), finish(an_attempt(), client_key="f", now=NOON))
    assert reason_of(lambda: answer(attempt, "one", "here", seen=0, client_key="a", now=NOON)) == (
        "finished"
    )
    assert not attempt.is_open(NOON)


def test_a_question_of_another_paper_is_not_there() -> None:
    with pytest.raises(NotThere):
        answer(an_attempt(), "four", "here", seen=0, client_key="a", now=NOON)


def test_nothing_can_be_done_before_the_start() -> None:
    empty = fold([])
    for deed in (
        lambda: answer(empty, "one", "here", seen=0, client_key="a", now=NOON),
        lambda: finish(empty, client_key="a", now=NOON),
        lambda: abandon(empty, now=NOON),
    ):
        assert reason_of(deed) == "not-started"
    assert empty.state(NOON) is State.NOTSTARTED
    assert not empty.is_open(NOON)
    assert empty.next_sequence == 1


def test_finishing_twice_is_finishing_once() -> None:
    attempt = an_attempt()
    first = finish(attempt, client_key="f", now=NOON + minutes(3))
    again = finish(plus(attempt, first), client_key="g", now=NOON + minutes(4))
    assert again == Kept(first.step, is_new=False)


def test_an_attempt_finished_late_ends_at_its_deadline() -> None:
    kept = finish(an_attempt(), client_key=None, now=NOON + minutes(300))
    assert kept.step.at == NOON + minutes(40)


def test_the_six_states() -> None:
    attempt = an_attempt()
    assert attempt.state(NOON + minutes(40)) is State.INPROGRESS
    assert attempt.state(NOON + minutes(41)) is State.OVERDUE
    submitted = plus(attempt, finish(attempt, client_key=None, now=NOON))
    assert submitted.state(NOON) is State.SUBMITTED
    marked = plus(submitted, mark(submitted, {"earned": 60}, now=NOON))
    assert marked.state(NOON) is State.FINISHED
    left = plus(attempt, abandon(attempt, now=NOON))
    assert left.state(NOON) is State.ABANDONED
    assert left.ended_at == NOON


def test_only_locked_answers_are_marked_and_only_once() -> None:
    attempt = an_attempt()
    assert reason_of(lambda: mark(attempt, {}, now=NOON)) == "not-finished"
    submitted = plus(attempt, finish(attempt, client_key=None, now=NOON))
    first = mark(submitted, {"earned": 60}, now=NOON)
    again = mark(plus(submitted, first), {"earned": 0}, now=NOON + minutes(1))
    assert again == Kept(first.step, is_new=False)


def test_an_abandoned_attempt_is_not_finished_nor_a_finished_one_abandoned() -> None:
    attempt = an_attempt()
    left = plus(attempt, abandon(attempt, now=NOON))
    assert abandon(left, now=NOON + minutes(1)) == Kept(left.steps[-1], is_new=False)
    assert reason_of(lambda: finish(left, client_key="f", now=NOON)) == "abandoned"
    done = plus(attempt, finish(attempt, client_key="f", now=NOON))
    assert reason_of(lambda: abandon(done, now=NOON)) == "finished"


def test_rows_that_contradict_each_other_are_an_error() -> None:
    start = begin(PAPER, seeded(1), minutes=40, at=NOON)
    other = Step(1, StepKind.START, None, {"questions": []}, None, NOON)
    with pytest.raises(ValueError, match="two steps"):
        fold([start, other])
    with pytest.raises(ValueError, match="begins with its start"):
        fold([Step(2, StepKind.ANSWER, "one", "here", "a", NOON)])


# starting again


def test_a_first_attempt_may_start() -> None:
    assert may_start([], a_quiz(attempts=1, wait_hours=12), NOON) is None


def test_an_open_attempt_is_resumed_instead() -> None:
    attempt = an_attempt()
    hindrance = may_start([attempt], a_quiz(attempts=1), NOON + minutes(10))
    assert hindrance is not None
    assert (hindrance.reason, hindrance.attempt) == ("open", attempt)


def test_attempts_that_were_left_to_run_out_count_as_used() -> None:
    hindrance = may_start([an_attempt()], a_quiz(attempts=1), NOON + minutes(41))
    assert hindrance is not None
    assert (hindrance.reason, hindrance.allowed) == ("used-up", 1)


def test_the_wait_begins_with_the_end_of_the_last_attempt() -> None:
    attempt = plus(an_attempt(), finish(an_attempt(), client_key=None, now=NOON + minutes(20)))
    quiz = a_quiz(attempts=3, wait_hours=12)
    until = NOON + minutes(20 + 12 * 60)
    hindrance = may_start([attempt], quiz, NOON + minutes(60))
    assert hindrance is not None
    assert (hindrance.reason, hindrance.until) == ("wait", until)
    assert may_start([attempt], quiz, until) is None


def test_an_attempt_that_ran_out_makes_the_wait_begin_at_its_deadline() -> None:
    hindrance = may_start([an_attempt()], a_quiz(wait_hours=1), NOON + minutes(45))
    assert hindrance is not None
    assert hindrance.until == NOON + minutes(100)


def test_without_limits_one_may_always_start_again() -> None:
    attempt = plus(an_attempt(), finish(an_attempt(), client_key=None, now=NOON))
    assert may_start([attempt] * 50, a_quiz(), NOON) is None


# deliveries

Post = tuple[str, str, int]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["one", "two", "three"]),
            st.sampled_from(["here", "later", "never"]),
            st.integers(0, 60 * 42),
        ),
        max_size=12,
    ),
    st.data(),
)
def test_any_duplicated_delivery_ends_as_if_each_post_had_come_once(
    posts: list[Post], data: st.DataObject
) -> None:
    """Posts come in order of time; each may come again, late, any number of times."""
    posts = sorted(posts, key=lambda post: post[2])
    attempt, model, delivered = an_attempt(), dict[str, str](), list[tuple[str, str, int, str]]()
    for number, (question, words, seconds) in enumerate(posts):
        now = NOON + minutes(seconds / 60)
        seen = attempt.latest(question)
        for old in data.draw(st.lists(st.sampled_from(delivered), max_size=3)) if delivered else []:
            before = attempt
            try:
                kept = answer(attempt, old[0], old[1], seen=old[2], client_key=old[3], now=now)
                assert not kept.is_new
            except TooLate as refused:
                # Only those that were refused, or changed nothing, the first time.
                assert refused.reason in ("stale", "time-over")
            assert attempt == before
        try:
            kept = answer(attempt, question, words, seen=seen, client_key=f"k{number}", now=now)
        except TooLate as refused:
            assert refused.reason == "time-over"
            assert now > NOON + minutes(40) + GRACE
        else:
            assert now <= NOON + minutes(40) + GRACE
            attempt, model[question] = plus(attempt, kept), words
        delivered.append((question, words, seen, f"k{number}"))
    assert attempt.answers == model
    shuffled = data.draw(st.permutations([*attempt.steps, *attempt.steps]))
    assert fold(shuffled, id="attempt-1") == attempt
