"""Pictures, rubrics, stems, hints and notes for trainers: read, or refused with a remedy."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lms.content.compiling import compile_tree
from tests.content.building import Broken, broken, change, each, good_tree, stamp

BANK = "quizzes/banks/pictures.md"
BANK_RU = "quizzes/banks/pictures.ru.md"


def a_tree(to: Path) -> Path:
    """The good tree with a bank of pictures and texts."""
    root = good_tree(to)
    shutil.copytree(Path(__file__).parent / "beside", root / "quizzes/banks", dirs_exist_ok=True)
    stamp(root / BANK_RU)
    return root


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    found = compile_tree(a_tree(tmp_path_factory.mktemp("beside")))
    assert found.problems == []
    return {d["slug"]: d for d in found.documents if d["kind"] == "question"}


def test_the_places_of_a_picture_are_kept_with_the_key(documents: dict[str, Any]) -> None:
    key = documents["table-spot"]["key"]
    assert key == {
        "options": ["box", "door"],
        "right": ["box"],
        "areas": {"box": [0, 10, 30, 40], "door": [70, 0, 30, 100]},
    }
    for language, begins in (("en", "Plan of a room"), ("ru", "План комнаты")):
        picture = documents["table-spot"]["texts"][language]["picture"]
        assert picture["alt"].startswith(begins)
        assert (picture["width"], picture["height"]) == (640, 400)
        assert picture["address"].startswith("/content-files/")


def test_a_shared_stem_comes_with_each_question_in_its_language(documents: dict[str, Any]) -> None:
    for question in ("table-spot", "act-essay"):
        assert documents[question]["stem"] == "evening"
        texts = documents[question]["texts"]
        assert texts["en"]["stem_html"] == (
            "<p>It is 21:40. The <em>chair</em> is alone with the boxes.</p>"
        )
        assert "одна с ящиками" in texts["ru"]["stem_html"]
    assert documents["film-single"]["texts"]["en"]["stem_html"] == ""


def test_hints_come_in_their_order_and_notes_apart_from_the_prompt(
    documents: dict[str, Any],
) -> None:
    spot = documents["table-spot"]
    assert spot["hints"] == 2
    assert spot["texts"]["en"]["hints_html"] == [
        "<p>Where can you not see?</p>",
        "<p>Look to the left.</p>",
    ]
    assert spot["texts"]["ru"]["trainer_html"] == "<p>Спросите группу: <em>кто это видел?</em></p>"
    assert "Ask in the group" not in spot["texts"]["en"]["prompt_html"]
    assert "The law speaks" in spot["texts"]["en"]["explanation_html"]


def test_a_rubric_has_its_points_in_the_key_and_its_words_beside(documents: dict[str, Any]) -> None:
    essay = documents["act-essay"]
    assert essay["key"]["criteria"] == [
        {"id": "when", "points": 2, "element": "time"},
        {"id": "seen", "points": 4, "element": "seen"},
    ]
    assert essay["texts"]["ru"]["parts"]["when"]["full_html"] == "час и минута"


def test_what_disqualifies_stands_in_the_key(documents: dict[str, Any]) -> None:
    assert documents["film-single"]["key"]["knockouts"] == ["take"]
    assert "knockouts" not in documents["copy-when"]["key"]


CASES: list[Broken] = [
    broken(
        "no picture",
        (
            BANK,
            "![Plan of a room: a table in the middle, a box on the left, a door on the right]",
            "",
        ),
        (BANK, 8, "no picture", "write ![what it shows]"),
    ),
    broken(
        "a picture that is not there",
        (BANK, "(table.svg)", "(chair.svg)"),
        (BANK, 12, "no picture “chair.svg”", "put an SVG or PNG"),
    ),
    broken(
        "a picture that is hardly described",
        (
            BANK,
            "Plan of a room: a table in the middle, a box on the left, a door on the right",
            "Plan",
        ),
        (BANK, 12, "hardly described", "not what is wrong"),
    ),
    broken(
        "an area off the picture",
        (BANK, 'area="70 0 30 100"', 'area="80 0 30 100"'),
        (BANK, 16, "not on the picture: “80 0 30 100”", "per cent"),
    ),
    broken(
        "no area",
        (BANK, ' area="70 0 30 100"', ""),
        (BANK, 16, "no area", "per cent"),
    ),
    broken(
        "a stem that is not there",
        (BANK, "level=2 stem=evening", "level=2 stem=morning"),
        (BANK, 8, "no stem “morning”", ".stem"),
    ),
    broken(
        "a hint that is not closed",
        (
            BANK,
            "*who has seen this?*\n///\n",
            "*who has seen this?*\n",
        ),
        (BANK, 27, "not closed", "write ///"),
    ),
    broken(
        "a hint less",
        (BANK_RU, "/// hint\nГде вам не видно?\n///\n", ""),
        (BANK_RU, 10, "1 hints, the source has 2", "translate"),
    ),
    broken(
        "points that are none",
        (BANK, "| 2 | hour", "| two | hour"),
        (BANK, 39, "the points “two”", "1 to 20"),
    ),
    broken(
        "an element that is none",
        (BANK, "element=time", "element=tine"),
        (BANK, 39, "the element “tine”", "time"),
    ),
    broken(
        "a right option that disqualifies",
        (BANK, "{#write}", "{#write .knockout}"),
        (BANK, 46, "a right option that disqualifies", "delete .knockout"),
    ),
    broken(
        "an essay inside a lesson",
        (
            "courses/rights/01-copy.md",
            "/// check | copy-when",
            "/// check | act-essay",
        ),
        ("courses/rights/01-copy.md", 22, "the essay “act-essay” inside a lesson", "quiz"),
    ),
]


@each(CASES)
def test_what_is_wrong_is_named_with_its_line(case: Broken, tmp_path: Path) -> None:
    root = a_tree(tmp_path)
    change(root, *case.changes)
    found = compile_tree(root).problems
    told = [str(problem) for problem in found]
    assert len(found) == len(case.expected), told
    for problem, (path, line, what, remedy) in zip(found, case.expected, strict=True):
        assert (problem.path, problem.line) == (path, line), told
        assert what in problem.what, told
        assert remedy in problem.remedy, told
