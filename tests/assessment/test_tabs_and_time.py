"""Two tabs, one clock: what is stale is refused and given back, what is late counts for nothing.

Source: security C-73, C-74; hard parts 5.2.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.assessment import actions, sittings
from lms.assessment.models import Attempt, AttemptResult, Step
from lms.domain import attempts as domain
from lms.domain.errors import NotThere
from lms.domain.permissions import Actor
from tests.assessment.papers import RIGHT, WRONG, answer, paper, sit, start
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]


@pytest.fixture
def page(signed_in_as: Browser) -> Page:
    return signed_in_as("aida")


def steps(app: Flask, attempt: str) -> int:
    with app.app_context():
        counted = sa.select(sa.func.count()).select_from(Step)
        return db.session().scalar(counted.where(Step.attempt_id == _id(attempt))) or 0


def _id(attempt: str) -> UUID:
    return UUID(attempt.rsplit("/", 1)[-1])


def test_an_answer_from_a_tab_that_was_overtaken_is_refused_and_given_back(
    app: Flask, signed_in_as: Browser
) -> None:
    one, other = signed_in_as("aida"), signed_in_as("aida")
    attempt = start(one, "exam")
    question = next(q for q in paper(one, attempt) if q in ("q-number", "q-text", "q-gaps"))
    one.get(f"{attempt}/{question}")
    other.get(f"{attempt}/{question}")
    one.submit(f"/{question}", RIGHT[question])
    kept = steps(app, attempt)
    other.submit(f"/{question}", WRONG[question], status=409)
    assert "the other one has moved on" in other.text
    assert f'href="{attempt}"' in other.html  # the way forward
    for value in WRONG[question].values():
        assert str(value) in other.html
    assert steps(app, attempt) == kept


def test_after_looking_again_the_second_tab_may_change_the_answer(
    signed_in_as: Browser,
) -> None:
    one, other = signed_in_as("aida"), signed_in_as("aida")
    attempt = start(one, "exam")
    answer(one, attempt, "q-see", WRONG["q-see"])
    answer(other, attempt, "q-see", RIGHT["q-see"])
    assert 'value="marks" id="f-q-see' in other.get(f"{attempt}/q-see").html


def test_the_same_delivery_twice_is_one_answer(app: Flask, page: Page) -> None:
    attempt = start(page, "exam")
    fields = {**RIGHT["q-see"], "client_key": "66666666-6666-4666-8666-666666666666"}
    page.get(f"{attempt}/q-see").submit("/q-see", fields)
    kept = steps(app, attempt)
    page.post(f"{attempt}/q-see", {**fields, "seen": "0"})
    assert steps(app, attempt) == kept


def test_an_old_page_sent_again_with_other_words_does_not_win(app: Flask, page: Page) -> None:
    attempt = start(page, "exam")
    key = {"client_key": "77777777-7777-4777-8777-777777777777", "seen": "0"}
    page.get(f"{attempt}/q-see").submit("/q-see", {**RIGHT["q-see"], **key})
    page.post(f"{attempt}/q-see", {**WRONG["q-see"], **key}, status=409)


def test_handing_in_twice_gives_one_result(app: Flask, signed_in_as: Browser) -> None:
    one, other = signed_in_as("aida"), signed_in_as("aida")
    attempt = start(one, "exam")
    one.get(f"{attempt}/finish")
    other.get(f"{attempt}/finish")
    one.submit("/finish")
    other.submit("/finish")
    assert one.path == other.path == f"{attempt}/result"
    with app.app_context():
        rows = db.session().scalars(
            sa.select(AttemptResult).where(AttemptResult.attempt_id == _id(attempt))
        )
        assert len(list(rows)) == 1
    assert steps(app, attempt) == 2  # its start and its end


def test_an_answer_after_handing_in_changes_nothing(app: Flask, signed_in_as: Browser) -> None:
    one, other = signed_in_as("aida"), signed_in_as("aida")
    attempt = start(one, "exam")
    other.get(f"{attempt}/q-see")
    one.get(f"{attempt}/finish").submit("/finish")
    other.submit("/q-see", RIGHT["q-see"], status=409)
    assert "already finished" in other.text
    assert "0 % right" in other.get(f"{attempt}/result").text


# --- time ----------------------------------------------------------------------------------------


def test_the_page_says_how_long_there_is(page: Page, now: Moment) -> None:
    attempt = start(page, "exam")
    assert "Time left 20 minutes" in page.get(f"{attempt}/q-see").text
    now.move(minutes=18, seconds=30)
    assert "Time left 1 minute" in page.get(f"{attempt}/q-see").text


def test_an_answer_that_left_in_time_may_arrive_half_a_minute_late(page: Page, now: Moment) -> None:
    attempt = start(page, "exam")
    now.move(minutes=20, seconds=30)
    answer(page, attempt, "q-see", RIGHT["q-see"])


def test_an_answer_after_time_is_up_changes_nothing(app: Flask, page: Page, now: Moment) -> None:
    attempt = start(page, "exam")
    answer(page, attempt, "q-see", RIGHT["q-see"])
    kept = steps(app, attempt)
    page.get(f"{attempt}/q-look")
    now.move(minutes=20, seconds=31)
    page.submit("/q-look", RIGHT["q-look"], status=409)
    assert "The time is over. What you sent in time has been kept." in page.text
    assert steps(app, attempt) == kept


def test_when_time_is_up_what_was_kept_counts_and_the_end_is_the_deadline(
    app: Flask, page: Page, now: Moment
) -> None:
    begun = now.at
    attempt = start(page, "exam")
    answer(page, attempt, "q-see", RIGHT["q-see"])
    now.move(hours=2)
    page.get(attempt)
    assert page.path == f"{attempt}/finish"
    assert "What you saved in time is kept and counts." in page.text
    page.submit("/finish")
    assert "20 % right" in page.text
    with app.app_context():
        row = db.session().get_one(Attempt, _id(attempt))
        assert row.finished_at == row.deadline
        assert (row.finished_at - begun).total_seconds() == 20 * 60  # type: ignore[operator]  # set


def test_an_attempt_left_open_is_marked_before_the_next_begins(
    app: Flask, page: Page, now: Moment
) -> None:
    first = start(page, "exam")
    answer(page, first, "q-see", RIGHT["q-see"])
    now.move(days=1)
    second = start(page, "exam")
    assert second != first
    assert "20 % right" in page.get(f"{first}/result").text
    assert "2 of 3 used" in page.get("/quizzes/exam").text


def test_a_clock_turned_back_in_the_browser_is_nobodys_business(page: Page, now: Moment) -> None:
    attempt = start(page, "exam")
    now.move(minutes=30)
    page.get(f"{attempt}/q-see")
    page.submit(
        "/q-see", {**RIGHT["q-see"], "at": "2026-03-01T09:00:00Z", "deadline": "x"}, status=409
    )


def test_another_trainees_attempt_is_not_there(signed_in_as: Browser) -> None:
    attempt = start(signed_in_as("aida"), "exam")
    other = signed_in_as("bota").get("/my/")
    for path in ("", "/q-see", "/finish", "/result"):
        other.get(attempt + path, status=404)
    sit(signed_in_as("bota"), "practice", RIGHT.get)


def test_an_attempt_is_read_on_from_what_was_kept_and_never_from_what_was_undone(
    app: Flask, world: World, page: Page
) -> None:
    attempt = start(page, "exam")
    asked = paper(page, attempt)[0]
    answer(page, attempt, asked, RIGHT[asked])
    aida, bota = Actor(world.ids["aida"], ()), Actor(world.ids["bota"], ())
    with app.app_context():
        before = sittings.own(db.session(), aida, _id(attempt)).attempt
    with pytest.raises(ZeroDivisionError), app.app_context(), db.transaction() as session:
        for number in range(before.next_sequence, before.next_sequence + 2):
            step = domain.Step(
                number, domain.StepKind.ANSWER, asked, "undone", str(uuid4()), before.steps[0].at
            )
            actions.keep_step(session, _id(attempt), step)
        meanwhile = sittings.own(session, aida, _id(attempt)).attempt
        assert meanwhile.answers[asked] == "undone"
        raise ZeroDivisionError
    with app.app_context():
        assert sittings.own(db.session(), aida, _id(attempt)).attempt == before
        with pytest.raises(NotThere):
            sittings.own(db.session(), bota, _id(attempt))
