"""The statistics equal published values, and the formulas worked out another way."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.statistics import Analysis, Item, analyse, collect
from tests.domain.statistics import formulas
from tests.domain.statistics.published import ALPHAS, DATA, FACILITIES

EXACT = 1e-9


def analysed(rows: list[list[int]], maximum: int) -> Analysis:
    items = [Item(f"item {number}", maximum) for number in range(len(rows[0]))]
    return analyse(
        collect(items, [{f"item {n}": mark for n, mark in enumerate(row)} for row in rows])
    )


@pytest.mark.parametrize("name", DATA)
def test_facilities_and_alpha_are_those_that_were_published(name: str) -> None:
    found = analysed(*DATA[name])
    digits = 3 if name != "attitude" else 4
    facilities = tuple(round(item.facility.value or 0, digits) for item in found.items)
    assert facilities == FACILITIES[name]
    assert round((found.alpha.value or 0) / 100, 3) == ALPHAS[name]


@pytest.mark.parametrize("name", DATA)
def test_every_number_of_an_item_equals_the_textbook_s(name: str) -> None:
    rows, maximum = DATA[name]
    for number, item in enumerate(analysed(rows, maximum).items):
        for figure, wanted in formulas.of_item(rows, number, maximum).items():
            assert getattr(item, figure).value == pytest.approx(wanted, rel=EXACT, abs=EXACT)


@pytest.mark.parametrize("name", DATA)
def test_every_number_of_the_test_equals_the_textbook_s(name: str) -> None:
    rows, maximum = DATA[name]
    found = analysed(rows, maximum)
    for figure, wanted in formulas.of_test(rows).items():
        assert getattr(found, figure).value == pytest.approx(wanted, rel=EXACT, abs=EXACT)


def test_a_test_of_two_items_worked_out_by_hand() -> None:
    # x: 0 1 1 0, y: 0 2 1 1. Rests are the other item. cov = 1/3, var x = 1/3, var y = 2/3.
    items = [Item("x", 1), Item("y", 2)]
    rows = [{"x": 0, "y": 0}, {"x": 1, "y": 2}, {"x": 1, "y": 1}, {"x": 0, "y": 1}]
    found = analyse(collect(items, rows))
    x, y = found.items
    assert (x.facility.value, y.facility.value) == (0.5, 0.5)
    assert x.discrimination_index.value == pytest.approx(100 * (1 / 3) / (2 / 9) ** 0.5)
    # Sorted: 0 0 1 1 with 0 1 1 2: the sum of products 3, so that cov_max = (4·3 − 2·4)/12 = 1/3.
    assert x.discriminative_efficiency.value == pytest.approx(100.0)
    # cov with the total: x 2/3, y 1.
    assert x.effective_weight.value == pytest.approx(100 * (2 / 3) ** 0.5 / ((2 / 3) ** 0.5 + 1))
    # var X = 1/3 + 2/3 + 2/3 = 5/3.
    assert found.alpha.value == pytest.approx(100 * 2 * (1 - 1 / (5 / 3)))
    assert found.median.value == 1.5


def test_what_is_undefined_is_none() -> None:
    nobody = analyse(collect([Item("x", 1), Item("y", 1)], []))
    assert nobody.items[0].facility.value is None
    assert nobody.mean.value is None
    alike = analyse(collect([Item("x", 1), Item("y", 1)], [{"x": 1, "y": 0}] * 3))
    assert alike.items[0].discrimination_index.value is None
    assert alike.items[0].discriminative_efficiency.value is None
    assert alike.alpha.value is None
    assert alike.skewness.value is None
    one_item = analyse(collect([Item("x", 1)], [{"x": 1}, {"x": 0}, {"x": 0}]))
    assert one_item.alpha.value is None
    assert one_item.kurtosis.value is None


def test_an_item_that_works_against_the_total_has_no_weight() -> None:
    rows = [{"a": 0, "b": 3, "c": 1}, {"a": 1, "b": 0, "c": 0}, {"a": 0, "b": 3, "c": 1}]
    found = analyse(collect([Item("a", 1), Item("b", 3), Item("c", 1)], rows))
    assert found.items[0].effective_weight.value is None
    assert found.items[0].discrimination_index.value == pytest.approx(-100)
    weights = [item.effective_weight.value for item in found.items[1:]]
    assert sum(weight or 0 for weight in weights) == pytest.approx(100)


def test_drawn_papers_have_a_split_half_instead_of_alpha() -> None:
    random = Random(4)
    items = [Item(f"i{n}", 60) for n in range(30)]
    rows = []
    for _ in range(400):
        able = random.gauss(0, 1)
        drawn = random.sample(range(30), 12)
        rows.append({f"i{n}": 60 * (random.gauss(able, 1) > n / 15 - 1) for n in drawn})
    found = analyse(collect(items, rows, 60), Random(1))
    assert found.alpha.value is None
    assert found.split_half.value is not None
    assert found.split_half.interval is not None
    assert 60 < found.split_half.value < 95
    assert all(item.effective_weight.value is None for item in found.items)
    assert found == analyse(collect(items, rows, 60), Random(1))  # the same draw, the same halves


def test_papers_worth_different_sums_are_compared_in_percent() -> None:
    rows = [{"a": 1, "b": 1}, {"a": 1}, {"b": 0}, {"a": 0, "b": 1}]
    found = analyse(collect([Item("a", 1), Item("b", 1)], rows))
    assert found.in_percent
    assert found.mean.value == pytest.approx((100 + 100 + 0 + 50) / 4)


def test_little_data_gives_no_interval_and_says_that_its_evidence_is_weak() -> None:
    def of(count: int) -> Analysis:
        return analysed([[n % 2, n % 3 == 0, n % 5 == 0] for n in range(count)], 1)  # type: ignore[list-item]

    assert of(9).items[0].facility.interval is None
    assert of(10).items[0].facility.interval is not None
    assert of(29).items[0].discrimination_index.interval is None
    assert of(29).alpha.interval is None
    assert of(30).items[0].discrimination_index.interval is not None
    assert of(99).items[0].is_weak
    assert not of(100).items[0].is_weak


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=40))
def test_the_order_of_attempts_changes_no_number(rows: list[list[int]]) -> None:
    one, other = analysed(rows, 3), analysed(rows[::-1], 3)
    for first, second in zip(one.items, other.items, strict=True):
        assert first.facility.value == second.facility.value
        assert first.discrimination_index.value == second.discrimination_index.value
        assert first.discriminative_efficiency.value == second.discriminative_efficiency.value
    assert one.alpha.value == other.alpha.value


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=2, max_size=40))
def test_indices_stay_within_their_bounds(rows: list[list[int]]) -> None:
    found = analysed(rows, 3)
    for item in found.items:
        assert 0 <= (item.facility.value or 0) <= 1
        for figure in (item.discrimination_index, item.discriminative_efficiency):
            assert figure.value is None or figure.value <= 100 + 1e-9
    assert found.alpha.value is None or found.alpha.value <= 100 + 1e-9


@pytest.mark.parametrize("row", [{"x": 2}, {"x": -1}, {"y": 0}])
def test_marks_that_cannot_be_are_refused(row: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"x|y"):
        collect([Item("x", 1)], [row])
