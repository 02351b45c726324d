from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.certification import (
    Cause,
    Certificate,
    Currency,
    Done,
    Event,
    History,
    Kind,
    Need,
    Period,
    Programme,
    Renewal,
    Status,
    blocked_sources,
    currency,
    level_word,
    may_deploy,
    missing_for,
    next_period,
    next_step,
    renewal_opens,
    status,
    valid_until,
)
from tests.domain.builders import a_rule, a_source

ELECTION = date(2026, 11, 15)


def a_programme(**changes: Any) -> Programme:
    document = {
        "kind": "programme",
        "slug": "precinct-observer",
        "level": 1,
        "audience": "observer",
        "requires": {
            "lessons": ["rights", "counting/the-count"],
            "quizzes": ["final-exam"],
            "scenarios": ["told-to-leave", "copy-refused"],
            "pledge": True,
        },
        "critical_rules": "all",
        "valid": {"days_after_election": 30, "months": 12},
        "renewal": {"requires": {"quizzes": ["final-exam"]}, "lead_days": 30},
        **changes,
    }
    courses = {"rights": ["who", "rights/copy"], "counting": ["the-count", "the-end"]}
    return Programme.from_document(document, courses)


def test_everything_missing_is_named_in_reading_order() -> None:
    assert missing_for(a_programme(), Done()) == (
        Need("lesson", "rights/who"),
        Need("lesson", "rights/copy"),
        Need("lesson", "counting/the-count"),
        Need("quiz", "final-exam"),
        Need("scenario", "told-to-leave"),
        Need("scenario", "copy-refused"),
        Need("pledge", "precinct-observer"),
    )


def test_what_was_done_is_no_longer_missing() -> None:
    done = Done(
        lessons=frozenset({"rights/who", "counting/the-count", "counting/the-end"}),
        quizzes=frozenset({"final-exam"}),
        scenarios=frozenset({"copy-refused"}),
        pledge=True,
    )
    assert missing_for(a_programme(), done) == (
        Need("lesson", "rights/copy"),
        Need("scenario", "told-to-leave"),
    )


def test_a_lesson_asked_for_twice_is_missing_once() -> None:
    programme = a_programme(requires={"lessons": ["rights", "rights/who"]})
    assert [need.id for need in missing_for(programme, Done())] == ["rights/who", "rights/copy"]


def test_a_programme_that_asks_for_nothing_lacks_nothing() -> None:
    assert missing_for(a_programme(requires={}), Done()) == ()


def test_a_renewal_asks_only_for_what_it_repeats() -> None:
    assert missing_for(a_programme().for_renewal(), Done()) == (Need("quiz", "final-exam"),)
    assert renewal_opens(a_programme(), date(2026, 12, 15)) == date(2026, 11, 15)


NEEDS = [
    ("lesson", "rights/who"),
    ("lesson", "rights/copy"),
    ("lesson", "counting/the-count"),
    ("quiz", "final-exam"),
    ("scenario", "told-to-leave"),
    ("scenario", "copy-refused"),
    ("pledge", "precinct-observer"),
]


@given(st.sets(st.sampled_from(NEEDS)))
def test_done_and_missing_make_up_the_programme(finished: set[tuple[str, str]]) -> None:
    done = Done(
        frozenset(slug for kind, slug in finished if kind == "lesson"),
        frozenset(slug for kind, slug in finished if kind == "quiz"),
        frozenset(slug for kind, slug in finished if kind == "scenario"),
        ("pledge", "precinct-observer") in finished,
    )
    missing = [(need.kind, need.id) for need in missing_for(a_programme(), done)]
    assert missing == [need for need in NEEDS if need not in finished]


@pytest.mark.parametrize(
    ("issued", "election", "until"),
    [
        (date(2026, 10, 1), ELECTION, date(2026, 12, 15)),
        (date(2026, 10, 1), None, date(2027, 10, 1)),
        (date(2026, 10, 1), date(2028, 1, 1), date(2027, 10, 1)),
        (date(2028, 2, 29), None, date(2029, 2, 28)),
    ],
)
def test_a_certificate_holds_until_the_earlier_of_two_days(
    issued: date, election: date | None, until: date
) -> None:
    assert valid_until(a_programme(), issued, election) == until


def test_a_certificate_always_ends() -> None:
    programme = a_programme(valid={})
    assert valid_until(programme, date(2026, 10, 1), ELECTION) == date(2027, 10, 1)


