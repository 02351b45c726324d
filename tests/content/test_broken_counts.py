"""What is wrong in a count exercise or in a country's rules, each with its line and its remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lms.content.compiling import compile_tree
from tests.conftest import TREE

NIGHT = "quizzes/counts/night.md"
RULES = "quizzes/counts/rules/testland.yml"

# File, what is replaced, by what; then the file, words of what is wrong, words of the remedy.
BROKEN: list[tuple[str, str, str, str, str, str]] = [
    (NIGHT, "rules: testland", "rules: nowhere", NIGHT, "no count rules “nowhere”", "rules/"),
    (NIGHT, "minutes: 30", "minutes: soon", NIGHT, "“minutes” is “soon”", "a whole number"),
    (NIGHT, "candidates: 3", "candidates: 1", NIGHT, "“candidates” is “1”", "2 to 12"),
    (NIGHT, "staff: 7", "", NIGHT, "“staff” is missing", "write staff"),
    (NIGHT, "[1600, 2300]", "[2300, 1600]", NIGHT, "“voters” is [2300, 1600]", "[lowest, highest]"),
    (NIGHT, "[45, 62]", "[45]", NIGHT, "“turnout” is [45]", "whole numbers from 5 to 95"),
    (NIGHT, "[10, 40]", "[few, many]", NIGHT, "“mobile” is [few, many]", "[lowest, highest]"),
    (NIGHT, "[1900, 2600]", "[900, 950]", NIGHT, "900 ballots", "write more ballots"),
    (NIGHT, "[opening, voting", "[opening, votng", NIGHT, "no part of a day “votng”", "voting"),
    (NIGHT, "[opening, voting, ", "[opening, ", NIGHT, "do not follow each other", "in order"),
    (NIGHT, "pool: all", "pool: [zon]", NIGHT, "no kind of irregularity “zon”", "“zone”?"),
    (NIGHT, "pool: all", "pool: [zone]", NIGHT, "3 are drawn of 1", "widen the pool"),
    (NIGHT, "draw: [3, 3]", "draw: [0, 9]", NIGHT, "“draw” is [0, 9]", "from 0 to 4"),
    (NIGHT, "pass: 60", "pass: 200", NIGHT, "“pass” is “200”", "1 to 100"),
    (NIGHT, "staff: 7", "staff: 7\nseed: 4", NIGHT, "unknown key “seed”", "known here"),
    (NIGHT, "staff: 7", "staff: 7\nworked: [Z]", NIGHT, "no worked protocol “Z”", "A, B, C"),
    (NIGHT, "staff: 7", "staff: 7\nworked: [A]", NIGHT, "is no night", "parts: [protocol]"),
    (NIGHT, "You watch the whole night.", "", NIGHT, "without a briefing", "under the head"),
    (RULES, 'opens: "07:00"', 'opens: "7 am"', RULES, "“opens” is “7 am”", "hours and minutes"),
    (RULES, 'closes: "20:00"', 'closes: "08:00"', RULES, "less than three hours", "a later"),
    (RULES, "marks: any", "marks: nice", RULES, "“marks” is “nice”", "any, cross"),
    (RULES, "step: sorting", "step: sortng", RULES, "“step” is “sortng”", "“sorting”?"),
    (RULES, "step: sorting", "step: doubtful", RULES, "the step “doubtful” twice", "delete one"),
    (RULES, "says: [U, S]", "says: [U, Z]", RULES, "no cell “Z”", "known"),
    (RULES, "- cell: App", "- cell: Sig", RULES, "the cell “Sig” twice", "delete one"),
    (RULES, "  zone: [", "  zonne: [", RULES, "no kind of irregularity “zonne”", "“zone”?"),
    (RULES, "zone: [see-count]", "zone: [see-cont]", RULES, "no rule “see-cont”", "see-count"),
    (RULES, "most_hours: 12", "most_hours: 0", RULES, "“most_hours” is “0”", "1 to 48"),
    (
        RULES,
        "most_hours: 12",
        "most_hours: 12\nlunch: 1",
        RULES,
        "unknown key “lunch”",
        "known here",
    ),
]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case[1][:20]}-{case[2][:20]}")
def test_each_fault_is_named_at_its_line(
    case: tuple[str, str, str, str, str, str], tmp_path: Path
) -> None:
    file, old, new, where, what, remedy = case
    root = tmp_path / "tree"
    shutil.copytree(TREE, root)
    path = root / file
    text = path.read_text()
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new))
    problems = compile_tree(root).problems
    found = [p for p in problems if p.path == where and what in p.what and remedy in p.remedy]
    assert found, [str(problem) for problem in problems]
    touched = [n for n, line in enumerate(path.read_text().splitlines(), 1) if new and new in line]
    if len(touched) == 1 and "twice" not in what and "briefing" not in what:
        assert abs(found[0].line - touched[0]) <= 1, found[0]


def test_a_stranger_among_the_rules_is_named(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    shutil.copytree(TREE, root)
    (root / "quizzes/counts/rules/Land.txt").write_text("x")
    (root / "quizzes/counts/other").mkdir()
    told = "\n".join(str(problem) for problem in compile_tree(root).problems)
    assert "rules/Land.txt:1: the name “Land.txt”; write name.yml" in told
    assert "counts/other:1: this does not belong here; here stand count exercises" in told
