"""A native speaker reads a translation beside its source, and the reader's note goes or stays."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from lms import db
from lms.accounts import actions
from lms.content.compiling import compile_tree
from lms.domain.permissions import Role
from tests.conftest import TREE, Moment
from tests.page import Page
from tests.reviews.reading import applied, blocks_in, blocks_of, republished, words_shown
from tests.world import World

SignedIn = Callable[[str], Page]
LESSON = "courses/basics/01-seeing"
NOTE = "Машинный перевод, не проверен носителем языка."
BEFORE, AFTER = "где можно встать", "где вам встать"


def amend(page: Page, words: Callable[[str], str], status: int = 200) -> str:
    """Change the words of the first block that says BEFORE; give the address of its page."""
    page.get(f"/translations/ru/files/{LESSON}")
    for block in blocks_of(page):
        address = f"/translations/ru/blocks/{block}/{LESSON}"
        page.get(address)
        shown = words_shown(page, address)
        if BEFORE in shown:
            page.submit(address, {"words": words(shown), "note": "Вежливее."}, status=status)
            return address
    raise AssertionError("no block says it")


def parted(lesson: str) -> tuple[str, str]:
    """A lesson without what its sources say, and that."""
    details = r'(?s)<details class="source">.*?</details>'
    return re.sub(details, "", lesson), "".join(re.findall(details, lesson))


def read_by_aida(signed_in_as: SignedIn) -> str:
    page = signed_in_as("aida")
    page.post("/languages/ru")
    return page.get("/courses/basics/seeing").html


def test_the_note_goes_only_when_every_block_was_decided_sealed_and_published(
    app: Flask, reviewer: Page, signed_in_as: SignedIn, tmp_path: Path, now: Moment
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(TREE, folder)
    amend(reviewer, lambda words: words.replace(BEFORE, AFTER))
    assert "Amended by reviewer-" in reviewer.text
    assert "Seal the file" not in reviewer.text  # the others are open
    address = f"/translations/ru/files/{LESSON}"
    reviewer.submit(address, {"right": blocks_of(reviewer)[:1]})
    assert "Approved by reviewer-" in reviewer.text
    amended = reviewer.html.count("Amended by")
    left = [b for b in blocks_of(reviewer) if b not in still_amended(reviewer)]
    reviewer.submit(address, {"right": left})
    assert reviewer.html.count("Amended by") == amended == 1
    # Nobody seals by accident what is not their language.
    sealing = f"/translations/ru/sealed/{LESSON}"
    reviewer.submit(sealing, status=422)
    reviewer.get(address)
    reviewer.submit(sealing, {"native": "y"})
    assert "Sealed by reviewer-" in reviewer.text
    assert NOTE in read_by_aida(signed_in_as)  # it is not in the files yet
    patch = reviewer.client.get("/translations/ru/patch").get_data(as_text=True)
    applied(patch, folder)
    republished(app, folder, now)
    lesson = read_by_aida(signed_in_as)
    assert AFTER in lesson
    # What the sources say is another file, and nobody has reviewed that one.
    own, cited = parted(lesson)
    assert NOTE not in own
    assert NOTE in cited
    # What was put in is nothing new any more, and every block counts as read.
    assert reviewer.client.get("/translations/ru/patch").get_data(as_text=True) == ""
    reviewer.get(address)
    assert "Reviewed in these words" in reviewer.text
    assert blocks_of(reviewer) == []


def still_amended(page: Page) -> set[str]:
    sections = re.findall(r'(?s)<section class="reviewed".*?</section>', page.html)
    return {blocks_in(s)[0] for s in sections if "Amended by" in s}


def test_a_changed_word_brings_the_note_back(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(TREE, folder)
    file = folder / "courses/basics/02-copying.kk.md"
    state = {"state": "current", "reviewed_by": "Ә. Тексеруші, 2026-02-20"}
    assert copying(folder) == state
    file.write_text(file.read_text("utf-8").replace("сұраңыз.\n", "сұраңыз!\n", 1), "utf-8")
    assert copying(folder) == {"state": "current", "reviewed_by": None}
    told = [w for w in compile_tree(folder).warnings if w.path.endswith("02-copying.kk.md")]
    assert any("other words than these" in w.what for w in told)


def copying(folder: Path) -> dict[str, str | None]:
    found = compile_tree(folder)
    lesson = next(d for d in found.documents if d["slug"] == "basics/copying")
    state: dict[str, str | None] = lesson["translations"]["kk"]
    return state


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _words: "", "Write the words that should stand here."),
        (lambda words: words + "\n\nЕщё.", "Leave no empty line"),
        (lambda words: words.replace(BEFORE, "<b>где</b>"), "Write it without HTML."),
        (lambda words: words + " [[chair]]", "Only words may change."),
        (lambda words: words + "\u202e", "There is a character in it that cannot be shown."),
        (lambda words: words + "я" * 12_001, "This is too long."),
    ],
)
def test_an_amendment_that_would_break_the_file_is_refused_and_not_lost(
    change: Callable[[str], str], told: str, reviewer: Page
) -> None:
    amend(reviewer, change, status=422)
    assert told in reviewer.text
    assert "Вежливее." in reviewer.html


def test_a_block_published_in_other_words_meanwhile_is_not_approved(
    app: Flask, reviewer: Page, tmp_path: Path, now: Moment
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(TREE, folder)
    address = f"/translations/ru/files/{LESSON}"
    reviewer.get(address)
    seen = blocks_of(reviewer)
    file = folder / f"{LESSON}.ru.md"
    file.write_text(file.read_text("utf-8").replace(BEFORE, AFTER), "utf-8")
    republished(app, folder, now)
    reviewer.submit(address, {"right": seen}, status=409)
    assert "published in other words meanwhile" in reviewer.text
    reviewer.get(address)
    assert "Approved by" not in reviewer.text


def test_who_may_sit_an_exam_reads_no_file_with_a_key(world: World, signed_in_as: SignedIn) -> None:
    with world.app.app_context(), db.transaction() as session:
        actions.add_role(session, world.ids["aida"], Role.REVIEWER, None, now=world.now)
    page = signed_in_as("aida")
    page.get("/translations/?into=ru")
    assert "courses/basics/01-seeing" in page.text
    assert "quizzes/" not in page.text
    assert page.client.get("/translations/ru/files/quizzes/joint/copy").status_code == 404
    assert "quizzes/" not in page.client.get("/translations/ru/patch").get_data(as_text=True)


def test_a_translation_older_than_its_source_has_nothing_to_review(reviewer: Page) -> None:
    reviewer.get("/translations/ru/files/courses/basics/02-copying")
    assert "Older than its source" in reviewer.text
    assert blocks_of(reviewer) == []
    table = reviewer.client.get("/translations/?into=ru&format=csv").get_data(as_text=True)
    assert '"courses/basics/02-copying.ru.md","stale","0","0","0","0","","",""' in table
