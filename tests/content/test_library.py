"""The library: what rooms ask of the documents of one release."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path

import pytest

from lms.content.compiling import compile_tree
from lms.content.library import Library
from lms.domain.certification import Done, Need, missing_for
from lms.domain.rules import Standing
from tests.content.building import good_tree

RELEASE = uuid.UUID("12345678-1234-5678-1234-567812345678")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(RELEASE, compile_tree(good_tree(tmp_path_factory.mktemp("lib"))).documents)


def test_everything_is_found_by_its_slug(library: Library) -> None:
    assert library.release == RELEASE
    assert list(library.courses) == ["rights"]
    assert list(library.lessons) == ["rights/copy", "rights/registration"]
    assert list(library.quizzes) == ["practice"]
    assert list(library.scenarios) == ["refused"]
    assert list(library.programmes) == ["precinct-observer"]
    assert len(library.questions) == len(library.question_documents) == 9
    assert [term["id"] for term in library.glossary["terms"]] == ["protocol", "observer"]


def test_the_domain_reads_every_document(library: Library) -> None:
    assert library.questions["copy-when"].right_answer == "now"
    assert library.quiz("practice").question_count == 6
    assert library.scenario("refused").start == "shrug"
    needs = library.programme("precinct-observer").requires
    assert needs.lessons == ("rights/copy", "rights/registration")
    assert missing_for(library.programme("precinct-observer"), Done())[0] == Need(
        "lesson", "rights/copy"
    )


def test_a_rule_knows_its_wordings_its_lesson_and_its_sources(library: Library) -> None:
    rule = library.rules["accreditation"]
    before, after = rule.at(date(2019, 6, 9)), rule.at(date(2023, 3, 19))
    assert before is not None
    assert after is not None
    assert before.texts["en"]["name"] == "A paper from the sender"
    assert after.texts["en"]["name"] == "Accreditation"
    assert library.taught_in["accreditation"] == "rights/registration"
    assert library.sources["law-26"].standing(date(2023, 3, 19)) is Standing.UNCONFIRMED


def test_what_rests_on_a_source(library: Library) -> None:
    assert library.resting_on("law-26") == {
        "rules": ("temporary-registration",),
        "lessons": ("rights/registration",),
        "questions": ("registration-do",),
        "quizzes": ("practice",),
        "scenarios": (),
        "checklists": (),
        "counts": (),
        "joint": (),
        "programmes": ("precinct-observer",),
    }
    assert library.resting_on("law-43")["rules"] == ("accreditation", "protocol-copy")
    assert library.resting_on("no-such-source")["lessons"] == ()


def test_a_library_cannot_be_changed(library: Library) -> None:
    with pytest.raises(TypeError):
        library.lessons["rights/new"] = {}  # type: ignore[index]


def test_courses_come_after_those_they_require(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    course = root / "courses/rights/course.md"
    course.write_text(course.read_text().replace("requires: []", "requires: [zoning]"))
    zoning = root / "courses/zoning"
    zoning.mkdir()
    (zoning / "course.md").write_text(
        "---\ntitle: Z\naudience: observer\nminutes: 5\nrequires: []\nlessons: [a]\n---\nText.\n"
    )
    (zoning / "01-a.md").write_text("---\ntitle: A\nminutes: 1\nobjectives: [a]\n---\nText.\n")
    compiled = compile_tree(root)
    assert compiled.problems == []
    assert list(Library(None, compiled.documents).courses) == ["zoning", "rights"]


def test_an_empty_library_is_empty() -> None:
    library = Library(None, [])
    assert not library.courses
    assert library.glossary["terms"] == []
