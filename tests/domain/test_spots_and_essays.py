"""Places on a picture, texts marked by a rubric, and choices that disqualify."""

from typing import Any

import pytest

from lms.domain.questions import Unreadable
from lms.domain.questions.essay import Essay
from tests.domain.builders import a_question, seeded


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("spot", {"options": ["a"], "right": [], "areas": {"a": [0, 0, 9, 9]}}),
        ("spot", {"options": ["a"], "right": ["a"], "areas": {}}),
        ("spot", {"options": ["a"], "right": ["a"], "areas": {"a": [90, 0, 20, 9]}}),
        ("spot", {"options": ["a"], "right": ["a"], "areas": {"a": [0, 0, 9]}}),
        ("essay", {"criteria": []}),
        ("essay", {"criteria": [{"id": "a", "points": 0}]}),
        ("essay", {"criteria": [{"id": "a", "points": 21}]}),
        ("essay", {"criteria": [{"id": "a", "points": 1}, {"id": "a", "points": 1}]}),
        ("essay", {"criteria": [{"id": "a", "points": 1, "element": "luck"}]}),
    ],
)
def test_a_key_that_cannot_be_used_is_an_error(kind: str, key: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        a_question(kind, key=key)


# spot


@pytest.mark.parametrize(
    ("chosen", "points"),
    [(["box", "pile"], 60), (["box"], 30), (["box", "door"], 0), (["box", "pile", "door"], 30)],
)
def test_places_on_a_picture_are_marked_like_options(chosen: list[str], points: int) -> None:
    assert a_question("spot").earned(chosen) == points


def test_the_letters_of_a_picture_stay_where_they_were_written() -> None:
    shown = {tuple(a_question("spot").shuffled(seeded(n))["options"]) for n in range(20)}
    assert shown == {("box", "pile", "door")}


# essay


def test_a_text_keeps_its_lines_and_loses_what_cannot_be_seen() -> None:
    asked = a_question("essay")
    assert (
        asked.read({"answer": [" 20:45\u200b \r\n\r\n\r\n the  chair\x00 "]})
        == "20:45\n\nthe chair"
    )
    assert asked.read({"answer": ["x" * 6000]}) == "x" * 6000
    for values, code in ((["x" * 6001], "too-long"), (["one", "two"], "one-only")):
        with pytest.raises(Unreadable) as refused:
            asked.read({"answer": values})
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("given", "points"),
    [({}, 0), ({"when": 2, "what": 4}, 60), ({"what": 3}, 30), ({"when": 1}, 10)],
)
def test_an_essay_earns_the_share_of_its_rubric(given: dict[str, int], points: int) -> None:
    asked = a_question("essay")
    assert isinstance(asked, Essay)
    assert asked.earned_by(given) == points
    assert asked.earned("a long text") == 0


@pytest.mark.parametrize("given", [{"when": 3}, {"what": -1}])
def test_points_outside_the_rubric_are_refused(given: dict[str, int]) -> None:
    asked = a_question("essay")
    assert isinstance(asked, Essay)
    with pytest.raises(ValueError):
        asked.earned_by(given)


# what disqualifies


def test_only_a_choice_that_disqualifies_knocks_out() -> None:
    key = {"options": ["here", "film", "never"], "right": ["here"], "knockouts": ["film"]}
    asked = a_question("single", key=key)
    assert [asked.is_knocked_out(a) for a in ("here", "film", "never", None)] == [
        False,
        True,
        False,
        False,
    ]
    several = a_question("multiple", key=key)
    assert several.is_knocked_out(["here", "film"])
    assert not several.is_knocked_out(["here", "never"])
