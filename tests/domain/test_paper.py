"""A strip of marks typed from paper: read back as written, or refused."""

from __future__ import annotations

import itertools
import os
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.paper import (
    ALPHABET,
    CODE_LENGTH,
    MARKS,
    MOST_LINES,
    Unreadable,
    check_character,
    pair,
    read_code,
    read_strip,
    shown_code,
)

# Sheets of which every slip is tried; 50 in the long tier.
SLIPS = int(os.environ.get("LMS_PAPER_SHEETS", "4"))

codes = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
sheets = st.lists(
    st.integers(1, 4).flatmap(lambda top: st.tuples(st.just(top), st.integers(0, top))),
    min_size=1,
    max_size=MOST_LINES,
)


def strip(code: str, sheet: list[tuple[int, int]]) -> str:
    return "".join(pair(code, n, mark, top) for n, (top, mark) in enumerate(sheet))


@given(codes, sheets)
def test_what_was_ticked_is_what_is_read(code: str, sheet: list[tuple[int, int]]) -> None:
    tops, marks = [top for top, _ in sheet], tuple(mark for _, mark in sheet)
    assert read_strip(code, tops, strip(code, sheet)) == marks
    assert read_strip(code, tops, " ".join(strip(code, sheet)).lower()) == marks


def test_fifty_sheets_come_back() -> None:
    random = Random(14)
    for _sheet in range(50):
        code = "".join(random.choices(ALPHABET, k=CODE_LENGTH))
        sheet = [(top, random.randint(0, top)) for top in random.choices((1, 2, 3), k=8)]
        tops, marks = [top for top, _ in sheet], tuple(mark for _, mark in sheet)
        assert read_strip(code, tops, strip(code, sheet)) == marks


def test_no_slip_of_one_sign_or_one_mark_goes_unseen() -> None:
    random = Random(14)
    for _sheet in range(SLIPS):
        code = "".join(random.choices(ALPHABET, k=CODE_LENGTH))
        sheet = [(top, random.randint(0, top)) for top in random.choices((1, 2, 3), k=8)]
        tops, right = [top for top, _ in sheet], strip(code, sheet)
        for place, wrong in itertools.product(range(len(right)), ALPHABET + "Z"):
            if wrong != right[place]:
                with pytest.raises(Unreadable):
                    read_strip(code, tops, right[:place] + wrong + right[place + 1 :])
        for place in range(len(right) - 1):
            swapped = list(right)
            swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
            if "".join(swapped) != right:
                with pytest.raises(Unreadable):
                    read_strip(code, tops, "".join(swapped))
        pairs = [right[n : n + 2] for n in range(0, len(right), 2)]
        for one, other in itertools.combinations(range(len(pairs)), 2):
            moved = list(pairs)
            moved[one], moved[other] = moved[other], moved[one]
            with pytest.raises(Unreadable):
                read_strip(code, tops, "".join(moved))
        for gone in range(len(pairs)):
            with pytest.raises(Unreadable):
                read_strip(code, tops, "".join(pairs[:gone] + pairs[gone + 1 :]))


def test_a_strip_says_which_line_does_not_fit() -> None:
    code, tops = "0000000A", [1, 1, 1]
    good = [pair(code, n, 1, 1) for n in range(3)]
    with pytest.raises(Unreadable) as refused:
        read_strip(code, tops, good[0] + good[0] + good[2])
    assert refused.value.line == 2
    with pytest.raises(Unreadable) as short:
        read_strip(code, tops, good[0])
    assert short.value.line == 0


@given(codes)
def test_a_code_is_read_as_printed_and_in_look_alikes(code: str) -> None:
    printed = shown_code(code)
    assert read_code(printed) == code
    assert read_code(printed.lower().replace("b", "В").replace("0", "O")) == code


@given(codes, st.integers(0, CODE_LENGTH), st.sampled_from(ALPHABET))
def test_one_slip_in_a_code_is_refused(code: str, place: int, wrong: str) -> None:
    whole = code + check_character(code)
    if whole[place] != wrong:
        assert read_code(whole[:place] + wrong + whole[place + 1 :]) is None


def test_the_best_mark_is_the_first_letter() -> None:
    assert pair("00000000", 0, 2, 2)[0] == MARKS[0]
    assert pair("00000000", 0, 0, 2)[0] == MARKS[2]
