from datetime import date, datetime

import pytest

from lms.domain.dates import add_months, day
from lms.domain.rules import (
    RuleWording,
    Standing,
    critical_rules,
    legal_clock,
    rules_from_documents,
    unconfirmed_critical,
)
from tests.domain.builders import a_rule, a_source

JUNE_2019 = date(2019, 6, 9)


@pytest.mark.parametrize(
    ("on", "clock"),
    [
        (date(2019, 6, 9), "A"),
        (date(2021, 5, 23), "A"),
        (date(2021, 5, 24), "B"),
        (date(2026, 6, 30), "B"),
        (date(2026, 7, 1), "C"),
    ],
)
def test_a_day_falls_under_one_of_three_legal_clocks(on: date, clock: str) -> None:
    assert legal_clock(on) == clock


def test_a_confirmed_source_is_confirmed_on_its_first_and_last_day_and_not_beyond() -> None:
    source = a_source(valid_from="2018-06-29", valid_to="2026-06-30")
    assert source.standing(date(2018, 6, 28)) is Standing.NOT_IN_FORCE
    assert source.standing(date(2018, 6, 29)) is Standing.CONFIRMED
    assert source.standing(date(2026, 6, 30)) is Standing.CONFIRMED
    assert source.standing(date(2026, 7, 1)) is Standing.NOT_IN_FORCE


def test_a_source_confirmed_for_one_clock_is_unconfirmed_for_the_others() -> None:
    source = a_source(confirmed_from="2023-03-19", confirmed_until="2026-06-30")
    assert source.standing(JUNE_2019) is Standing.UNCONFIRMED
    assert source.standing(date(2023, 3, 19)) is Standing.CONFIRMED
    assert source.standing(date(2026, 7, 1)) is Standing.UNCONFIRMED


def test_a_repealed_source_is_repealed_whatever_the_day() -> None:
    source = a_source(status="repealed", valid_to="2026-06-30")
    assert source.standing(JUNE_2019) is Standing.REPEALED
    assert source.standing() is Standing.REPEALED


def test_an_unconfirmed_source_stays_unconfirmed_while_it_is_in_force() -> None:
    assert a_source(status="unconfirmed").standing(JUNE_2019) is Standing.UNCONFIRMED


def test_an_unknown_status_is_an_error() -> None:
    with pytest.raises(ValueError, match="rumoured"):
        a_source(status="rumoured")


def test_a_source_is_due_the_day_after_its_review_day() -> None:
    source = a_source(review_by="2027-01-15")
    assert not source.is_due_for_review(date(2027, 1, 15))
    assert source.is_due_for_review(date(2027, 1, 16))
    assert not a_source().is_due_for_review(date(2099, 1, 1))


def test_a_rule_written_twice_says_what_held_on_each_day() -> None:
    entries = [
        {"id": "photo", "sources": ["new"], "from": "2022-11-05", "critical": True},
        {"id": "photo", "sources": ["old"], "until": "2022-11-04", "critical": False},
    ]
    rule = rules_from_documents(entries)["photo"]
    assert [wording.sources for wording in rule.wordings] == [("old",), ("new",)]
    before, after = rule.at(date(2022, 11, 4)), rule.at(date(2022, 11, 5))
    assert before is not None and before.sources == ("old",)
    assert after is not None and after.sources == ("new",)
    assert rule.at() == after
    assert rule.critical and not rule.is_critical(JUNE_2019)
    assert not rule.contested


def test_a_rule_has_nothing_to_say_on_a_day_between_its_wordings() -> None:
    rule = a_rule(until="2019-12-31")
    assert rule.at(date(2020, 1, 1)) is None
    assert not rule.is_critical(date(2020, 1, 1))


def test_wordings_overlap_when_one_day_has_both() -> None:
    first = RuleWording(("law",), valid_until=date(2022, 11, 5))
    second = RuleWording(("law",), valid_from=date(2022, 11, 5))
    third = RuleWording(("law",), valid_from=date(2022, 11, 6))
    assert first.overlaps(second)
    assert second.overlaps(first)
    assert not first.overlaps(third)


def test_critical_rules_are_those_of_the_day() -> None:
    rules = [a_rule("old", until="2019-12-31"), a_rule("new", **{"from": "2020-01-01"})]
    assert critical_rules(rules, JUNE_2019) == {"old"}
    assert critical_rules(rules, date(2021, 1, 1)) == {"new"}


def test_one_confirmed_source_carries_a_rule() -> None:
    sources = {"law": a_source(), "recalled": a_source("recalled", status="unconfirmed")}
    assert unconfirmed_critical([a_rule("x", "recalled", "law")], sources, JUNE_2019) == ()


def test_a_critical_rule_without_a_confirmed_source_is_named_with_its_sources() -> None:
    sources = {"law": a_source(valid_to="2026-06-30"), "draft": a_source(status="unconfirmed")}
    rules = [a_rule("x", "law", "draft", "unknown"), a_rule("y", "law", critical=False)]
    assert unconfirmed_critical(rules, sources, date(2026, 9, 1)) == (
        ("x", ("law", "draft", "unknown")),
    )


def test_a_rule_that_is_not_in_play_blocks_nothing() -> None:
    assert unconfirmed_critical([a_rule(until="2019-12-31")], {}, date(2026, 9, 1)) == ()


def test_days_are_read_as_documents_and_yaml_write_them() -> None:
    assert day("2019-06-09") == JUNE_2019
    assert day(JUNE_2019) == JUNE_2019
    assert day(datetime(2019, 6, 9, 12)) == JUNE_2019  # noqa: DTZ001 - YAML has no zone
    assert day(None) is None
    assert day("") is None
    with pytest.raises(ValueError, match="not a day"):
        day(2019)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 3, 1), 0, date(2026, 3, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_are_calendar_months_clipped_to_the_month_end(
    start: date, months: int, expected: date
) -> None:
    assert add_months(start, months) == expected
