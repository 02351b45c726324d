"""Files of answers: looked at, handed in by one member of staff, taken in by another (C-78)."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.accounts import actions as accounts
from lms.assessment import handing, sittings
from lms.assessment.models import AnswerFile, Attempt, AttemptResult
from lms.domain.errors import Refusal
from lms.domain.permissions import Role
from lms.trail import Entry
from tests.assessment.papers import RIGHT, answer, start
from tests.assessment.test_staff import deeds, person, result
from tests.assessment.test_together import TOGETHER, at_once
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]


def a_file(attempt: str, question: str, value: str, key: str = "1") -> bytes:
    return (
        f'attempt = "{attempt.rsplit("/", 1)[-1]}"\n[[answers]]\nquestion = "{question}"\n'
        f'key = "{key * 8}-1111-4111-8111-111111111111"\nfields = {{ "answer" = ["{value}"] }}\n'
    ).encode()


def upload(trainer: Page, there: str, body: bytes, status: int = 200) -> Page:
    trainer.get(there)
    data = {"file": (io.BytesIO(body), "answers.txt")}
    return trainer.submit("/file", data, status=status)


def blank_exam(aida: Page, now: Moment) -> str:
    """An exam that ran out without an answer."""
    attempt = start(aida, "exam")
    now.move(hours=1)
    aida.get(f"{attempt}/finish").submit("/finish")
    return attempt


def waiting_file(app: Flask, attempt: str) -> str:
    with app.app_context():
        found = handing.waiting(db.session(), uuid.UUID(attempt.rsplit("/", 1)[-1]))
        assert found is not None
        return str(found.id)


def test_answers_from_a_file_count_once_two_people_vouched_for_them(
    app: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    aida = signed_in_as("aida")
    attempt = blank_exam(aida, now)
    trainer, coordinator = signed_in_as("tamara"), signed_in_as("kairat")
    there = f"{person(world)}{attempt}"
    upload(trainer, there, a_file(attempt, "q-see", "marks"))
    assert "new" in trainer.text
    trainer.submit("/hand-in", {"reason": "network"})
    assert "You handed this in. Somebody else" in trainer.text
    before = result(app, attempt)
    assert before is not None and before.earned == 0
    trainer.post(f"{there}/files/{waiting_file(app, attempt)}/take-in", status=409)
    assert "Somebody else has to confirm" in trainer.text
    exams = f"/cohorts/{world.ids['North one']}/exams"
    assert "wait for a second person" in coordinator.get(exams).text
    coordinator.get(there)
    assert "The network failed" in coordinator.text
    assert re.search(r"Question \d+ new", coordinator.text)  # every paper has its own order
    coordinator.submit("/take-in")
    after = result(app, attempt)
    assert after is not None and after.earned == 60
    handed_in, taken = deeds(app, "hand-in-answers")[0], deeds(app, "take-in-answers")[0]
    assert (taken["answers"], taken["reason"]) == (1, "network")
    assert handed_in["file"] == taken["file"]
    assert "Answers from a file were taken in." in aida.get(f"{attempt}/result").text
    assert "wait for a second person" not in coordinator.get(exams).text
    upload(trainer, there, a_file(attempt, "q-see", "marks"))
    assert "the server has it already" in trainer.text


def test_what_was_handed_in_is_left_out_with_a_reason_and_forgotten(
    app: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    aida = signed_in_as("aida")
    attempt = blank_exam(aida, now)
    trainer, coordinator = signed_in_as("tamara"), signed_in_as("kairat")
    there = f"{person(world)}{attempt}"
    for who, why, kept in ((coordinator, "late", "late"), (trainer, "wrong-file", "withdrawn")):
        upload(trainer, there, a_file(attempt, "q-see", "marks"))
        trainer.submit("/hand-in", {"reason": "network"})
        old = waiting_file(app, attempt)
        trainer.post(f"{there}/hand-in", {"reason": "power", "text": "x"}, status=422)
        who.get(there).submit("/refuse", {}, status=422)
        assert "Choose a reason." in who.text
        who.submit("/refuse", {"why": why})
        assert "No answer has changed." in who.text
        with app.app_context():
            row = db.session().scalar(sa.select(AnswerFile).where(AnswerFile.id == uuid.UUID(old)))
            assert row is not None and (row.outcome, row.text) == (kept, None)
        coordinator.post(f"{there}/files/{old}/take-in", status=409)
        coordinator.post(f"{there}/files/{old}/refuse", {"why": why}, status=409)
    assert [facts["why"] for facts in deeds(app, "refuse-answers")] == ["late", "wrong-file"]
    found = result(app, attempt)
    assert found is not None and found.earned == 0


def test_one_file_waits_at_a_time_and_nobody_decides_on_their_own(
    app: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    world.add_person("both", Role.TRAINEE, "North one")
    attempt = blank_exam(signed_in_as("both"), now)
    with app.app_context(), db.transaction() as session:
        accounts.add_role(
            session, world.ids["both"], Role.TRAINER, world.place("North one"), now=now.at
        )
    both, trainer = signed_in_as("both"), signed_in_as("tamara")
    there = f"{person(world, 'both')}{attempt}"
    upload(both, there, a_file(attempt, "q-see", "marks"))
    both.submit("/hand-in", {"reason": "network"}, status=409)
    upload(trainer, there, a_file(attempt, "q-see", "marks"))
    text = a_file(attempt, "q-see", "door").decode()
    trainer.submit("/hand-in", {"reason": "network"})
    trainer.post(f"{there}/hand-in", {"reason": "network", "text": text}, status=409)
    assert "waits for this attempt already" in trainer.text
    assert "These are your own answers." in both.get(there).text
    for deed, fields in (("take-in", {}), ("refuse", {"why": "late"})):
        both.post(f"{there}/files/{waiting_file(app, attempt)}/{deed}", fields, status=409)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\xff\xfe", "not a file of answers"),
        (b"x = [", "not a file of answers"),
        (b'attempt = "another"', "another attempt"),
        (b"[" * 5000, "not a file of answers"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_with_words(
    body: bytes, words: str, world: World, signed_in_as: Browser
) -> None:
    trainer, aida = signed_in_as("tamara"), signed_in_as("aida")
    attempt = start(aida, "exam")
    upload(trainer, f"{person(world)}{attempt}", body, status=422)
    assert words in trainer.text


def test_one_may_save_ones_own_answers_and_a_trainer_may_read_them_back(
    world: World, signed_in_as: Browser
) -> None:
    trainer, aida = signed_in_as("tamara"), signed_in_as("aida")
    attempt = start(aida, "exam")
    answer(aida, attempt, "q-see", RIGHT["q-see"])
    given = aida.client.get(f"{attempt}/answers.txt")
    assert given.status_code == 200
    text = given.get_data(as_text=True)
    assert re.search(r'receipt = "[A-Z2-7]{5}-[A-Z2-7]{5}"', text)
    upload(trainer, f"{person(world)}{attempt}", text.encode())
    assert "the server has it already" in trainer.text


def test_64_who_take_a_file_in_at_once_take_it_in_once(
    app: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    attempt = blank_exam(signed_in_as("aida"), now)
    attempt_id = uuid.UUID(attempt.rsplit("/", 1)[-1])
    tamara, kairat = world.actor("tamara"), world.actor("kairat")
    with app.app_context(), db.transaction() as session:
        row = session.get_one(Attempt, attempt_id)
        text = a_file(attempt, "q-see", "marks").decode()
        file_id = handing.hand_in(session, tamara, row, text, reason="network", now=now.at).id

    def deed(session: Any) -> int:
        row = session.get_one(Attempt, attempt_id)
        return handing.take_in(session, kairat, row, file_id, now=now.at)

    outcomes = at_once(app, [deed] * TOGETHER)
    assert sum(1 for one in outcomes if one == 1) == 1
    assert {getattr(one, "reason", None) for one in outcomes if one != 1} == {"finished"}
    with app.app_context():
        sitting = sittings.of(db.session(), attempt_id)
        assert [s.kind.value for s in sitting.attempt.steps].count("handed") == 1


@pytest.mark.any_database
def test_whatever_staff_try_no_answer_is_taken_in_by_one_person(
    app: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    """A model says what must be refused, over 200 deeds of five people in any order."""
    attempt = blank_exam(signed_in_as("aida"), now)
    attempt_id = uuid.UUID(attempt.rsplit("/", 1)[-1])
    actors = {login: world.actor(login) for login in ("tamara", "kairat", "aida")}
    random, model, values = Random(8), {}, ("marks", "door")
    for number in range(200):
        now.move(minutes=1)
        who, deed = random.choice(list(actors)), random.choice(("hand", "take", "refuse"))
        waits = next((f for f, m in model.items() if "done" not in m), None)
        with app.app_context():
            try:
                with db.transaction() as session:
                    row = session.get_one(Attempt, attempt_id)
                    before = row.id
                    if deed == "hand":
                        body = a_file(attempt, "q-see", random.choice(values)).decode()
                        body = body.replace("1" * 8, f"{number:08d}")
                        found = handing.hand_in(
                            session, actors[who], row, body, reason="power", now=now.at
                        )
                        model[found.id] = {"handed": who}
                        assert waits is None and who != "aida"
                    else:
                        wanted = waits or random.choice([*model, before])
                        if deed == "take":
                            handing.take_in(session, actors[who], row, wanted, now=now.at)
                            assert who not in (model[wanted]["handed"], "aida")
                        else:
                            handing.refuse(session, actors[who], row, wanted, "late", now=now.at)
                            assert who != "aida"
                        assert wanted == waits
                        model[wanted] |= {"done": deed, "by": who}
            except Refusal:
                continue
    taken = [m for m in model.values() if m.get("done") == "take"]
    assert len(taken) >= 10
    with app.app_context():
        rows = (
            db.session()
            .scalars(sa.select(AnswerFile).where(AnswerFile.attempt_id == attempt_id))
            .all()
        )
        for row in rows:
            assert row.text is None or row.decided_at is None
            if row.outcome == handing.TAKEN:
                assert row.decided_by not in (None, row.handed_by, world.ids["aida"])
        told = db.session().scalars(sa.select(Entry.deed).where(Entry.deed == "take-in-answers"))
        assert len(told.all()) == sum(row.outcome == handing.TAKEN for row in rows) == len(taken)
        found = db.session().get(AttemptResult, attempt_id)
        answers = sittings.of(db.session(), attempt_id).attempt.answers
        assert found is not None
        assert found.earned == (60 if answers.get("q-see") == "marks" else 0)
