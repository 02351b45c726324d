"""What each source says, read beside its translation, and the note that goes source by source."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from lms import db
from lms.content import publishing
from lms.reviews import patching, queries
from tests.conftest import TREE, Moment
from tests.page import Page
from tests.reviews.reading import applied, blocks_of, republished, words_shown

SignedIn = Callable[[str], Page]
PATH = "courses/sources.yml"
NOTE = "Машинный перевод, не проверен носителем языка."
BEFORE = "Наблюдатели вправе видеть весь подсчёт."
AFTER = "Наблюдатели вправе: видеть весь подсчёт."
OTHER = "Наблюдатели вправе видеть подсчёт до конца."


def read_whole(reviewer: Page, language: str) -> None:
    """Approve what is open, and seal the list as a native speaker."""
    address = f"/translations/{language}/files/{PATH}"
    reviewer.get(address)
    reviewer.submit(
        address, {"right": [b for b in blocks_of(reviewer) if not amended(reviewer, b)]}
    )
    reviewer.submit(f"/translations/{language}/sealed/{PATH}", {"native": "y"})
    assert "Sealed by reviewer-" in reviewer.text


def amended(page: Page, block: str) -> bool:
    section = next(s for s in page.html.split("<section") if block in s)
    return "Amended by" in section


def amend(reviewer: Page, words: str, status: int = 200) -> None:
    reviewer.get(f"/translations/ru/files/{PATH}")
    for block in blocks_of(reviewer):
        address = f"/translations/ru/blocks/{block}/{PATH}"
        reviewer.get(address)
        if words_shown(reviewer, address) == BEFORE:
            reviewer.submit(address, {"words": words, "note": ""}, status=status)
            return
    raise AssertionError("no block says it")


def whole_patch(app: Flask) -> str:
    """Both languages at once, as ``lms translations patch`` makes it."""
    with app.app_context():
        session = db.session()
        release = publishing.current(session).published
        return patching.patch(
            [
                one
                for language in queries.INTO
                for one in queries.read(
                    session, publishing.writings(session, release, language), language
                )
            ]
        )


def law_read_by(page: Page) -> str:
    page.post("/languages/ru")
    return page.get("/sources").html


def test_what_a_source_says_is_approved_amended_and_sealed_like_a_lesson(
    app: Flask, reviewer: Page, signed_in_as: SignedIn, tmp_path: Path, now: Moment
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(TREE, folder)
    reviewer.get("/translations/?into=ru")
    assert PATH in reviewer.text
    reviewer.get(f"/translations/ru/files/{PATH}")
    assert "src-confirmed: Teaching Election Act, 7(1)" in reviewer.text
    # A paraphrase is one line, however it was typed.
    amend(reviewer, "Наблюдатели вправе:\r\nвидеть весь подсчёт.\n")
    assert AFTER in reviewer.text
    before = law_read_by(signed_in_as("aida"))
    assert before.count(NOTE) == 1  # of the whole page
    for language in queries.INTO:
        read_whole(reviewer, language)
    patch = whole_patch(app)
    assert patch.count(f"+++ b/{PATH}") == 1
    applied(patch, folder)
    republished(app, folder, now)
    after = law_read_by(signed_in_as("aida"))
    assert AFTER in after
    assert NOTE not in after
    assert whole_patch(app) == ""
    reviewer.get(f"/translations/ru/files/{PATH}")
    assert "Reviewed in these words" in reviewer.text
    assert blocks_of(reviewer) == []


def test_the_note_stays_with_the_source_that_changed_since(
    app: Flask, reviewer: Page, signed_in_as: SignedIn, tmp_path: Path, now: Moment
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(TREE, folder)
    read_whole(reviewer, "ru")
    applied(whole_patch(app), folder)
    file = folder / PATH
    file.write_text(file.read_text("utf-8").replace(BEFORE, OTHER), "utf-8")
    republished(app, folder, now)
    page = law_read_by(signed_in_as("aida"))
    assert page.count(NOTE) == 1
    assert NOTE in page.split(OTHER, 1)[1].split("</li>", 1)[0]
    reviewer.get(f"/translations/ru/files/{PATH}")
    assert len(blocks_of(reviewer)) == 1


def test_an_amendment_that_is_no_paraphrase_is_refused_and_not_lost(reviewer: Page) -> None:
    amend(reviewer, "Наблюдатели <b>вправе</b> видеть.", status=422)
    assert "Write it without HTML." in reviewer.text
    assert "вправе&lt;/b&gt; видеть" in reviewer.html
