"""`lms simulate learners`, on the content of the tests and on the project's own."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from lms.cli import main
from tests.conftest import TREE


@pytest.fixture
def simulate(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # a function
    monkeypatch.setenv("LMS_CONTENT", str(TREE))

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["simulate", "learners", *words])

    return run


def test_both_ways_of_being_wrong_are_printed_with_intervals(simulate) -> None:  # type: ignore[no-untyped-def]
    found = simulate("basic-observer", "--learners", "50", "--seed", "3", "--format", "json")
    assert found.exit_code == 0, found.output
    document = json.loads(found.stdout)
    assert document["programme"] == "basic-observer"
    assert document["exams"] == ["exam"]
    assert document["ready"]["of"] == 50
    assert document["false_pass"]["of"] + document["false_fail"]["of"] == 50
    for name in ("false_pass", "false_fail", "same_twice"):
        share = document[name]
        if share["of"]:
            assert share["interval"]["low"] <= share["share"] <= share["interval"]["high"]
            assert share["interval"]["method"] == "wilson"
    assert (
        simulate("basic-observer", "--learners", "50", "--seed", "3", "--format", "json").stdout
        == found.stdout
    )


def test_people_read_the_same_in_words(simulate) -> None:  # type: ignore[no-untyped-def]
    found = simulate("basic-observer", "--learners", "20")
    assert found.exit_code == 0
    assert "pass though they are not ready" in found.output
    assert "fail though they are ready" in found.output


@pytest.mark.parametrize("words", [("absent",), ("--learners", "0"), ("--on", "yesterday")])
def test_what_cannot_be_simulated_is_a_usage_error(simulate, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    assert simulate(*words).exit_code == 2
