"""What is known of a person and a rule: the kept counters are the evidence, folded anew."""

from __future__ import annotations

from random import Random
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lms import db
from lms.assessment import actions as assessment
from lms.assessment import sittings
from lms.content import publishing
from lms.content.library import Library
from lms.domain.mastery import Tally, add
from lms.domain.permissions import Actor
from lms.domain.questions import Question
from lms.domain.scenarios import open_choices
from lms.drills import actions as drills
from lms.drills import queries as runs
from lms.learning import actions as learning
from lms.learning.models import Evidence, RuleStanding
from tests.conftest import Moment
from tests.world import World

# A fixed seed of everybody's behaviour: the same hundred deeds on every machine.
SEEDS = (1, 2, 3)


def recomputed(session: Session, account: UUID) -> dict[str, tuple[str, int, int]]:
    """Rule → (latest answers, seen, right), from the evidence alone, in the order of time."""
    tallies: dict[str, Tally] = {}
    rows = session.scalars(
        sa.select(Evidence).where(Evidence.account_id == account).order_by(Evidence.at)
    )
    for row in rows:
        tallies[row.rule] = add(tallies.get(row.rule, Tally()), row.right, row.at)
    return {rule: (tally.last, tally.seen, tally.right) for rule, tally in tallies.items()}


def kept(session: Session, account: UUID) -> dict[str, tuple[str, int, int]]:
    rows = session.scalars(sa.select(RuleStanding).where(RuleStanding.account_id == account))
    return {row.rule: (row.last, row.seen, row.right) for row in rows}


class Learner:
    """Somebody who does whatever chance says, through the deeds of the rooms."""

    def __init__(self, actor: Actor, books: Library, random: Random, now: Moment) -> None:
        self.actor, self.books, self.random, self.now = actor, books, random, now

    def an_answer(self, question: Question) -> object:
        return question.right_answer if self.random.random() < 0.6 else None

    def check(self, session: Session) -> None:
        question = self.books.questions[self.random.choice(sorted(self.books.questions))]
        learning.answer_check(
            session,
            self.actor,
            question,
            self.an_answer(question),  # type: ignore[arg-type]  # an answer of this question
            release_id=self.books.published,
            client_key=uuid4(),
            now=self.now.at,
        )

    def sit(self, session: Session) -> None:
        attempt = assessment.start(
            session,
            self.actor,
            self.books,
            "practice",
            day=None,
            client_key=uuid4(),
            now=self.now.at,
        )
        sitting = sittings.own(session, self.actor, attempt)
        for question_id in sitting.attempt.questions:
            answer = self.an_answer(self.books.questions[question_id])
            if answer is not None:
                assessment.keep_answer(
                    session,
                    self.actor,
                    attempt,
                    question_id,
                    answer,  # type: ignore[arg-type]  # an answer of this question
                    seen=0,
                    client_key=uuid4(),
                    now=self.now.at,
                )
        assessment.finish(session, self.actor, attempt, client_key=uuid4(), now=self.now.at)

    def play(self, session: Session) -> None:
        run = drills.start(session, self.actor, self.books, "door", seed=0, now=self.now.at)
        playing = runs.own_run(session, self.actor, run)
        while playing.ending is None:
            choices = open_choices(playing.scenario, playing.position)
            drills.choose(
                session,
                self.actor,
                run,
                self.random.choice(choices).id,
                step=len(playing.taken),
                client_key=uuid4(),
                now=self.now.at,
            )
            playing = runs.own_run(session, self.actor, run)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_kept_standings_are_what_the_evidence_gives(
    seed: int, app: Flask, world: World, now: Moment
) -> None:
    random = Random(seed)
    with app.app_context():
        books = publishing.current(db.session())
    people = {login: world.actor(login) for login in ("aida", "bota")}
    for _ in range(25):
        learner = Learner(people[random.choice(sorted(people))], books, random, now)
        with app.app_context(), db.transaction() as session:
            random.choice([learner.check, learner.sit, learner.play])(session)
        now.move(minutes=7)
    with app.app_context():
        for actor in people.values():
            found = kept(db.session(), actor.id)
            assert found == recomputed(db.session(), actor.id)
            assert len(found) >= 3


def test_the_same_answer_counts_once_however_often_it_is_delivered(
    app: Flask, world: World, now: Moment
) -> None:
    account = world.ids["aida"]
    for _ in range(3):
        with app.app_context(), db.transaction() as session:
            learning.keep_evidence(
                session, account, [("see-count", False)], origin="check:1", now=now.at
            )
    with app.app_context():
        assert kept(db.session(), account) == {"see-count": ("0", 1, 0)}
        assert recomputed(db.session(), account) == kept(db.session(), account)


def test_one_paper_with_two_questions_on_a_rule_knows_it_only_if_both_were_right(
    app: Flask, world: World, now: Moment
) -> None:
    with app.app_context():
        books = publishing.current(db.session())
        actor = world.actor("aida")
        with db.transaction() as session:
            attempt = assessment.start(
                session, actor, books, "practice", day=None, client_key=uuid4(), now=now.at
            )
            for question, answer in (("q-see", "marks"), ("q-look", ["piles", "ceiling"])):
                assessment.keep_answer(
                    session,
                    actor,
                    attempt,
                    question,
                    answer,
                    seen=0,
                    client_key=uuid4(),
                    now=now.at,
                )
            assessment.finish(session, actor, attempt, client_key=uuid4(), now=now.at)
        assert kept(db.session(), actor.id)["see-count"] == ("0", 1, 0)
