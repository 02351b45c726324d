"""Whatever a file has become, the compiler says where, and never falls over."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lms.content.compiling import compile_tree
from lms.content.library import Library
from tests.content.building import good_tree

WRITTEN = '{ } [ ] | " : # - /// = {{ }} ` * . ~ null [] {} 0 1.'
SIGNS = [*WRITTEN.split(), "> ", "\t", "- ", " "]


def damaged(text: str, chance: random.Random) -> str:
    """A text as it looks after a careless hour: lines lost, doubled, swapped, cut, scribbled on."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        column = chance.randrange(len(lines[at]) + 1)
        kind = chance.randrange(6)
        if kind == 0 and len(lines) > 1:
            del lines[at]
        elif kind == 1:
            lines.insert(at, chance.choice(lines))
        elif kind == 2:
            lines[at] = lines[at][:column]
        elif kind == 3:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 4:
            lines[at] = lines[at][:column] + chance.choice(SIGNS) + lines[at][column:]
        else:
            lines = lines[: at + 1]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_file_is_compiled_or_its_problems_are_named(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    root = good_tree(tmp_path)
    files = sorted(path for path in root.rglob("*") if path.is_file())
    for _ in range(12):
        file = chance.choice(files)
        before = file.read_text()
        file.write_text(damaged(before, chance))
        compiled = compile_tree(root)
        for problem in compiled.problems:
            assert problem.what
            assert problem.remedy
            named = root / problem.path
            if named.is_file():
                assert 1 <= problem.line <= named.read_text().count("\n") + 2, str(problem)
        if not compiled.problems:
            Library(None, compiled.documents).resting_on("law-43")
        file.write_text(before)
