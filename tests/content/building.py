"""A good tree of courses and quizzes, and ways to spoil it on purpose."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from lms.content.compiling import Compiled, compile_tree
from lms.content.parting import seal_of
from lms.content.reading import digest_of

GOOD = Path(__file__).parent / "good"

LESSON = "courses/rights/01-copy.md"
LESSON_RU = "courses/rights/01-copy.ru.md"
SECOND = "courses/rights/02-registration.md"
COURSE = "courses/rights/course.md"
SOURCES = "courses/sources.yml"
GLOSSARY = "courses/glossary.md"
GLOSSARY_RU = "courses/glossary.ru.md"
PROGRAMME = "courses/programmes/precinct-observer.md"
PICTURE = "courses/rights/plan.svg"
BANK = "quizzes/banks/rights.md"
BANK_RU = "quizzes/banks/rights.ru.md"
QUIZ = "quizzes/practice.md"
SCENARIO = "quizzes/scenarios/refused.md"
SCENARIO_RU = "quizzes/scenarios/refused.ru.md"

# A file written anew (None: deleted), or one text in it replaced by another.
Change = tuple[str, str | bytes | None] | tuple[str, str, str]
# The file, the line, words of what is wrong, words of the remedy.
Expected = tuple[str, int, str, str]


def good_tree(to: Path) -> Path:
    """A copy of the good tree whose translations are stamped."""
    root = to / "tree"
    shutil.copytree(GOOD, root)
    for file in root.rglob("*.ru.md"):
        stamp(file)
    return root


def stamp(file: Path) -> None:
    source = file.with_name(file.name.replace(".ru.md", ".md")).read_text()
    text = file.read_text().replace("source_hash: pending", f"source_hash: {digest_of(source)}")
    file.write_text(text.replace(", pending", f", {seal_of(digest_of(source), text)}"))


def change(root: Path, *changes: Change) -> None:
    for path, *how in changes:
        file = root / path
        if len(how) == 2:
            old, new = how
            text = file.read_text()
            assert text.count(old) == 1, f"{path} holds {text.count(old)} times {old!r}"
            file.write_text(text.replace(old, new))
        elif how[0] is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            content = how[0]
            file.write_bytes(content if isinstance(content, bytes) else content.encode())


@dataclass(frozen=True)
class Broken:
    """A way to spoil the good tree, and every problem that it must lead to, in order."""

    name: str
    changes: tuple[Change, ...]
    expected: tuple[Expected, ...]


def broken(name: str, *parts: Change | Expected) -> Broken:
    """Changes have two or three parts, expectations four."""
    changes = tuple(part for part in parts if len(part) < 4)
    expected = tuple(part for part in parts if len(part) == 4)
    return Broken(name, changes, expected)


def each(cases: list[Broken]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def judge(case: Broken, tmp_path: Path) -> None:
    """The compiler says exactly what is expected: file, line, what, remedy, and nothing else."""
    root = good_tree(tmp_path)
    change(root, *case.changes)
    compiled = compile_tree(root)
    found = [str(problem) for problem in compiled.problems]
    assert len(found) == len(case.expected), "\n".join(found)
    for problem, (path, line, what, remedy) in zip(compiled.problems, case.expected, strict=True):
        assert (problem.path, problem.line) == (path, line), "\n".join(found)
        assert what in problem.what, str(problem)
        assert remedy in problem.remedy, str(problem)


def compiled(root: Path) -> Compiled:
    return compile_tree(root)
