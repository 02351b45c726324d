"""The pocket card: only what lessons say, in three languages, on one sheet, and never stale."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from pypdf import PdfReader

from lms import cli, db
from lms.content import publishing
from lms.content.compiling import Compiled
from lms.content.library import Library
from lms.domain.certification import Requirements
from lms.learning import cards
from lms.learning.commands import card
from tests.page import Page
from tests.world import World

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database
ELECTION = date(2026, 12, 20)


@pytest.fixture(scope="module")
def documents(shipped: Compiled) -> list[dict[str, Any]]:
    """The courses that are taught, not those of the tests: these have to fit."""
    return [dict(found) for found in shipped.documents]


@pytest.fixture(scope="module")
def books(documents: list[dict[str, Any]]) -> Library:
    return Library(None, documents)


@pytest.fixture
def drawing(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def words(content: bytes, folder: Path) -> str:
    file = folder / "card.pdf"
    file.write_bytes(content)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(file).pages).split())


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("paper", cards.PAPERS)
@pytest.mark.usefixtures("drawing")
def test_the_card_fits_its_sheet_and_says_what_lessons_say(
    books: Library, tmp_path: Path, paper: str, language: str
) -> None:
    made = cards.pdf(books, "precinct-observer", language, ELECTION, paper, "abcd1234")
    text = words(made, tmp_path)
    assert len(PdfReader(tmp_path / "card.pdf").pages) <= cards.SIDES
    found = cards.lines(books, "precinct-observer", language, ELECTION, paper)
    assert len(found) >= (3 if paper == "a6" else 20)
    for line in found:
        taught = books.rules[line.rule].at(ELECTION)
        assert taught is not None
        assert line.say == taught.texts[language]["say"]
        assert " ".join(line.name.split()) in text
    assert "abcd1234" in text


def test_the_small_one_holds_the_critical_rules_alone(books: Library) -> None:
    for line in cards.lines(books, "precinct-observer", "en", ELECTION, "a6"):
        assert books.rules[line.rule].is_critical(ELECTION)


@pytest.mark.usefixtures("drawing")
def test_a_card_that_needs_a_second_sheet_is_not_made(
    documents: list[dict[str, Any]],
) -> None:
    longer = copy.deepcopy(documents)
    for document in longer:
        for rule in document["rules"] if document["kind"] == "lesson" else ():
            for text in rule["texts"].values():
                text["say"] = (text["say"] or "") + " A very long sentence." * 40
    with pytest.raises(cards.TooLong) as refused:
        cards.pdf(Library(None, longer), "precinct-observer", "en", ELECTION, "a4", "x")
    assert refused.value.sides > cards.SIDES


def test_a_repealed_source_and_a_stale_translation_are_named(
    documents: list[dict[str, Any]], books: Library
) -> None:
    first = cards.lines(books, "precinct-observer", "kk", ELECTION, "a4")[0]
    wording = books.rules[first.rule].at(ELECTION)
    assert wording is not None
    spoilt = copy.deepcopy(documents)
    for document in spoilt:
        for source in document["sources"] if document["kind"] == "sources" else ():
            if source["id"] == wording.sources[0]:
                source["status"] = "repealed"
    with pytest.raises(cards.Stale) as refused:
        cards.lines(Library(None, spoilt), "precinct-observer", "kk", ELECTION, "a4")
    assert (first.rule, "source") in refused.value.rules
    spoilt = copy.deepcopy(documents)
    for document in spoilt:
        if document["kind"] == "lesson" and document["slug"] == books.taught_in[first.rule]:
            document["translations"]["kk"]["state"] = "stale"
    with pytest.raises(cards.Stale) as refused:
        cards.lines(Library(None, spoilt), "precinct-observer", "kk", ELECTION, "a4")
    assert (first.rule, "translation") in refused.value.rules
    assert cards.lines(Library(None, spoilt), "precinct-observer", "ru", ELECTION, "a4")


def test_a_rule_goes_on_the_card_of_the_programme_that_teaches_it(app: Flask) -> None:
    with app.app_context():
        books = publishing.current(db.session())
    assert isinstance(books.programme("basic-observer").requires, Requirements)
    found = cards.lines(books, "basic-observer", "en", date(2026, 4, 19), "a4")
    assert [line.rule for line in found] == ["see-count", "have-copy"]
    assert [line.say for line in found] == ["I ask to see the marks.", "I ask for a copy."]


def test_a_trainee_takes_it_from_their_page(
    world: World, signed_in_as: Callable[[str], Page]
) -> None:
    trainee = signed_in_as("aida").get("/my/")
    assert "Pocket card" in trainee.text
    for paper in cards.PAPERS:
        answer = trainee.get(f"/my/card?paper={paper}").answer
        assert answer.mimetype == "application/pdf"
    trainee.get("/my/card?paper=a0", status=404)
    signed_in_as("kairat").get("/my/card", status=403)


def test_the_command_writes_it_or_says_why_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "application", lambda: app)
    file = tmp_path / "card.pdf"
    with app.app_context():
        made = CliRunner().invoke(card, ["basic-observer", str(file), "--paper", "a6"])
        assert made.exit_code == 0, made.output
        assert file.read_bytes().startswith(b"%PDF")
        assert CliRunner().invoke(card, ["nothing", str(file)]).exit_code == 2
        assert CliRunner().invoke(card, ["basic-observer", str(file), "--day", "x"]).exit_code == 2
        monkeypatch.setattr(cards, "lines", _stale)
        file.unlink()
        refused = CliRunner().invoke(card, ["basic-observer", str(file)])
    assert refused.exit_code == 1
    assert "see-count: a source of it has changed" in refused.output
    assert not file.exists()


def _stale(*_given: object) -> tuple[cards.Line, ...]:
    raise cards.Stale([("see-count", "source")])