def test_months_are_clipped_to_the_end_of_the_month() -> None:
    programme = a_programme(valid={"months": 1})
    assert valid_until(programme, date(2026, 8, 31), None) == date(2026, 9, 30)


def test_the_first_status_that_fits_is_the_status() -> None:
    first, last = date(2026, 10, 1), date(2026, 12, 15)
    assert status(first, last, None, date(2026, 9, 30)) is Status.NOT_YET
    assert status(first, last, None, first) is Status.VALID
    assert status(first, last, None, last) is Status.VALID
    assert status(first, last, None, date(2026, 12, 16)) is Status.EXPIRED
    revoked = date(2026, 9, 1)
    assert status(first, last, revoked, date(2026, 9, 1)) is Status.REVOKED
    assert status(first, last, revoked, date(2027, 9, 1)) is Status.REVOKED
    assert status(first, last, date(2026, 11, 2), date(2026, 11, 1)) is Status.VALID


def test_a_revocation_counts_from_its_day_in_utc() -> None:
    first, last = date(2026, 10, 1), date(2026, 12, 15)
    almaty = timezone(timedelta(hours=5))
    at = datetime(2026, 11, 2, 3, 0, tzinfo=almaty)
    assert status(first, last, at, date(2026, 11, 1)) is Status.REVOKED
    assert status(first, last, at, date(2026, 10, 31)) is Status.VALID
    assert status(first, last, at.astimezone(UTC), date(2026, 10, 31)) is Status.VALID


def test_a_programme_whose_critical_rule_is_unconfirmed_for_the_election_is_blocked() -> None:
    sources = {"law": a_source(valid_to="2026-06-30"), "new": a_source("new", status="unconfirmed")}
    rules = [a_rule("copy", "law", "new"), a_rule("tea", "law", critical=False)]
    assert blocked_sources(a_programme(), rules, sources, ELECTION) == (("copy", ("law", "new")),)
    assert blocked_sources(a_programme(), rules, sources, date(2026, 3, 1)) == ()
    assert blocked_sources(a_programme(), rules, sources, None) == ()


def test_a_programme_answers_for_the_rules_it_names_itself() -> None:
    sources = {"law": a_source(), "draft": a_source(status="unconfirmed")}
    rules = [a_rule("copy"), a_rule("calm", "draft"), a_rule("gone", until="2019-12-31")]
    programme = a_programme(critical_rules=["copy", "gone", "never-written"])
    assert blocked_sources(programme, rules, sources, ELECTION) == (
        ("gone", ()),
        ("never-written", ()),
    )


def a_certificate(**changes: Any) -> Certificate:
    given = {
        "programme": "precinct-observer",
        "valid_from": date(2026, 10, 1),
        "valid_until": date(2026, 12, 15),
        "events": (),
        **changes,
    }
    period = Period(given["valid_from"], given["valid_until"])
    return Certificate(given["programme"], History(period, given["events"]))


def an_event(kind: Kind, on: date, change: str = "", due: date | None = None) -> Event:
    return Event(datetime(on.year, on.month, on.day, tzinfo=UTC), kind, change, due)


ASKED = an_event(Kind.TOP_UP_ASKED, date(2026, 10, 20), "x", date(2026, 11, 10))


@pytest.mark.parametrize(
    ("certificate", "may"),
    [
        (a_certificate(), True),
        (a_certificate(programme="commission-course"), False),
        (a_certificate(valid_until=date(2026, 11, 14)), False),
        (a_certificate(valid_from=date(2026, 11, 16)), False),
        (a_certificate(events=(an_event(Kind.REVOKED, date(2026, 10, 20)),)), False),
        (a_certificate(events=(an_event(Kind.SUSPENDED, date(2026, 10, 20)),)), False),
        (a_certificate(events=(an_event(Kind.REPLACED, date(2026, 10, 20)),)), False),
        (a_certificate(events=(ASKED,)), False),
        (
            a_certificate(events=(ASKED, an_event(Kind.TOPPED_UP, date(2026, 10, 30), "x"))),
            True,
        ),
    ],
)
def test_only_a_certificate_valid_on_election_day_sends_to_a_station(
    certificate: Certificate, may: bool
) -> None:
    accepted, today = ["precinct-observer"], date(2026, 11, 1)
    assert may_deploy([certificate], accepted, today=today, election_date=ELECTION) is may


