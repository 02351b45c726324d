import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.questions import KINDS, POINTS, Unreadable, question
from lms.domain.questions.reading import read_number
from tests.domain.builders import BY_MACHINE, KEYS, TEXTS, a_question, seeded


def the_code_of(kind: str, fields: dict[str, list[str]], **changes: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        a_question(kind, **changes).read(fields)
    return caught.value.code


def test_there_are_ten_types() -> None:
    assert sorted(KINDS) == sorted(KEYS)
    assert all(kind.kind == name for name, kind in KINDS.items())


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown type of question 'riddle'"):
        question({"slug": "q", "type": "riddle"})


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("single", {"options": ["a", "b"], "right": ["a", "b"]}),
        ("single", {"options": ["a", "b"], "right": ["c"]}),
        ("truefalse", {"options": ["a", "b", "c"], "right": ["a"]}),
        ("multiple", {"options": ["a", "b"], "right": []}),
        ("order", {"items": []}),
        ("order", {"items": ["a", "a"]}),
        ("match", {"left": ["a"], "right": ["x"], "pairs": {}}),
        ("match", {"left": ["a"], "right": ["x"], "pairs": {"a": "y"}}),
        ("number", {"value": "many"}),
        ("gaps", {"gaps": ["g1", "g3"]}),
    ],
)
def test_a_key_that_cannot_be_used_is_an_error(kind: str, key: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        a_question(kind, key=key)


def test_a_text_that_accepts_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one answer"):
        a_question("text", texts={"en": {}})


@pytest.mark.parametrize("kind", BY_MACHINE)
def test_the_right_answer_earns_everything_and_a_blank_nothing(kind: str) -> None:
    asked = a_question(kind)
    assert asked.earned(asked.right_answer) == POINTS == 60
    assert asked.earned(None) == 0
    assert asked.right_parts(None) == frozenset()
    assert asked.is_blank(None)
    assert not asked.is_blank(asked.right_answer)
    assert asked.right_parts(asked.right_answer) <= set(asked.parts)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answer", ["", "gone", [], ["gone"], {}, {"gone": "gone"}, ["a", "gone"]])
def test_an_answer_of_another_shape_or_version_is_never_right(kind: str, answer: Any) -> None:
    asked = a_question(kind)
    assert 0 <= asked.earned(answer) < POINTS
    assert asked.right_parts(answer) <= set(asked.parts)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_says_nothing_is_blank(kind: str) -> None:
    asked = a_question(kind)
    names = ["answer", "csrf_token"] + [
        f"{p}-{part}" for p in ("place", "match", "gap") for part in asked.parts
    ]
    assert asked.read({}) is None
    assert asked.read({name: ["", "  "] for name in names if name != "csrf_token"}) is None


# single and true or false


def test_a_single_choice_is_read_and_marked() -> None:
    asked = a_question("single")
    assert asked.read({"answer": ["later"]}) == "later"
    assert asked.read({"answer": ["here", "here"]}) == "here"
    assert [asked.earned(option) for option in asked.parts] == [60, 0, 0]
    assert asked.right_parts("here") == {"here"}
    assert asked.right_parts("later") == frozenset()


def test_a_single_choice_refuses_what_is_not_offered_and_more_than_one() -> None:
    assert the_code_of("single", {"answer": ["gone"]}) == "unknown-option"
    assert the_code_of("single", {"answer": ["here", "later"]}) == "one-only"


def test_true_and_false_stay_as_they_were_written() -> None:
    shown = {tuple(a_question("truefalse").shuffled(seeded(n))["options"]) for n in range(20)}
    assert shown == {("yes", "no")}


# multiple


@pytest.mark.parametrize(
    ("chosen", "points"),
    [
        (["a", "b", "c"], 60),
        (["a", "b"], 40),
        (["a"], 20),
        (["a", "d"], 0),
        (["a", "b", "d"], 20),
        (["a", "b", "c", "d"], 40),
        (["d"], 0),
    ],
)
def test_a_wrong_option_takes_back_what_a_right_one_gave(chosen: list[str], points: int) -> None:
    assert a_question("multiple").earned(chosen) == points


def test_chosen_options_are_read_in_the_order_as_written() -> None:
    assert a_question("multiple").read({"answer": ["c", "a", "c"]}) == ["a", "c"]
    assert the_code_of("multiple", {"answer": ["a", "gone"]}) == "unknown-option"
    assert a_question("multiple").right_parts(["a", "d"]) == {"a"}


# order


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        (["seal", "open", "count", "sign"], 60),
        (["seal", "count", "open", "sign"], 40),
        (["open", "count", "sign", "seal"], 40),
        (["open", "sign", "seal", "count"], 20),
        (["sign", "count", "open", "seal"], 0),
        (["seal", "open", "count"], 0),
        (["seal", "seal", "open", "count"], 0),
    ],
)
def test_order_earns_by_neighbours_in_the_right_order(answer: list[str], points: int) -> None:
    assert a_question("order").earned(answer) == points


