"""The courses and quizzes of the project themselves, as one would send people out with them."""

from __future__ import annotations

from pathlib import Path

from lms.content.compiling import Compiled
from lms.content.measures.basis import compare, read_facts
from lms.content.measures.coverage import LEAST_QUESTIONS, table
from lms.content.measures.guessing import JOINT, guesses
from lms.content.measures.reading import readings
from lms.content.measures.terms import glossary_use, term_counts
from lms.domain.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]


def test_they_are_sound(shipped: Compiled) -> None:
    assert [str(problem) for problem in shipped.problems] == []
    assert not any(proof.bounded for proof in shipped.proofs)
    covered = {cell.language for cell in shipped.coverage if cell.state != "missing"}
    assert covered == set(LANGUAGES[1:])


def test_every_source_is_what_the_register_of_law_says(shipped: Compiled) -> None:
    facts = read_facts((ROOT / "docs/legal-basis.md").read_text())
    assert len(facts) > 150
    assert compare(shipped.documents, facts) == []


def test_nobody_passes_by_guessing_cleverly(shipped: Compiled) -> None:
    played = list(guesses(shipped.documents))
    assert {(g.bank, g.language) for g in played} >= {
        (bank, language) for bank in ("removal", JOINT) for language in LANGUAGES
    }
    told = [f"{g.bank} {g.language} {g.way} {g.gain:.3f}" for g in played if g.tells]
    assert told == []


def test_every_rule_is_tested_by_three_questions(shipped: Compiled) -> None:
    rows = table(shipped.documents)
    assert len(rows) >= 122
    assert [row.rule for row in rows if row.questions < LEAST_QUESTIONS] == []


def test_every_block_has_the_same_terms_in_each_language(shipped: Compiled) -> None:
    counted = term_counts(shipped.documents)
    assert {c.language for c in counted} == set(LANGUAGES[1:])
    assert [d for c in counted for d in c.differences] == []


def test_every_lesson_reads_easily_in_each_language(shipped: Compiled) -> None:
    read = [*readings(d for d in shipped.documents if d["kind"] == "lesson")]
    assert {one.language for one in read} == set(LANGUAGES)
    assert [(one.lesson, one.language, one.lix) for one in read if one.is_hard] == []
    assert [(one.lesson, one.language, one.too_long) for one in read if one.too_long] == []


def test_every_term_that_a_lesson_says_is_linked_and_the_doubtful_ones_are_marked(
    shipped: Compiled,
) -> None:
    used = glossary_use(shipped.documents)
    assert used.loose == {}
    assert (used.terms, used.unsure) == (117, 24)  # as in the glossary they were taken from
    assert used.linked >= 89
    (glossary,) = (d for d in shipped.documents if d["kind"] == "glossary")
    assert all(set(term["texts"]) == set(LANGUAGES) for term in glossary["terms"])


def test_every_rule_is_applied_by_something(shipped: Compiled) -> None:
    assert [(row.rule, row.empty) for row in table(shipped.documents) if row.empty] == []


def test_every_critical_rule_is_taught_tested_and_applied(shipped: Compiled) -> None:
    critical = [row for row in table(shipped.documents) if row.critical]
    assert critical
    assert [(row.rule, row.empty) for row in critical if row.empty] == []


def test_every_lesson_for_observers_has_its_note_for_trainers(shipped: Compiled) -> None:
    courses = {d["slug"]: d["audience"] for d in shipped.documents if d["kind"] == "course"}
    lessons = [
        d for d in shipped.documents if d["kind"] == "lesson" and courses[d["course"]] == "observer"
    ]
    assert len(lessons) >= 38
    lacking = [
        (lesson["slug"], language)
        for lesson in lessons
        for language in LANGUAGES
        if not lesson["texts"][language]["trainer"]
    ]
    assert lacking == []
