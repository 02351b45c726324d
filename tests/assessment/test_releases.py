"""What was taken stays as it was taken, whatever is published afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from lms import cli, db
from lms.content.models import Release
from tests.assessment.papers import RIGHT, compiled, paper, republish, sit, start
from tests.conftest import Moment
from tests.page import Page

Browser = Callable[[str], Page]
BANK = "quizzes/banks/basics.md"
# The key of one question turned round and its words changed, and a harder exam.
CHANGES = {
    BANK: (
        "Where do you stand at the count?\n\n- [x] Where the marks can be seen {#marks}\n"
        "    > The marks must be visible.\n- [ ] Behind the door {#door}",
        "Where is your place now?\n\n- [ ] Where the marks can be seen {#marks}\n"
        "    > The marks must be visible.\n- [x] Behind the door {#door}",
    ),
    "quizzes/exam.md": ("pass: 50", "pass: 90"),
}


@pytest.fixture
def page(signed_in_as: Browser) -> Page:
    return signed_in_as("aida")


def test_an_open_attempt_goes_on_with_the_words_and_the_key_it_began_with(
    app: Flask, page: Page, now: Moment, tmp_path: Path
) -> None:
    attempt = start(page, "practice")
    republish(app, tmp_path, now.at, CHANGES)
    page.get(f"{attempt}/q-see")
    assert "Where do you stand at the count?" in page.text
    page.submit("/q-see", RIGHT["q-see"])
    assert "Not right" not in page.text


def test_a_finished_attempt_reads_as_it_was_taken(
    app: Flask, page: Page, now: Moment, tmp_path: Path
) -> None:
    attempt = sit(page, "practice", RIGHT.get)
    before = page.text
    republish(app, tmp_path, now.at, CHANGES)
    assert page.get(f"{attempt}/result").text == before
    assert "Where do you stand at the count?" in page.text


def test_a_passed_exam_shows_the_pass_mark_of_its_day(
    app: Flask, page: Page, now: Moment, tmp_path: Path
) -> None:
    attempt = sit(page, "exam", RIGHT.get)
    republish(app, tmp_path, now.at, CHANGES)
    assert "You needed 50 %." in page.get(f"{attempt}/result").text
    assert "90 %" in page.get("/quizzes/exam").text


def test_the_next_attempt_has_the_new_words(
    app: Flask, page: Page, now: Moment, tmp_path: Path
) -> None:
    sit(page, "practice", RIGHT.get)
    republish(app, tmp_path, now.at, CHANGES)
    attempt = start(page, "practice")
    page.get(f"{attempt}/q-see")
    assert "Where is your place now?" in page.text


def test_a_question_that_is_gone_stays_on_the_papers_it_is_on(
    app: Flask, page: Page, now: Moment, tmp_path: Path
) -> None:
    attempt = start(page, "practice")
    gone = {
        BANK: ("## The word {#q-text rules=", "## The word {#q-word rules="),
    }
    republish(app, tmp_path, now.at, gone)
    assert "q-text" in paper(page, attempt)
    page.get(f"{attempt}/q-text").submit("/q-text", RIGHT["q-text"])
    assert "Not right" not in page.text


def test_publishing_the_same_again_makes_no_release(
    app: Flask, now: Moment, tmp_path: Path
) -> None:
    republish(app, tmp_path, now.at, {})
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.max(Release.number))) == 1


BROKEN = {
    "a question without a right answer": (
        BANK,
        ("- [x] Where the marks can be seen", "- [ ] Where the marks can be seen"),
    ),
    "a head that is no YAML": ("courses/basics/course.md", ("title: The basics", "title: [")),
    "a rule without its source": (
        "courses/basics/02-copying.md",
        ("sources: src-recalled\n    say", "sources: src-invented\n    say"),
    ),
    "a scene that leads nowhere": ("quizzes/scenarios/door.md", ("(#paper)", "(#nowhere)")),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_never_replaces_what_is_published(
    what: str, app: Flask, page: Page, now: Moment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, change = BROKEN[what]
    found = compiled(tmp_path, {name: change})
    assert found.problems
    assert any(problem.path == name for problem in found.problems)
    monkeypatch.setattr(cli, "application", lambda: app)
    monkeypatch.setattr("lms.content.compiling.compile_tree", lambda _root: found)
    with app.app_context():
        answer = CliRunner().invoke(cli.main, ["publish"])
    assert answer.exit_code != 0
    assert name in answer.output
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.max(Release.number))) == 1
    assert "You may have a copy on request." in page.get("/courses/basics/copying").text
