"""The courses and quizzes of the project themselves, as one would send people out with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.content.compiling import Compiled, compile_tree
from lms.content.measures.basis import compare, read_facts
from lms.domain.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shipped() -> Compiled:
    return compile_tree(ROOT)


def test_they_are_sound(shipped: Compiled) -> None:
    assert [str(problem) for problem in shipped.problems] == []
    assert not any(proof.bounded for proof in shipped.proofs)
    covered = {cell.language for cell in shipped.coverage if cell.state != "missing"}
    assert covered == set(LANGUAGES[1:])


def test_every_source_is_what_the_register_of_law_says(shipped: Compiled) -> None:
    facts = read_facts((ROOT / "docs/legal-basis.md").read_text())
    assert len(facts) > 150
    assert compare(shipped.documents, facts) == []