def test_only_the_right_order_earns_everything() -> None:
    asked = a_question("order")
    full = [list(p) for p in permutations(asked.parts) if asked.earned(list(p)) == POINTS]
    assert full == [["seal", "open", "count", "sign"]]


def test_places_are_read_into_an_order() -> None:
    fields = {"place-seal": ["2"], "place-open": ["1"], "place-count": ["4"], "place-sign": ["3"]}
    assert a_question("order").read(fields) == ["open", "seal", "sign", "count"]
    assert a_question("order").right_parts(["seal", "count", "open", "sign"]) == {"seal", "sign"}


@pytest.mark.parametrize(
    ("places", "code"),
    [
        (["1", "2", "3", ""], "place-missing"),
        (["1", "2", "3", "3"], "place-twice"),
        (["1", "2", "3", "5"], "place-outside"),
        (["0", "1", "2", "3"], "place-outside"),
        (["1", "2", "3", "3,5"], "place-outside"),
        (["1", "2", "3", "last"], "not-a-number"),
    ],
)
def test_places_that_make_no_order_are_named(places: list[str], code: str) -> None:
    items = ["seal", "open", "count", "sign"]
    fields = {f"place-{item}": [place] for item, place in zip(items, places, strict=True)}
    assert the_code_of("order", fields) == code


def test_the_shown_order_is_never_the_right_one() -> None:
    two = a_question("order", key={"items": ["first", "second"]})
    assert {tuple(two.shuffled(seeded(n))["items"]) for n in range(20)} == {("second", "first")}
    four = a_question("order")
    shown = [tuple(four.shuffled(seeded(n))["items"]) for n in range(300)]
    assert four.parts not in shown
    assert len(set(shown)) == 23


def test_one_item_alone_is_in_order() -> None:
    one = a_question("order", key={"items": ["only"]})
    assert one.shuffled(seeded(1)) == {"items": ["only"]}
    assert one.earned(["only"]) == 60


# match


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ({"chair": "signs", "member": "signs", "observer": "watches"}, 60),
        ({"chair": "signs", "member": "signs", "observer": "signs"}, 40),
        ({"chair": "signs"}, 20),
        ({"chair": "watches"}, 0),
    ],
)
def test_matching_earns_by_right_pairs(answer: dict[str, str], points: int) -> None:
    assert a_question("match").earned(answer) == points


def test_pairs_are_read_and_open_ones_left_out() -> None:
    fields = {"match-chair": ["signs"], "match-member": [""], "match-observer": ["signs"]}
    assert a_question("match").read(fields) == {"chair": "signs", "observer": "signs"}
    assert the_code_of("match", {"match-chair": ["dances"]}) == "unknown-option"
    assert the_code_of("match", {"match-chair": ["signs", "watches"]}) == "one-only"
    assert a_question("match").right_parts({"chair": "signs", "observer": "signs"}) == {"chair"}


def test_only_the_right_side_of_a_match_moves() -> None:
    order = a_question("match").shuffled(seeded(3))
    assert order["left"] == ["chair", "member", "observer"]
    assert sorted(order["right"]) == ["signs", "watches"]


# number


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("1240", "1240"),
        ("1 240", "1240"),
        ("1,240", "1240"),
        ("1240,5", "1240.5"),
        ("1240.50", "1240.5"),
        ("1\N{NO-BREAK SPACE}240", "1240"),
        ("1\N{THIN SPACE}240", "1240"),
        ("1\N{NARROW NO-BREAK SPACE}240", "1240"),
        ("1,240,000.25", "1240000.25"),
        ("1.240,5", "1240.5"),
        ("0,125", "0.125"),
        ("007", "7"),
        ("-5", "-5"),
        ("\N{MINUS SIGN}5", "-5"),
        ("-0", "0"),
        ("+7", "7"),
        ("１２", "12"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, plain: str) -> None:
    assert read_number(typed) == plain


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1e999", "not-a-number"),
        ("NaN", "not-a-number"),
        ("inf", "not-a-number"),
        ("12 40", "not-a-number"),
        ("1,24,0", "not-a-number"),
        ("about 12", "not-a-number"),
        ("5-7", "not-a-number"),
        ("", "not-a-number"),
        ("9" * 21, "too-long"),
        ("1." + "3" * 20, "too-long"),
        ("1" * 10_000, "too-long"),
    ],
)
def test_what_is_no_number_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_number(typed)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("answer", "points"),
    [("1240", 60), ("1235", 60), ("1245", 60), ("1245.01", 0), ("1234.99", 0), ("1e9999999", 0)],
)
def test_a_number_is_right_within_its_tolerance(answer: str, points: int) -> None:
    assert a_question("number").earned(answer) == points


def test_tolerance_is_exact_where_floating_numbers_are_not() -> None:
    tenths = a_question("number", key={"value": "0.3", "tolerance": "0.1"})
    assert tenths.earned("0.2") == 60
    exact = a_question("number", key={"value": "0.3"})
    assert exact.earned("0.3") == 60
    assert exact.earned("0.30000000000000004") == 0


