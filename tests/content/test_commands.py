"""``lms check`` as an author meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.content.commands import check
from tests.content.building import BANK, BANK_RU, LESSON, change, good_tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return good_tree(tmp_path)


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(check, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def test_a_good_tree_is_silent(root: Path) -> None:
    assert run(root) == (0, "")


def test_every_problem_is_a_line_and_the_exit_code_says_so(root: Path) -> None:
    change(root, (BANK, "level=3}", "level=9}"), (LESSON, "- A pen", "- <b>A pen</b>"))
    assert run(root) == (
        1,
        "courses/rights/01-copy.md:42: raw HTML; write Markdown; for the sign itself write &lt;\n"
        "quizzes/banks/rights.md:44: “level” is “9”; write a whole number, 1 to 3\n",
    )


def test_a_path_narrows_what_is_reported_and_not_what_is_read(root: Path) -> None:
    change(root, (BANK, "level=3}", "level=9}"), (LESSON, "- A pen", "- <b>A pen</b>"))
    code, output = run(root / "quizzes")
    assert (code, output.count("\n")) == (1, 1)
    assert output.startswith("quizzes/banks/rights.md:44:")
    assert run(root / LESSON)[1].startswith("courses/rights/01-copy.md:42:")
    assert run(root / "courses/glossary.md") == (0, "")


def test_a_path_without_courses_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(check, [str(tmp_path)])
    assert result.exit_code == 2
    assert "holds courses/ or quizzes/" in result.output


def test_the_content_of_the_settings_is_checked_by_default(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(root, (BANK, "level=3}", "level=9}"))
    monkeypatch.setenv("LMS_CONTENT", str(root))
    assert run()[0] == 1


def test_json_says_the_same(root: Path) -> None:
    change(root, (BANK, "level=3}", "level=9}"))
    code, output = run(root, "--format", "json")
    told = json.loads(output)
    assert code == 1
    assert told["problems"] == [
        {
            "path": "quizzes/banks/rights.md",
            "line": 44,
            "what": "“level” is “9”",
            "remedy": "write a whole number, 1 to 3",
        }
    ]
    assert {"path", "state", "language"} <= set(told["translations"][0])


def test_the_table_of_translations(root: Path) -> None:
    change(root, (LESSON, "- A pen", "- A blue pen"))
    code, output = run(root, "--translations")
    rows = {line.split()[0]: line.split()[1:] for line in output.splitlines()}
    assert code == 0
    assert rows["file"] == ["ru", "kk"]
    assert rows["courses/rights/course.md"] == ["current", "reviewed", "missing"]
    assert rows["courses/rights/01-copy.md"] == ["stale", "missing"]
    assert rows["quizzes/practice.md"] == ["current", "missing"]
    assert rows["courses/rights/02-registration.md"] == ["missing", "missing"]


def test_the_best_and_the_worst_path(root: Path) -> None:
    code, output = run(root, "--scenarios")
    assert code == 0
    assert output.startswith("refused: ")
    assert "best: 3 points, 3 minutes, observed-documented, passes" in output
    assert "worst: 0 points, 0 minutes, removed-undocumented, does not pass" in output
    assert "    shrug → street" in output


def test_warnings_are_told_when_asked_for(root: Path) -> None:
    output = run(root, "--warnings")[1]
    wanted = "warning: quizzes/practice.md:1: no translation into kk; write quizzes/practice.kk.md"
    assert wanted in output.splitlines()


def test_stamping_from_the_command_line(root: Path) -> None:
    change(root, (BANK, "A photograph is not the copy.", "A photograph is no copy."))
    assert "stale" in run(root / BANK, "--translations")[1]
    assert run("--stamp", root / BANK_RU)[0] == 0
    assert "stale" not in run(root / BANK, "--translations")[1]


def test_stamping_a_broken_translation_says_why_not(root: Path) -> None:
    change(root, (BANK_RU, "- Копия здесь", "- [x] Копия здесь"))
    code, output = run("--stamp", root / BANK_RU)
    assert code == 1
    assert output.startswith("quizzes/banks/rights.ru.md:10: a mark in a translation;")


def test_stamping_wants_files() -> None:
    assert CliRunner().invoke(check, ["--stamp"]).exit_code == 2
