import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.conditions import BadCondition, Value, comparisons, literal, names, parse

KNOWN: dict[str, Value] = {
    "safety": 3,
    "record": 1,
    "elapsed": 12,
    "in_room": True,
    "called": False,
    "copy": "none",
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("safety >= 3", True),
        ("safety > 3", False),
        ("safety < 4 and record == 1", True),
        ("record <= 0 or elapsed != 12", False),
        ("2 <= safety", True),
        ("safety == +3", True),
        ("record > -1", True),
        ("record < safety", True),
        ("copy == none", True),
        ("copy != 'none'", False),
        ('copy == "at the door"', False),
        ("in_room", True),
        ("not called", True),
        ("not not in_room", True),
        ("called == false", True),
        ("in_room == 1", False),
        ("called and in_room or safety == 3", True),
        ("called and (in_room or safety == 3)", False),
        ("not (called or in_room)", False),
        ("not called and in_room", True),
    ],
)
def test_a_condition_holds_or_does_not(text: str, holds: bool) -> None:
    assert parse(text, KNOWN).holds(KNOWN) is holds


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "expected"),
        ("saftey >= 1", "'saftey'"),
        ("none == none", "neither"),
        ("safety", "not true or false"),
        ("copy", "not true or false"),
        ("nowhere", "not a flag"),
        ("copy >= 1", "numbers only"),
        ("in_room > 0", "numbers only"),
        ("safety >= none", "numbers only"),
        ("safety = 1", "not part of a condition"),
        ("safety >= ", "expected"),
        ("(safety >= 1", "not closed"),
        ("safety >= 1)", "nothing more"),
        ("safety >= 1 2", "nothing more"),
        ("and safety >= 1", "expected"),
        ("__import__('os')", "not a flag"),
        ("(" * 40 + "in_room" + ")" * 40, "deep"),
        ("not " * 40 + "in_room", "deep"),
        ("in_room and " * 60 + "in_room", "500"),
    ],
)
def test_a_condition_that_cannot_be_read_says_what_is_wrong(text: str, what: str) -> None:
    with pytest.raises(BadCondition) as caught:
        parse(text, KNOWN)
    assert what in caught.value.what


def test_an_ordering_of_a_flag_that_became_a_word_is_false() -> None:
    condition = parse("tries >= 1", {"tries": 0})
    assert condition.holds({"tries": 2})
    assert not condition.holds({"tries": "many"})


def test_a_condition_names_what_it_looks_at() -> None:
    condition = parse("not (safety >= 1 and copy == none) or called", KNOWN)
    assert names(condition) == {"safety", "copy", "called"}
    assert len(comparisons(condition)) == 3


def test_values_are_what_an_author_means_by_them() -> None:
    assert [literal(text) for text in ("true", "false", "3", "-2", "none", "1.5")] == [
        True,
        False,
        3,
        -2,
        "none",
        "1.5",
    ]


TOKENS = ["safety", "copy", "called", "nowhere", ">=", "==", "<", "1", "none", "and", "or", "not"]


@given(st.lists(st.sampled_from([*TOKENS, "(", ")", "'x'"]), max_size=12) | st.text(max_size=40))
def test_whatever_is_written_is_a_condition_or_bad(tokens: list[str] | str) -> None:
    text = tokens if isinstance(tokens, str) else " ".join(tokens)
    try:
        condition = parse(text, KNOWN)
    except BadCondition as bad:
        assert bad.what
        return
    assert condition.holds(KNOWN) in (True, False)
    assert names(condition) <= set(KNOWN)
