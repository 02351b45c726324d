"""Papers that are really written in a run: sealed, kept for the debrief, advised on, unscored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.accounts.models import Account
from lms.drills.models import Run, RunPaper
from tests.drills.playing import Browser, begin, choose, id_of, run_of
from tests.page import Page
from tests.world import World

ACT = (
    "Precinct No. 17, 23:14. We saw ourselves: the chair put two sheets beside the box. "
    "Explanation: refused. Witnesses: two. Rule: article 7. Copy received."
)


@pytest.fixture
def page(signed_in_as: Browser, seeded: Callable[[str], None]) -> Page:
    """At the paper: the act has been chosen and is to be written."""
    seeded("pause")
    return choose(begin(signed_in_as("aida")), "ask", "act")


def rows(app: Flask, run: str) -> list[RunPaper]:
    with app.app_context():
        return list(db.session().scalars(sa.select(RunPaper).where(RunPaper.run_id == id_of(run))))


def test_the_run_goes_on_when_the_paper_is_written(app: Flask, page: Page) -> None:
    run = run_of(page)
    assert "<h1>Act of violation</h1>" in page.html
    page.submit("/papers", {"text": ACT})
    assert page.path == f"{run}/debrief"
    assert ACT in page.text
    assert [row.kind for row in rows(app, run)] == ["act"]


def test_what_was_written_is_sealed_with_its_authors_key(
    app: Flask, world: World, page: Page
) -> None:
    run = run_of(page)
    page.submit("/papers", {"text": ACT})
    (row,) = rows(app, run)
    assert row.text_sealed is not None
    assert b"sheets" not in row.text_sealed
    with app.app_context(), db.transaction() as session:
        session.get_one(Account, world.ids["aida"]).person_key = None
    page.get(f"{run}/debrief")
    assert ACT not in page.text


def test_the_debrief_advises_and_marks_nothing(app: Flask, page: Page) -> None:
    run = run_of(page)
    with app.app_context():
        before = db.session().get_one(Run, id_of(run)).percent
    page.submit("/papers", {"text": "They are thieves! I saw it."})
    for words in ("The minute", "not found", "a word that accuses or shouts", "no mark"):
        assert words in page.text
    with app.app_context():
        assert db.session().get_one(Run, id_of(run)).percent == before


def test_nothing_written_is_asked_for_again_and_may_be_left(app: Flask, page: Page) -> None:
    run = run_of(page)
    page.submit("/papers", {"text": "  "}, status=422)
    assert "Write it, or go on without it." in page.text
    page.submit("/papers", {"text": "", "do": "skip"})
    assert "You wrote nothing here." in page.text
    assert [row.text_sealed for row in rows(app, run)] == [None]


def test_too_much_is_refused_and_nothing_of_it_is_lost(page: Page) -> None:
    page.submit("/papers", {"text": "far too long " * 400}, status=422)
    assert "At most 4000 characters" in page.text
    assert page.html.count("far too long") == 400


def test_sent_twice_it_is_written_once(app: Flask, page: Page) -> None:
    run = run_of(page)
    page.submit("/papers", {"text": ACT})
    page.post(f"{run}/papers", {"text": "Something else", "step": "2"})
    assert len(rows(app, run)) == 1
    assert "Something else" not in page.get(f"{run}/debrief").text


def test_nothing_can_be_chosen_while_a_paper_waits(
    signed_in_as: Browser, page: Page, app: Flask
) -> None:
    other = choose(begin(signed_in_as("bota")), "phone", "said")
    assert "<h1>Call to the coordinator</h1>" in other.html
    run = run_of(other)
    other.post(f"{run}/choices", {"choice": "ask", "step": "2"}, status=409)
    other.get(f"{run}/debrief")
    assert other.path == run
    other.submit("/papers", {"text": "Precinct 17, 23:12. Officers. Safe. I need a call."})
    assert "<h1>At the table</h1>" in other.html


def test_a_paper_goes_on_from_another_device(page: Page, signed_in_as: Browser) -> None:
    other = signed_in_as("aida").get(run_of(page))
    assert "<h1>Act of violation</h1>" in other.html
