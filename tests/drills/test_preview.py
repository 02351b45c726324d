"""Playing and printing drafts from the files: no database, nobody but this machine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from lms.content.compiling import Compiled
from lms.content.library import Library
from lms.drills import booklets
from lms.drills.commands import booklet_command, workshop
from tests.conftest import TREE
from tests.page import Page


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(TREE, tmp_path / "tree")


@pytest.fixture
def page(root: Path) -> Iterator[Page]:
    with workshop(root) as app:
        client: FlaskClient = app.test_client()
        yield Page(client)


def follow(page: Page, choice: str) -> Page:
    link = next(x for x in page.sheet.links if x.endswith(f"c={choice}"))
    return page.get(link.replace("&amp;", "&"))


def test_a_draft_is_played_with_its_meters_in_sight(page: Page) -> None:
    page.get("/preview/door")
    assert "Record 2" in page.text
    follow(page, "paper")
    assert "Record 3" in page.text
    assert "18:32" in page.text
    follow(page, "stayed")
    assert "You stayed, and there is a record" in page.text


def test_any_scene_can_be_jumped_to_with_any_meters(page: Page) -> None:
    page.get("/preview/night?at=pause&m-record=5&m-safety=1")
    assert "<h1>A pause</h1>" in page.html
    assert "Record 5" in page.text
    assert "Safety 1" in page.text


def test_chance_falls_by_the_seed_that_is_given(page: Page) -> None:
    ends = set()
    for seed in range(8):
        page.get(f"/preview/night?seed={seed}&c=ask")
        ends.add(re.search(r"<h1>(.*?)</h1>", page.html).group(1))  # type: ignore[union-attr]  # every page has one
    assert ends == {"A pause", "Outside"}


def test_a_closed_choice_says_what_it_needs(page: Page) -> None:
    page.get("/preview/night?c=phone&c=talk")
    assert "closed: used already" in page.text


def test_a_change_of_the_file_is_seen_at_once_and_a_mistake_is_named(
    root: Path, page: Page
) -> None:
    file = root / "quizzes" / "scenarios" / "door.md"
    page.get("/preview/door")
    file.write_text(file.read_text().replace("*Leave!*", "*Go away!*"))
    assert "Go away!" in page.get("/preview/door").text
    file.write_text(file.read_text().replace("(#street) {weak", "(#stret) {weak"))
    page.get("/preview/door", status=404)
    assert "no scene “stret”" in page.get("/preview/").text


@pytest.mark.parametrize(
    "query",
    ["c=nothing", "at=nowhere", "seed=-1", "seed=x", "m-record=9999999", "at=look", "c=ask&c=ask"],
)
def test_an_address_that_does_not_fit_the_draft_is_no_failure(query: str, page: Page) -> None:
    page.get(f"/preview/night?{query}")


def test_the_real_instance_is_not_touched(page: Page, tmp_path: Path) -> None:
    page.get("/preview/door?c=paper")
    with workshop(TREE) as app:
        folder = app.config["LMS_SETTINGS"].instance
        assert "preview-" in str(folder)
    assert not Path(folder).exists()


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("form", ["pdf", "html"])
def test_a_booklet_is_one_file(language: str, form: str, root: Path, tmp_path: Path) -> None:
    to = tmp_path / f"booklet.{form}"
    done = CliRunner().invoke(
        booklet_command,
        [
            "night",
            "--path",
            str(root),
            "--language",
            language,
            "--format",
            form,
            "--output",
            str(to),
        ],
    )
    assert done.exit_code == 0, done.output
    content = to.read_bytes()
    if form == "pdf":
        assert content.startswith(b"%PDF-1.")
        return
    text = content.decode()
    assert not re.search(r'(?:src|href)="(?!#)', text), "it needs something else"
    for number in range(1, 8):
        assert f'id="scene-{number}"' in text
    assert set(re.findall(r'href="#scene-(\d)"', text)) <= set("1234567")


@pytest.mark.any_database
@pytest.mark.parametrize("language", [pytest.param("ru", marks=pytest.mark.deep), "kk"])
def test_a_booklet_is_in_one_language_throughout(
    language: str, app: Flask, shipped: Compiled
) -> None:
    """Meters, flags, sentences, rules: no English word is left in any that ships."""
    books = Library(None, shipped.documents)
    with app.test_request_context():
        for slug in books.scenarios:
            made = booklets.page(booklets.booklet(books, slug, language))
            words = re.sub(r"<style.*?</style>|<[^>]+>", " ", made, flags=re.DOTALL)
            assert not re.findall(r"[A-Za-z]{3,}", words.replace("eGov", "")), slug


def test_an_unknown_scenario_names_those_that_are_there(root: Path) -> None:
    done = CliRunner().invoke(booklet_command, ["absent", "--path", str(root)])
    assert done.exit_code == 2
    assert "door, night" in done.output


def test_the_same_scenario_is_the_same_booklet(root: Path) -> None:
    with workshop(root) as app, app.test_request_context():
        books = app.extensions["lms.draft"].read().books
        one, two = (booklets.pdf(booklets.booklet(books, "night", "ru")) for _ in range(2))
    assert one == two
