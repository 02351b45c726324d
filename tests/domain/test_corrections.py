"""What is put right after the fact: marks follow it, and come back when it is taken back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.corrections import Correction, fits
from lms.domain.grading import grade
from lms.domain.questions import Question
from tests.domain.builders import BY_MACHINE, a_paper, a_question

ONE, TWO = a_question(slug="one"), a_question(slug="two")
ANSWERS: dict[str, Any] = {"one": "here", "two": "later"}


def marked(*corrections: Correction, versions: dict[str, Question] | None = None, **more: Any):  # type: ignore[no-untyped-def]  # a Result
    return grade(a_paper(ONE, TWO, **more), ANSWERS, corrections=corrections, versions=versions)


def test_a_voided_question_counts_for_nobody_and_misses_no_rule() -> None:
    assert (marked().earned, marked().possible, marked().passed) == (60, 120, True)
    found = marked(Correction("c", "two", "void"))
    assert (found.earned, found.possible) == (60, 60)
    assert found.missed_rules == frozenset()
    assert "two" not in found.marks
    out = marked(Correction("c", "one", "void"), Correction("d", "two", "void"))
    assert (out.possible, out.passed) == (0, False)


def test_a_voided_question_knocks_nobody_out() -> None:
    assert not marked(critical_rules=["protocol-copy"]).passed
    found = marked(Correction("c", "two", "void"), critical_rules=["protocol-copy"])
    assert found.passed


def test_a_further_answer_earns_everything_and_only_that_answer() -> None:
    assert marked(Correction("c", "two", "accept", "later")).earned == 120
    assert marked(Correction("c", "two", "accept", "never")).earned == 60
    assert marked(Correction("c", "elsewhere", "accept", "later")).earned == 60


@pytest.mark.parametrize(
    ("kind", "given", "accepted", "same"),
    [
        ("text", "The  Record", "the record", True),
        ("text", "the records", "the record", False),
        ("multiple", ["a", "b"], ["a", "b"], True),
        ("multiple", ["a"], ["a", "b"], False),
        ("order", ["open", "seal", "count", "sign"], ["open", "seal", "count", "sign"], True),
        ("order", ["seal", "open", "sign", "count"], ["open", "seal", "count", "sign"], False),
        ("gaps", {"g1": "Sign", "g2": "stamp"}, {"g1": "sign", "g2": "Stamp"}, True),
        ("gaps", {"g1": "sign"}, {"g1": "sign", "g2": "stamp"}, False),
    ],
)
def test_answers_are_compared_as_their_type_reads_them(
    kind: str, given: Any, accepted: Any, same: bool
) -> None:
    asked = a_question(kind)
    found = grade(
        a_paper(asked), {"q": given}, corrections=[Correction("c", "q", "accept", accepted)]
    )
    assert (found.earned == 60) == same


def test_another_version_marks_what_was_answered() -> None:
    other = a_question(slug="two", key={"options": ["here", "later", "never"], "right": ["later"]})
    found = marked(Correction("c", "two", "version", "release"), versions={"c": other})
    assert found.earned == 120


def test_a_version_with_other_options_changes_nothing() -> None:
    other = a_question(slug="two", key={"options": ["later", "never"], "right": ["later"]})
    assert not fits(TWO, other)
    assert marked(Correction("c", "two", "version", "r"), versions={"c": other}) == marked()
    assert marked(Correction("c", "two", "version", "r")) == marked()
    assert not fits(TWO, a_question("order", slug="two"))


def test_a_blank_earns_nothing_whatever_is_accepted() -> None:
    found = grade(a_paper(ONE), {}, corrections=[Correction("c", "one", "accept", None)])
    assert found.earned == 0


KINDS_OF = st.sampled_from(["void", "accept", "version"])


@given(
    st.lists(st.tuples(st.sampled_from(["q0", "q1", "q2", "q9"]), KINDS_OF), max_size=5),
    st.lists(st.sampled_from(BY_MACHINE), min_size=3, max_size=3),
)
def test_taking_every_correction_back_brings_every_mark_back(
    given_: list[tuple[str, str]], kinds: list[str]
) -> None:
    questions = [a_question(kind, slug=f"q{n}") for n, kind in enumerate(kinds)]
    answers: dict[str, Any] = {"q0": questions[0].right_answer, "q1": "here", "q2": ["a"]}
    corrections = [
        Correction(str(n), question, kind, answers.get(question))
        for n, (question, kind) in enumerate(given_)
    ]
    versions = {c.id: questions[0] for c in corrections}
    before = grade(a_paper(*questions), answers)
    during = grade(a_paper(*questions), answers, corrections=corrections, versions=versions)
    again = grade(a_paper(*questions), answers, corrections=corrections, versions=versions)
    assert during == again
    assert 0 <= during.earned <= during.possible <= before.possible
    assert grade(a_paper(*questions), answers) == before