def test_one_good_certificate_is_enough_and_none_is_not() -> None:
    expired = a_certificate(valid_until=date(2026, 10, 2))
    dates = {"today": date(2026, 11, 1), "election_date": ELECTION}
    assert may_deploy([expired, a_certificate()], ["precinct-observer"], **dates)
    assert not may_deploy([], ["precinct-observer"], **dates)
    assert not may_deploy([a_certificate()], [], **dates)


FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


def a_history(*events: Event, grace_days: int = 0) -> History:
    return History(Period(FIRST, LAST, grace_days), events)


@pytest.mark.parametrize(
    ("history", "on", "expected"),
    [
        (None, FIRST, Renewal(Cause.FIRST, whole_path=True)),
        (a_history(), date(2026, 5, 30), None),
        (a_history(), date(2026, 5, 31), Renewal(Cause.RENEWAL, whole_path=False)),
        (a_history(), LAST, Renewal(Cause.RENEWAL, whole_path=False)),
        (a_history(), date(2026, 7, 1), Renewal(Cause.LAPSE_REPAIR, whole_path=False)),
        (a_history(grace_days=3), date(2026, 7, 3), Renewal(Cause.RENEWAL, whole_path=False)),
        (a_history(grace_days=3), date(2026, 7, 4), Renewal(Cause.LAPSE_REPAIR, False)),
        (a_history(), date(2026, 9, 28), Renewal(Cause.LAPSE_REPAIR, whole_path=False)),
        (a_history(), date(2026, 9, 29), Renewal(Cause.LAPSE_REPAIR, whole_path=True)),
        (
            a_history(an_event(Kind.REVOKED, date(2026, 3, 1))),
            date(2026, 3, 1),
            Renewal(Cause.FIRST, whole_path=True),
        ),
        (a_history(an_event(Kind.SUSPENDED, date(2026, 3, 1))), LAST, None),
        (a_history(an_event(Kind.SUSPENDED, date(2026, 3, 1))), date(2027, 3, 1), None),
        (a_history(an_event(Kind.RENEWED, date(2026, 6, 10))), LAST, None),
        (a_history(an_event(Kind.REPLACED, date(2026, 6, 10))), LAST, None),
        (
            a_history(an_event(Kind.TOP_UP_ASKED, date(2026, 3, 1), "x", date(2026, 3, 9))),
            date(2026, 3, 10),
            Renewal(Cause.TOP_UP, whole_path=False),
        ),
        (
            a_history(an_event(Kind.TOP_UP_ASKED, date(2026, 3, 1), "x", date(2026, 3, 9))),
            date(2026, 3, 9),
            None,
        ),
    ],
)
def test_what_may_follow_a_certificate(
    history: History | None, on: date, expected: Renewal | None
) -> None:
    assert next_step(history, a_programme(), on) == expected


def test_a_window_that_opens_before_the_period_began_is_no_window() -> None:
    programme = a_programme(renewal={"lead_days": 200})
    assert next_step(a_history(), programme, date(2026, 6, 1)) is None
    after = next_step(a_history(), programme, date(2026, 7, 1))
    assert after == Renewal(Cause.LAPSE_REPAIR, whole_path=False)


def test_who_renews_early_loses_no_day_and_who_is_late_counts_from_then() -> None:
    before, programme = Period(FIRST, LAST), a_programme(valid={"months": 6})
    early = next_period(programme, Cause.RENEWAL, date(2026, 6, 10), None, before)
    late = next_period(programme, Cause.LAPSE_REPAIR, date(2026, 7, 10), None, before)
    assert (early.valid_from, early.valid_until) == (date(2026, 6, 10), date(2026, 12, 30))
    assert (late.valid_from, late.valid_until) == (date(2026, 7, 10), date(2027, 1, 10))
    bounded = next_period(a_programme(), Cause.RENEWAL, date(2026, 6, 10), ELECTION, before)
    assert bounded.valid_until == date(2026, 12, 15)


def test_practice_is_current_for_ten_days() -> None:
    last = date(2026, 11, 1)
    assert currency(last, date(2026, 11, 11)) is Currency.CURRENT
    assert currency(last, date(2026, 11, 12)) is Currency.STALE
    assert currency(last, date(2026, 11, 4), within_days=2) is Currency.STALE
    assert currency(None, last) is Currency.NEVER


def test_a_commissions_programme_is_of_level_p_and_sends_nobody_to_observe() -> None:
    members = a_programme(level=9, audience="commission")
    assert level_word(members.level) == "P"
    assert not members.trains_observers
    assert level_word(a_programme().level) == "1"
    assert a_programme().trains_observers
