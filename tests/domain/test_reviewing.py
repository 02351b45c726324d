"""What native speakers decided: the last word counts, for these very words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from lms.domain.reviewing import Decision, Verdict, amendments, progress, standing

AT = datetime(2026, 3, 1, tzinfo=UTC)


def decision(pair: str, words: str | None = None, minutes: int = 0) -> Decision:
    verdict = Verdict.APPROVED if words is None else Verdict.AMENDED
    result = pair if words is None else f"{pair}={words}"
    return Decision(pair, result, verdict, words, "", uuid4(), AT + timedelta(minutes=minutes))


def test_a_later_decision_replaces_an_earlier_one() -> None:
    found = standing([decision("a", "x", minutes=2), decision("a", minutes=1)])
    assert amendments(["a"], found) == {"a": "x"}
    again = standing([decision("a", "x", minutes=2), decision("a", minutes=3)])
    assert amendments(["a"], again) == {}


def test_an_amendment_counts_as_approved_once_its_words_stand_there() -> None:
    found = standing([decision("a", "x")])
    assert progress(["a"], found).amended == 1
    put_in = progress(["a=x"], found)
    assert (put_in.approved, put_in.amended, put_in.finished) == (1, 0, True)
    assert amendments(["a=x"], found) == {}


def test_a_file_without_blocks_is_never_finished() -> None:
    assert not progress([], {}).finished


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([None, "x", "y"])), max_size=8),
    st.lists(st.sampled_from("abcd"), max_size=6),
)
def test_approved_amended_and_left_are_all_blocks_there_are(
    made: list[tuple[str, str | None]], pairs: list[str]
) -> None:
    found = standing(decision(pair, words, n) for n, (pair, words) in enumerate(made))
    how = progress(pairs, found)
    assert how.approved + how.amended + how.left == how.total == len(pairs)
    assert how.approved + how.amended == sum(pair in found for pair in pairs)
    assert how.amended == sum(pair in amendments(pairs, found) for pair in pairs)
