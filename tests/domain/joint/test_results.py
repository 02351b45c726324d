"""Answers are counted once, told in tenths, and only of groups; the agenda can be done by hand."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lms.domain.joint.results import Vote, agenda, by_side, counted, tenths
from tests.domain.joint.exercises import EXERCISE

VOTES = st.lists(
    st.builds(
        Vote,
        key=st.uuids().map(str),
        card=st.sampled_from("pqrst"),
        scene=st.sampled_from(["one", "two"]),
        letter=st.sampled_from("ab"),
        turn=st.integers(1, 4),
        side=st.sampled_from(["observer", "commission"]),
        home=st.just("observer"),
    ),
    max_size=30,
    unique_by=lambda vote: (vote.card, vote.scene, vote.turn),
)


@given(VOTES, st.integers())
def test_a_vote_counts_once_however_often_and_in_what_order_it_arrives(
    votes: list[Vote], seed: int
) -> None:
    arrived = [*votes, *votes]
    Random(seed).shuffle(arrived)
    found = counted(arrived)
    assert found == counted(votes)
    assert len(found) == len({(vote.card, vote.scene) for vote in votes})
    for vote in found:
        same = [v.turn for v in votes if (v.card, v.scene) == (vote.card, vote.scene)]
        assert vote.turn == max(same)


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 50)))
def test_shares_are_ten_in_all_and_nothing_is_told_of_a_small_group(counts: dict[str, int]) -> None:
    found = tenths(counts, "abcd")
    total = sum(counts.values())
    assert (found is None) == (total < 5)
    if found is not None:
        assert sum(found.values()) == 10
        for letter, share in found.items():
            assert abs(share * total - 10 * counts.get(letter, 0)) < total


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 20), min_size=1), st.integers(2, 9))
def test_a_group_so_many_times_as_large_is_told_the_same(counts: dict[str, int], by: int) -> None:
    if sum(counts.values()) >= 5:
        larger = {letter: by * number for letter, number in counts.items()}
        assert tenths(counts, "abcd") == tenths(larger, "abcd")


def test_shares_by_hand() -> None:
    assert tenths({"a": 3, "b": 3}, "ab") == {"a": 5, "b": 5}
    assert tenths({"a": 2, "b": 2, "c": 2}, "abc") == {"a": 4, "b": 3, "c": 3}
    assert tenths({"a": 5, "b": 1}, "ab") == {"a": 8, "b": 2}
    assert tenths({"a": 4}, "ab") is None


def test_raised_cards_count_beside_the_phones() -> None:
    votes = [Vote(f"k{n}", f"p{n}", "one", "a", 1, "observer", "commission") for n in range(5)]
    raised = {"observer": {"a": 2, "b": 3}}
    assert by_side(votes, raised) == {"observer": {"a": 7, "b": 3}, "commission": {}}


def test_cards_that_nobody_raised_do_not_lay_open_what_a_few_phones_said() -> None:
    votes = [Vote(f"k{n}", f"p{n}", "one", "b", 1, "observer", "commission") for n in range(4)]
    assert by_side(votes, {"observer": {"a": 6}})["observer"] == {"a": 6}
    assert by_side(votes, {"observer": {"a": 0}})["observer"] == {"a": 0, "b": 4}


def answers(question: str, observer: str, commission: str) -> list[Vote]:
    homes = [("observer", observer), ("commission", commission)]
    return [
        Vote(f"{question}{home}{n}", f"{home}{n}", question, letter, 1, home, home)
        for home, letters in homes
        for n, letter in enumerate(letters)
    ]


def test_the_largest_disagreement_comes_first() -> None:
    # When: 10 of 10 observers say a, 5 of 10 members do: half of them would have to change.
    # Where: 8 in 10 against 2 in 10: six tenths.
    votes = answers("when", "aaaaaaaaaa", "aaaaabbbbb") + answers("where", "aaaad", "addbb")
    points = agenda(EXERCISE, votes)
    assert [(point.question, point.tenths) for point in points] == [("where", 6), ("when", 5)]
    assert points[0].observer == {"a": 8, "b": 0, "c": 0, "d": 2}
    assert points[0].commission == {"a": 2, "b": 4, "c": 0, "d": 4}


def test_a_question_that_four_answered_is_not_on_the_agenda() -> None:
    assert agenda(EXERCISE, answers("when", "aaaa", "bbbbb")) == ()
    assert agenda(EXERCISE, answers("when", "aaaaa", "aaaaa")) == ()