def test_a_unit_of_any_language_may_follow_a_number() -> None:
    asked = a_question("number")
    assert asked.read({"answer": ["1 240 ballots"]}) == "1240"
    assert asked.read({"answer": ["1240 Бюллетеней"]}) == "1240"
    assert the_code_of("number", {"answer": ["1240 voters"]}) == "not-a-number"


# text and gaps


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        ("protocol", 60),
        ("  PROTOCOL   of  results. ", 60),
        ("«Протокол учета»", 60),
        ("ХАТТАМА", 60),
        ("the protocol", 0),
    ],
)
def test_accepted_words_count_in_any_language_and_spelling(answer: str, points: int) -> None:
    assert a_question("text").earned(answer) == points


def test_a_text_is_kept_as_typed_without_what_cannot_be_seen() -> None:
    assert a_question("text").read({"answer": [" Pro\u200bto\x00col  2 "]}) == "Proto col 2"
    assert a_question("text").read({"answer": ["\u200b"]}) is None


def test_a_text_is_at_most_500_characters() -> None:
    assert a_question("text").read({"answer": ["x" * 500]}) == "x" * 500
    assert the_code_of("text", {"answer": ["x" * 501]}) == "too-long"
    assert the_code_of("text", {"answer": ["x", "y"]}) == "one-only"
    assert the_code_of("gaps", {"gap-g1": ["x" * 501]}) == "too-long"


def test_gaps_earn_by_right_gaps() -> None:
    asked = a_question("gaps")
    assert asked.read({"gap-g1": ["Seal"], "gap-g2": [" "]}) == {"g1": "Seal"}
    assert asked.earned({"g1": "Seal"}) == 30
    assert asked.earned({"g1": "печать", "g2": "signature"}) == 60
    assert asked.earned({"g1": "signature", "g2": "stamp"}) == 0
    assert asked.right_parts({"g1": "seal", "g2": "stamp"}) == {"g1"}


# of every type

ANY_TEXT = st.text(max_size=30) | st.sampled_from(
    ["here", "a", "yes", "1", "2", "3", "4", "signs", "1 240", "protocol", "\ud800", "x" * 600]
)


@st.composite
def a_form(draw: st.DrawFn) -> dict[str, list[str]]:
    parts = ["seal", "open", "count", "sign", "chair", "member", "g1", "g2", "gone"]
    names = ["answer"] + [f"{p}-{part}" for p in ("place", "match", "gap") for part in parts]
    return draw(st.dictionaries(st.sampled_from(names), st.lists(ANY_TEXT, max_size=4)))


@given(st.sampled_from(sorted(KINDS)), a_form())
def test_whatever_is_typed_is_an_answer_or_unreadable(kind: str, fields: dict[str, Any]) -> None:
    asked = a_question(kind)
    try:
        answer = asked.read(fields)
    except Unreadable as refused:
        assert refused.code
        return
    again = json.loads(json.dumps(answer).encode())
    assert again == answer
    json.dumps(answer, ensure_ascii=False).encode()
    assert not asked.is_knocked_out(answer)
    assert 0 <= asked.earned(answer) <= POINTS
    if asked.earned(answer) == POINTS:
        assert asked.right_parts(answer) == asked.right_parts(asked.right_answer)


@given(st.sampled_from(sorted(KINDS)), st.integers(), st.integers(), a_form())
def test_marking_does_not_depend_on_the_drawn_order_or_the_language(
    kind: str, one: int, other: int, fields: dict[str, Any]
) -> None:
    asked = a_question(kind)
    languages = TEXTS.get(kind, {})
    turned = a_question(kind, texts=dict(reversed(languages.items())) or {"kk": {}})
    first, second = asked.shuffled(seeded(one)), asked.shuffled(seeded(other))
    assert {k: sorted(v) for k, v in first.items()} == {k: sorted(v) for k, v in second.items()}
    try:
        answer = asked.read(fields)
    except Unreadable:
        return
    assert turned.read(fields) == answer
    assert turned.earned(answer) == asked.earned(answer)


@given(st.sampled_from(["single", "multiple"]), st.sets(st.sampled_from("abcd"), min_size=1))
def test_full_marks_only_for_the_right_options(kind: str, chosen: set[str]) -> None:
    right = ["b"] if kind == "single" else ["b", "d"]
    asked = a_question(kind, key={"options": list("abcd"), "right": right})
    answer: Any = sorted(chosen) if kind == "multiple" else min(chosen)
    picked = chosen if kind == "multiple" else {min(chosen)}
    assert (asked.earned(answer) == POINTS) == (picked == set(right))


def test_a_form_read_letter_by_letter_is_a_mistake_of_ours_not_of_the_trainee() -> None:
    with pytest.raises(TypeError):
        a_question("single").read({"answer": "here"})
