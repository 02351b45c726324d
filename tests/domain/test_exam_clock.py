"""An exam against a model of it, step by step, with a clock of its own.

Late answers are never kept, answers in time never lost, deliveries repeated or in another order
change nothing, and there is one end. Source: security C-73, C-74, C-77.
"""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lms.domain.attempts import GRACE, Attempt, State, StepKind, answer, begin, fold
from lms.domain.ending import close, finish, reopen
from lms.domain.errors import TooLate
from lms.domain.grading import Paper, grade
from tests.domain.builders import NOON, a_question, seeded

QUESTIONS = [a_question(slug=f"q{n}", kind="single") for n in range(4)]
IDS = [question.id for question in QUESTIONS]
OPTIONS = ["here", "later", "never", None]


class Exam(RuleBasedStateMachine):
    """Tabs, a clock, a job that closes, a trainer who opens again; ``model`` is what must be."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.steps: list[Any] = []
        self.model: dict[str, Any] = {}
        self.sent: list[tuple[str, Any, str, int]] = []
        self.keys = 0
        self.deadline = NOON
        self.locked = False
        self.policy = "submit"

    @property
    def attempt(self) -> Attempt:
        return fold(self.steps)

    @precondition(lambda self: not self.steps)
    @rule(
        minutes=st.integers(1, 30),
        policy=st.sampled_from(["submit", "grace", "abandon"]),
        grace=st.integers(1, 5),
    )
    def begins(self, minutes: int, policy: str, grace: int) -> None:
        first = begin(
            QUESTIONS, seeded(1), minutes=minutes, at=self.now, policy=policy, grace_minutes=grace
        )
        self.steps.append(first)
        self.deadline, self.policy = self.now + timedelta(minutes=minutes), policy

    @rule(seconds=st.integers(0, 400))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.steps)
    @rule()
    def time_jumps_to_the_edge_of_the_grace(self) -> None:
        self.now = max(self.now, self.deadline + GRACE)

    @precondition(lambda self: self.steps)
    @rule(question=st.sampled_from(IDS), given=st.sampled_from(OPTIONS))
    def answers(self, question: str, given: Any) -> None:
        self.keys += 1
        self._send(question, given, f"key-{self.keys}", self.attempt.latest(question))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_old_delivery_comes_again(self, data: st.DataObject) -> None:
        before = dict(self.model)
        self._send(*data.draw(st.sampled_from(self.sent)), again=True)
        assert self.model == before

    def _send(self, question: str, given: Any, key: str, seen: int, again: bool = False) -> None:
        in_time = not self.locked and self.now <= self.deadline + GRACE
        was = self.model.get(question)
        known = any(key == old[2] and (question, given) == old[:2] for old in self.sent)
        try:
            kept = answer(self.attempt, question, given, seen=seen, client_key=key, now=self.now)
        except TooLate as refused:
            # Refused: it was late, or old. In time, from the newest page, nothing is refused.
            assert again or not in_time, refused.reason
            return
        if kept.is_new:
            assert in_time, "a late answer was kept"
            assert not again, "an old delivery won"
            self.steps.append(kept.step)
            self.model[question] = given
        else:
            assert known or was == given
        if not again:
            self.sent.append((question, given, key, seen))

    @precondition(lambda self: self.steps)
    @rule()
    def hands_in(self) -> None:
        try:
            kept = finish(self.attempt, client_key="end", now=self.now)
        except TooLate as refused:
            assert refused.reason == "abandoned"
            return
        if kept.is_new:
            assert not self.locked
            self.steps.append(kept.step)
            self.locked = True

    @precondition(lambda self: self.steps)
    @rule()
    def the_job_comes_by(self) -> None:
        due, step = self.attempt.due_at, close(self.attempt, now=self.now)
        assert due is not None
        assert (step is not None) == (not self.locked and self.now > due)
        if step is not None:
            self.steps.append(step)
            self.locked = True

    @precondition(lambda self: self.steps and self.attempt.state(self.now) is State.ABANDONED)
    @rule(seconds=st.integers(-60, 600))
    def a_trainer_opens_it_again(self, seconds: int) -> None:
        until = self.now + timedelta(seconds=seconds)
        self.steps.append(reopen(self.attempt, until=until, now=self.now))
        self.deadline, self.locked = until, False

    @invariant()
    def nothing_in_time_is_lost_and_nothing_late_is_kept(self) -> None:
        if not self.steps:
            return
        attempt = self.attempt
        assert attempt.answers == self.model
        assert (attempt.ended_at is not None) == self.locked
        assert sum(s.kind is StepKind.FINISH for s in attempt.steps) <= 1
        assert grade(Paper(tuple(QUESTIONS), 50), attempt.answers) == grade(
            Paper(tuple(reversed(QUESTIONS)), 50), self.model
        )

    @precondition(lambda self: self.steps)
    @rule(seed=st.integers(0, 2**16))
    def rows_in_any_order_are_the_same_attempt(self, seed: int) -> None:
        shuffled = seeded(seed).sample(self.steps * 2, len(self.steps) * 2)
        assert fold(shuffled) == self.attempt


# 20,000 steps in the deep tier, whose profile multiplies the examples.
Exam.TestCase.settings = settings(max_examples=20, stateful_step_count=50, deadline=None)
TestExam = Exam.TestCase
