"""Those who run exams: grants, closing, opening again, files of answers, essays, corrections."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from lms import cli, db
from lms.assessment.models import AttemptResult, Essay
from lms.certification import queries as certification
from lms.content import publishing
from lms.trail import Entry
from tests.assessment.papers import RIGHT, WRONG, answer, sit, start
from tests.assessment.test_behaviours import RIGHT as MORE_RIGHT
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]


def person(world: World, login: str = "aida", cohort: str = "North one") -> str:
    return f"/cohorts/{world.ids[cohort]}/people/{world.ids[login]}"


def result(app: Flask, attempt: str) -> AttemptResult | None:
    with app.app_context():
        return db.session().get(AttemptResult, UUID(attempt.rsplit("/", 1)[-1]))


def deeds(app: Flask, deed: str) -> list[dict[str, object]]:
    with app.app_context():
        return list(
            db.session().scalars(
                sa.select(Entry.facts).where(Entry.deed == deed).order_by(Entry.number)
            )
        )


# --- time and attempts ---------------------------------------------------------------------------


def test_extra_time_counts_from_the_next_attempt_and_the_trail_says_why(
    app: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    trainer, aida = signed_in_as("tamara"), signed_in_as("aida")
    fields = {"quiz": "exam", "minutes": "15", "attempts": "0", "reason": "agreed"}
    trainer.get(f"{person(world)}/exams").submit("/exams", fields)
    assert "15 minutes" in trainer.text
    now.move(minutes=1)
    attempt = start(aida, "exam")
    assert "Time left 35 minutes" in aida.get(f"{attempt}/q-see").text
    assert deeds(app, "grant-allowance")[0]["reason"] == "agreed"


def test_one_more_attempt_opens_what_was_used_up(
    world: World, signed_in_as: Browser, now: Moment
) -> None:
    aida = signed_in_as("aida")
    for _ in range(3):
        sit(aida, "exam", WRONG.get)
        now.move(hours=1)
    trainer = signed_in_as("tamara")
    aida.post("/quizzes/exam/start", status=409)
    fields = {"quiz": "exam", "minutes": "0", "attempts": "1", "reason": "network"}
    trainer.get(f"{person(world)}/exams").submit("/exams", fields)
    assert start(aida, "exam")


def test_a_grant_of_nothing_or_of_too_much_is_refused_with_words(
    world: World, signed_in_as: Browser
) -> None:
    trainer = signed_in_as("tamara")
    trainer.get(f"{person(world)}/exams")
    nothing = {"quiz": "exam", "minutes": "0", "attempts": "0", "reason": "power"}
    trainer.submit("/exams", nothing, status=422)
    assert "Give minutes or attempts." in trainer.text
    trainer.submit("/exams", {**nothing, "minutes": "9999"}, status=422)
    assert 'value="9999"' in trainer.html


def test_what_nobody_handed_in_is_opened_again_with_a_reason(
    app: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    trainer, aida = signed_in_as("tamara"), signed_in_as("aida")
    attempt = start(aida, "more-exam")
    answer(aida, attempt, "q-film", MORE_RIGHT["q-film"])
    now.move(minutes=20)
    aida.get(f"{attempt}/finish").submit("/finish")
    there = f"{person(world)}{attempt}"
    trainer.get(there).submit("/reopen", {"minutes": "10", "reason": "power"})
    assert deeds(app, "reopen-attempt")[0]["reason"] == "power"
    answer(aida, attempt, "q-pile", MORE_RIGHT["q-pile"])
    aida.get(f"{attempt}/finish").submit("/finish")
    found = result(app, attempt)
    assert found is not None and found.earned == 120
    trainer.post(f"{there}/reopen", {"minutes": "10", "reason": "power"}, status=409)


def test_the_job_closes_what_ran_out_and_finds_no_drift(
    app: Flask, signed_in_as: Browser, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    aida, bota = signed_in_as("aida"), signed_in_as("bota")
    exam, strict = start(aida, "exam"), start(bota, "more-exam")
    answer(aida, exam, "q-see", RIGHT["q-see"])
    now.move(minutes=21)
    monkeypatch.setattr(cli, "application", lambda: app)
    with app.app_context():
        said = CliRunner().invoke(cli.main, ["attempts", "close"])
        assert "2 attempts closed." in said.output
        assert "0 attempts closed." in CliRunner().invoke(cli.main, ["attempts", "close"]).output
        assert "0 results differ." in CliRunner().invoke(cli.main, ["attempts", "remark"]).output
    found = result(app, exam)
    assert found is not None and found.earned == 60
    assert result(app, strict) is None
    assert "Not handed in" in bota.get(f"{strict}/result").text


# --- essays --------------------------------------------------------------------------------------


def _written(app: Flask, aida: Page) -> tuple[str, str]:
    attempt = start(aida, "more-text")
    answer(aida, attempt, "q-act", {"answer": "At 21:40 the chair moved the box. Clearly fraud."})
    answer(aida, attempt, "q-heap", MORE_RIGHT["q-heap"])
    aida.get(f"{attempt}/finish").submit("/finish")
    assert "A trainer marks the texts" in aida.text
    with app.app_context():
        wanted = sa.select(Essay.id).where(Essay.attempt_id == UUID(attempt.rsplit("/", 1)[-1]))
        return attempt, f"/essays/{db.session().scalar(wanted)}"


def _mark(page: Page, essay: str, when: int, law: int) -> None:
    page.get(essay).submit(essay, {"points-when": str(when), "points-law": str(law)})


def _another_trainer(world: World, login: str) -> None:
    from lms.domain.permissions import Role

    world.add_person(login, Role.TRAINER, "North one")


def test_two_markers_who_differ_need_a_third_and_the_two_closest_decide(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    for login in ("second", "third"):
        _another_trainer(world, login)
    aida = signed_in_as("aida")
    attempt, essay = _written(app, aida)
    first, second, third = (signed_in_as(login) for login in ("tamara", "second", "third"))
    assert essay in first.get("/essays/").html
    first.get(essay)
    assert "Aida" not in first.html and "aida" not in first.html
    assert "Advice: found" in first.text and "Advice: not found" in first.text
    assert "It concludes instead of telling what was seen: clearly, fraud" in first.text
    _mark(first, essay, 2, 4)
    assert essay not in first.get("/essays/").html
    first.post(essay, {"points-when": "1", "points-law": "1"}, status=409)
    assert "needs a second marker" in second.get("/essays/").text
    _mark(second, essay, 1, 0)
    assert result(app, attempt) is None
    assert "the two markers differ" in aida.get(f"{attempt}/result").text
    _mark(third, essay, 2, 3)
    found = result(app, attempt)
    # 60, 10 and 50 of sixty: 60 and 50 lie closest, their mean is 55; and one right answer.
    assert found is not None and (found.earned, found.passed) == (115, True)
    assert len(deeds(app, "mark-essay")) == 3


def test_two_markers_who_agree_settle_it(app: Flask, world: World, signed_in_as: Browser) -> None:
    _another_trainer(world, "second")
    attempt, essay = _written(app, signed_in_as("aida"))
    _mark(signed_in_as("tamara"), essay, 2, 3)
    _mark(signed_in_as("second"), essay, 2, 4)
    found = result(app, attempt)
    assert found is not None and found.earned == 115


@pytest.mark.parametrize("typed", ["", "5", "-1", "two", "1.5"])
def test_points_outside_the_rubric_come_back_with_words(
    typed: str, app: Flask, signed_in_as: Browser
) -> None:
    _attempt, essay = _written(app, signed_in_as("aida"))
    trainer = signed_in_as("tamara").get(essay)
    trainer.submit(essay, {"points-when": typed, "points-law": "4"}, status=422)
    assert "Write a whole number from 0 to 2." in trainer.text
    assert 'value="4"' in trainer.html


# --- corrections ---------------------------------------------------------------------------------


def test_a_voided_question_lets_somebody_pass_after_a_dry_run_and_a_second_person(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    trainer, coordinator = signed_in_as("tamara"), signed_in_as("kairat")
    aida, bota = signed_in_as("aida"), signed_in_as("bota")
    for page in (aida, bota):
        sit(page, "exam", lambda q: WRONG[q] if q == "q-see" else RIGHT[q])
        assert "Not passed" in page.text
    trainer.get("/questions/q-see").submit("/q-see", {"kind": "void", "why": "key-wrong"})
    address = trainer.path
    assert "2 results would change" in trainer.text
    assert "2 would pass, 0 would fail." in trainer.text
    assert "Aida" not in trainer.html  # the whole organisation is the coordinator's to see
    trainer.post(f"{address}/apply", status=403)
    assert "Not passed" in aida.get("/quizzes/exam").text or "not passed" in aida.text
    coordinator.get(address)
    assert "Aida" in coordinator.text
    assert "passes now" in coordinator.text
    coordinator.submit("/apply")
    assert "Marked anew: 2 results changed." in coordinator.text
    assert "80 %, passed" not in aida.get("/quizzes/exam").text
    assert "100 %, passed" in aida.text
    facts = deeds(app, "apply-correction")[0]
    assert (facts["reason"], facts["pass_now"]) == ("key-wrong", 2)
    with app.app_context():
        session = db.session()
        books = publishing.current(session)
        assert "exam" in certification.done_for(session, books, world.ids["aida"]).quizzes
    coordinator.post(f"{address}/undo", status=409)
    assert "Somebody else has to ask for this first" in coordinator.text
    trainer.get(address).submit("/ask-undo", {"why": "objection"})
    assert "You asked to take it back" in trainer.text
    coordinator.get(address).submit("/undo")
    facts = deeds(app, "undo-correction")[0]
    assert (facts["undo_reason"], facts["fail_now"]) == ("objection", 2)
    assert "80 %, not passed" in aida.get("/quizzes/exam").text
    with app.app_context():
        session = db.session()
        books = publishing.current(session)
        assert "exam" not in certification.done_for(session, books, world.ids["aida"]).quizzes


def test_a_further_answer_is_accepted_and_a_paper_sat_later_is_marked_so_too(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    trainer, coordinator, aida = (signed_in_as(n) for n in ("tamara", "kairat", "aida"))
    first = sit(aida, "exam", lambda q: WRONG[q] if q == "q-look" else RIGHT[q])
    fields = {"kind": "accept", "why": "ambiguous", "answer": ["ceiling"]}
    trainer.get("/questions/q-look").submit("/q-look", fields)
    assert "accepted as well: The ceiling" in trainer.text
    coordinator.get(trainer.path).submit("/apply")
    found = result(app, first)
    assert found is not None and found.earned == 300
    second = sit(signed_in_as("bota"), "exam", lambda q: WRONG[q] if q == "q-look" else RIGHT[q])
    later = result(app, second)
    assert later is not None and later.earned == 300
    elsewhere = sit(signed_in_as("erik"), "exam", lambda q: WRONG[q] if q == "q-look" else RIGHT[q])
    south = result(app, elsewhere)
    assert south is not None and south.earned == 240  # another organisation's papers stay


def test_whoever_proposed_does_not_apply(signed_in_as: Browser) -> None:
    coordinator = signed_in_as("kairat")
    coordinator.get("/questions/q-see").submit("/q-see", {"kind": "void", "why": "leaked"})
    assert "A coordinator of your organisation other than you applies it." in coordinator.text
    coordinator.post(f"{coordinator.path}/apply", status=409)
    assert "Somebody else has to confirm" in coordinator.text


def test_whoever_asks_to_take_a_correction_back_does_not_do_it(signed_in_as: Browser) -> None:
    trainer, coordinator = signed_in_as("tamara"), signed_in_as("kairat")
    trainer.get("/questions/q-see").submit("/q-see", {"kind": "void", "why": "leaked"})
    address = trainer.path
    trainer.post(f"{address}/ask-undo", {"why": "mistaken"}, status=409)  # not applied yet
    coordinator.get(address).submit("/apply")
    coordinator.submit("/ask-undo", {}, status=422)
    assert "Choose a reason." in coordinator.text
    coordinator.submit("/ask-undo", {"why": "mistaken"})
    coordinator.post(f"{address}/undo", status=409)
    assert "Somebody else has to confirm" in coordinator.text
    trainer.get(address).submit("/ask-undo", {"why": "objection"})
    assert "Taken back" in coordinator.get(address).submit("/undo").text


def test_nobody_reads_the_key_of_a_question_on_their_own_open_paper(signed_in_as: Browser) -> None:
    trainer = signed_in_as("tamara")
    assert "Notes for trainers" in trainer.get("/questions/q-spot").text
    start(trainer, "more-tries")
    trainer.get("/questions/q-spot", status=409)
    assert "Hand in your own paper first" in trainer.text
    assert "Ask the group" not in trainer.html


def test_a_correction_without_a_reason_comes_back(signed_in_as: Browser) -> None:
    trainer = signed_in_as("tamara").get("/questions/q-look")
    trainer.submit("/q-look", {"kind": "void"}, status=422)
    assert "Choose a reason." in trainer.text
    trainer.submit("/q-look", {"kind": "accept", "why": "leaked"}, status=422)
    assert "Choose or write an answer first." in trainer.text
