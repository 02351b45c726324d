import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.grading import grade
from lms.domain.mastery import Evidence, Standing, Tally, add, evidence_of, fold
from tests.domain.builders import NOON, a_paper, a_question


def after(answers: str) -> Tally:
    tally = Tally()
    for letter in answers:
        tally = add(tally, letter == "1", NOON)
    return tally


@pytest.mark.parametrize(
    ("answers", "standing"),
    [
        ("", Standing.UNSEEN),
        ("0", Standing.WEAK),
        ("1", Standing.SHOWN),
        ("11", Standing.SHOWN),
        ("111", Standing.MASTERED),
        ("1011", Standing.MASTERED),
        ("1101", Standing.MASTERED),
        ("1110", Standing.WEAK),
        ("1001", Standing.SHOWN),
        ("111101", Standing.MASTERED),
        ("1111001", Standing.SHOWN),
        ("0000111", Standing.MASTERED),
    ],
)
def test_mastery_is_three_right_of_the_last_four_with_the_last_right(
    answers: str, standing: Standing
) -> None:
    assert after(answers).standing is standing


def test_a_tally_remembers_the_last_four_and_counts_all() -> None:
    tally = after("0011101")
    assert (tally.last, tally.seen, tally.right) == ("1101", 7, 4)


def test_a_weight_counts_as_so_many_interactions() -> None:
    tally = add(Tally(), True, NOON, weight=3)
    assert (tally.last, tally.seen, tally.right) == ("111", 3, 3)
    assert tally.standing is Standing.MASTERED
    with pytest.raises(ValueError, match="1 or more"):
        add(tally, True, NOON, weight=0)


def test_evidence_is_folded_by_rule_in_the_order_of_its_moments() -> None:
    later = NOON + timedelta(hours=1)
    tallies = fold(
        [
            Evidence("copy", True, later),
            Evidence("calm", True, NOON),
            Evidence("copy", False, NOON),
        ],
        before={"copy": Tally("1", 1, 1, NOON - timedelta(days=1))},
    )
    assert tallies["copy"] == Tally("101", 3, 2, later)
    assert tallies["calm"] == Tally("1", 1, 1, NOON)


def test_a_marked_paper_is_evidence_for_every_rule_of_its_questions() -> None:
    paper = a_paper(
        a_question(slug="one", rules=["copy", "calm"]), a_question("multiple", slug="two")
    )
    result = grade(paper, {"one": "here", "two": ["a", "b"]})
    assert evidence_of(paper, result, NOON, weight=2) == (
        Evidence("copy", True, NOON, 2),
        Evidence("calm", True, NOON, 2),
        Evidence("protocol-copy", False, NOON, 2),
    )


@given(st.lists(st.booleans(), max_size=12))
def test_a_tally_survives_its_document(answers: list[bool]) -> None:
    tally = Tally()
    for right in answers:
        tally = add(tally, right, NOON)
        assert Tally.from_document(json.loads(json.dumps(tally.to_document()))) == tally
    assert tally.seen == len(answers)
    assert tally.right == sum(answers)
    assert Tally.from_document({}) == Tally()
