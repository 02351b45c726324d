"""Aliases say nothing of a person; three numbers that differ are a flag."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.joint import aliases
from lms.domain.joint.attendance import Reckoning, code_at, fits
from tests.domain.joint.exercises import START, after


def test_there_are_enough_aliases_and_each_is_its_own_in_every_language() -> None:
    for language in ("en", "ru", "kk"):
        words = {aliases.alias(number, language) for number in range(aliases.HOW_MANY)}
        assert len(words) == aliases.HOW_MANY >= 500


def test_an_alias_is_drawn_once_until_all_are_taken() -> None:
    taken: set[int] = set()
    for _ in range(aliases.HOW_MANY):
        taken.add(aliases.draw_alias(taken, Random(len(taken))))
    assert len(taken) == aliases.HOW_MANY
    with pytest.raises(LookupError):
        aliases.draw_alias(taken, Random(1))


def test_one_person_in_two_sessions_is_to_everybody_else_two_people() -> None:
    """Pairs of aliases that one person had in two sessions beside pairs of two people: by the chi
    squared of their places in ten classes nobody can tell one kind of pair from the other."""
    random = Random(20260301)

    def session() -> list[int]:
        taken: list[int] = []
        for _ in range(20):
            taken.append(aliases.draw_alias(taken, random))
        return taken

    classes = 10
    same, other = [0] * classes, [0] * classes
    for _ in range(200):
        first, second = session(), session()
        for person in range(20):
            for counts, who in ((same, person), (other, (person + 7) % 20)):
                apart = (second[who] - first[person]) % aliases.HOW_MANY
                counts[apart * classes // aliases.HOW_MANY] += 1
    expected = [(a + b) / 2 for a, b in zip(same, other, strict=True)]
    statistic = sum(
        (count - want) ** 2 / want
        for counts in (same, other)
        for count, want in zip(counts, expected, strict=True)
    )
    assert statistic < 21.67  # nine degrees of freedom, one in a hundred


@given(st.binary(min_size=32, max_size=32), st.integers(0, 59))
def test_the_code_on_the_wall_holds_for_a_minute_and_the_one_after(key: bytes, second: int) -> None:
    moment = after(seconds=second)
    typed = code_at(key, moment)
    assert fits(key, f" {typed[:2]} {typed[2:]} ", moment)
    assert fits(key, typed, moment.replace(minute=1, second=59))
    later = moment.replace(minute=5)
    assert fits(key, typed, later) == (typed in (code_at(key, later), code_at(key, later, back=1)))


@given(st.integers(0, 9), st.none() | st.integers(0, 9), st.none() | st.integers(0, 9))
def test_numbers_that_differ_are_a_flag(codes: int, heads: int | None, paper: int | None) -> None:
    found = Reckoning(codes, heads, paper)
    given_numbers = {n for n in (codes, heads, paper) if n is not None}
    if heads is None and paper is None:
        assert found.state == "open"
    else:
        assert (found.state == "agrees") == (len(given_numbers) == 1)
        assert bool(found.differences) == (found.state == "differs")


def test_the_code_changes() -> None:
    assert len({code_at(b"k" * 32, START.replace(minute=n)) for n in range(60)}) > 50
