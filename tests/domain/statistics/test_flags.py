"""A planted fault is found, and a sound question is left alone."""

from __future__ import annotations

import os

import pytest

from lms.domain.statistics.flags import Kind, Level, strict_items
from tests.domain.statistics.cohorts import (
    BACKWARDS,
    MISTRANSLATED,
    PLANTED,
    WRONG_KEY,
    a_cohort,
)

SEED = int(os.environ.get("LMS_SEED", "20190609"))
COHORTS = 40 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 6


@pytest.mark.parametrize("number", range(COHORTS))
def test_of_sixty_questions_exactly_the_three_broken_ones_are_flagged_strictly(
    number: int,
) -> None:
    found = a_cohort(SEED + number).flags()
    assert strict_items(found) == PLANTED
    kinds = {(flag.item, flag.kind) for flag in found if flag.level is Level.STRICT}
    assert (MISTRANSLATED, Kind.GAP) in kinds
    assert (WRONG_KEY, Kind.RIVAL) in kinds
    assert (BACKWARDS, Kind.NEGATIVE) in kinds


def test_the_gap_names_the_language_that_is_harder() -> None:
    cohort = a_cohort(SEED)
    gaps = {gap.group: gap for gap in cohort.gaps() if gap.item == MISTRANSLATED}
    assert (gaps["kk"].share.value or 0) < -0.3
    assert (gaps["ru"].share.value or 0) > 0


def test_the_rival_is_the_answer_that_should_have_been_the_key() -> None:
    rival = a_cohort(SEED).tables()[WRONG_KEY].rival
    assert rival is not None
    assert rival.option == "a"


def test_a_sound_exam_has_no_strict_flag() -> None:
    assert not strict_items(a_cohort(SEED, faults=frozenset()).flags())


@pytest.mark.parametrize("number", range(4))
def test_a_mistranslation_is_found_with_sixty_answers_in_each_language(number: int) -> None:
    only = frozenset({MISTRANSLATED})
    found = a_cohort(SEED + number, people=180, faults=only, turned=True).flags()
    assert strict_items(found) == only


def test_a_cohort_of_one_language_has_no_gaps() -> None:
    cohort = a_cohort(SEED, people=60, items=10, faults=frozenset())
    cohort.languages[:] = ["en"] * 60
    assert cohort.gaps() == ()


def test_a_third_counts_everybody_once() -> None:
    cohort = a_cohort(SEED, people=61, items=10, faults=frozenset())
    for table in cohort.tables().values():
        assert sum(table.thirds) == 61
        assert sum(choice.chosen for choice in table.choices) == 61
        for place in range(3):
            assert sum(choice.thirds[place] for choice in table.choices) == table.thirds[place]
