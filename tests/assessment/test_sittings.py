"""A process knows attempts as far as it has seen them, and believes only what was kept."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from lms import db
from lms.assessment import actions, sittings
from lms.domain.attempts import Attempt, Step, StepKind
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor
from tests.assessment.papers import paper, start
from tests.conftest import Moment
from tests.page import Page
from tests.world import World


class Trainee:
    """Somebody at an exam, and what this process says of it."""

    def __init__(self, app: Flask, actor: Actor, attempt: UUID, question: str, now: Moment) -> None:
        self.app, self.actor, self.id, self.now = app, actor, attempt, now
        self.question = question

    def attempt(self) -> Attempt:
        with self.app.app_context():
            return sittings.own(db.session(), self.actor, self.id).attempt

    def answers(self, said: str, key: UUID, *, undone: bool = False) -> None:
        with self.app.app_context(), db.transaction() as session:
            sitting = sittings.own(session, self.actor, self.id, locked=True)
            seen = sitting.attempt.latest(self.question)
            at = self.now()
            actions.keep(session, sitting, self.question, said, seen=seen, client_key=key, now=at)
            if undone:
                raise ZeroDivisionError

    def answers_elsewhere(self, said: str, key: UUID, sequence: int) -> None:
        """Another process keeps an answer, of which this one hears nothing."""
        step = Step(sequence, StepKind.ANSWER, self.question, said, str(key), self.now())
        with self.app.app_context(), db.transaction() as session:
            actions.keep_step(session, self.id, step)


@pytest.fixture
def trainee(app: Flask, world: World, now: Moment, signed_in_as: Callable[[str], Page]) -> Trainee:
    page = signed_in_as("aida")
    address = start(page, "exam")
    question, attempt = paper(page, address)[0], UUID(address.rsplit("/", 1)[-1])
    return Trainee(app, Actor(world.ids["aida"], ()), attempt, question, now)


def test_what_this_process_kept_is_not_read_again(
    trainee: Trainee, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainee.answers("first", uuid4())
    monkeypatch.setattr(sittings, "_read_on", None)
    trainee.answers("second", uuid4())
    assert [step.data for step in trainee.attempt().steps[1:]] == ["first", "second"]
    assert trainee.attempt().answers == {trainee.question: "second"}


def test_what_was_undone_is_not_believed(trainee: Trainee) -> None:
    trainee.answers("kept", uuid4())
    with pytest.raises(ZeroDivisionError):
        trainee.answers("undone", uuid4(), undone=True)
    assert trainee.attempt().answers == {trainee.question: "kept"}
    trainee.answers("kept, too", uuid4())
    assert trainee.attempt().answers == {trainee.question: "kept, too"}


def test_what_was_kept_elsewhere_in_place_of_what_was_undone_counts(trainee: Trainee) -> None:
    key = uuid4()  # one delivery, changed before it was sent again
    with pytest.raises(ZeroDivisionError):
        trainee.answers("undone", key, undone=True)
    trainee.now.move(seconds=1)
    trainee.answers_elsewhere("sent again", key, 2)
    assert trainee.attempt().answers == {trainee.question: "sent again"}


def test_what_was_kept_elsewhere_meanwhile_is_read_on(trainee: Trainee) -> None:
    trainee.answers("here", uuid4())
    trainee.answers_elsewhere("there", uuid4(), 3)
    assert [step.data for step in trainee.attempt().steps[1:]] == ["here", "there"]


def test_what_is_known_is_nobody_elses(trainee: Trainee, world: World) -> None:
    trainee.answers("mine", uuid4())
    with trainee.app.app_context(), pytest.raises(NotThere):
        sittings.own(db.session(), Actor(world.ids["bota"], ()), trainee.id)
