"""Sign-off in the room: the union of events against a small model of its own, and what it says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from lms.domain.signoffs import (
    Agreement,
    Assessor,
    Checklist,
    Event,
    Line,
    Sample,
    Sheet,
    Stage,
    State,
    agreement,
    bars,
    merge,
    receive,
    result,
    standing,
    unfit,
)

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
HISTORIES = int(os.environ.get("LMS_SIGNOFF_HISTORIES") or (10_000 if DEEP else 300))
SEED = int(os.environ.get("LMS_SEED", "2019"))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def an_id(number: int) -> UUID:
    return UUID(int=number)


TAMARA, TIMUR, AIDA, BOTA = (an_id(n) for n in range(1, 5))
PLAIN = Checklist("plain", (Line("a", ("r",)), Line("b", ("r",))), 50, 7, 3)
HARD = Checklist(
    "hard",
    (Line("a", ("r",), 2), Line("k", ("r",), 1, True)),
    60,
    7,
    3,
    (Sample("s1", {"a": 2, "k": 1}), Sample("s2", {"a": 0, "k": 0})),
)
BOTH = {"plain": PLAIN, "hard": HARD}


def an_event(number: int, kind: str = "sign", **changes: object) -> Event:
    """A signature of Tamara for Aida on the plain list; ``changes`` replace parts of it."""
    given: dict[str, object] = {
        "id": an_id(1000 + number),
        "sheet": an_id(100),
        "kind": kind,
        "assessor": TAMARA,
        "trainee": AIDA,
        "checklist": "plain",
        "device": an_id(50),
        "counter": number,
        "at": NOON + timedelta(minutes=number),
        "marks": {"a": 1, "b": 1} if kind == "sign" else {},
    }
    return Event(**{**given, **changes})  # type: ignore[arg-type]  # as declared above


def only(events: Iterable[Event]) -> Sheet:
    found = list(merge(events, BOTH).values())
    assert len(found) == 1
    return found[0]


def test_a_signed_sheet_counts_and_an_unsigned_one_does_not() -> None:
    mark = an_event(1, "mark", marks={"a": 1})
    assert only([mark]).stage is Stage.OPEN
    assert only([mark, an_event(2)]).stage is Stage.SIGNED


def test_the_latest_mark_of_a_line_holds_whatever_came_first() -> None:
    early, late = an_event(1, "mark", marks={"a": 0}), an_event(2, "mark", marks={"a": 1})
    assert only([late, early]).marks == only([early, late]).marks == {"a": 1}


def test_two_signatures_that_differ_are_for_people_to_settle() -> None:
    other = an_event(2, marks={"a": 0, "b": 1}, device=an_id(51))
    assert only([an_event(1), other]).stage is Stage.DISPUTED
    assert only([an_event(1), an_event(2, device=an_id(51))]).stage is Stage.SIGNED


def test_a_knock_out_waits_for_a_second_assessor_who_agrees() -> None:
    sign = an_event(1, checklist="hard", marks={"a": 2, "k": 1})
    second = an_event(2, "countersign", assessor=TIMUR, checklist="hard", marks={"k": 1})
    assert only([sign]).stage is Stage.WAITING
    assert only([second, sign]).stage is Stage.SIGNED
    differs = an_event(3, "countersign", assessor=TIMUR, checklist="hard", marks={"k": 0})
    assert only([sign, differs]).stage is Stage.DISPUTED


@pytest.mark.parametrize("who", [TAMARA, AIDA])
def test_neither_the_assessor_nor_the_trainee_can_be_the_second(who: UUID) -> None:
    sign = an_event(1, checklist="hard", marks={"a": 2, "k": 1})
    second = an_event(2, "countersign", assessor=who, checklist="hard", marks={"k": 1})
    assert only([sign, second]).stage is Stage.WAITING


def test_a_withdrawn_sheet_stays_withdrawn_whatever_arrives_later() -> None:
    void, sign = an_event(5, "void"), an_event(9)
    assert only([void, sign]).stage is only([sign, void]).stage is Stage.VOID
    assert only([an_event(1), an_event(2, "void", assessor=TIMUR)]).stage is Stage.SIGNED


def test_an_event_comes_in_once_and_a_changed_one_not_at_all() -> None:
    event = an_event(1)
    first = receive({}, [event, event])
    assert first.new == (event,)
    again = receive({event.id: event}, [event])
    assert not again.new
    assert again.known == {event.id}
    forged = receive({event.id: event}, [an_event(1, marks={"a": 0, "b": 0})])
    assert not forged.new
    assert forged.clashing == {event.id}


def test_a_missed_knock_out_fails_a_sheet_with_enough_points() -> None:
    assert result(HARD, {"a": 2, "k": 0}) is State.FAILED
    assert result(HARD, {"a": 1, "k": 1}) is State.PASSED
    assert result(HARD, {"a": 0, "k": 1}) is State.REPEAT


def test_a_sheet_on_an_older_wording_passes_only_if_it_would_today() -> None:
    assert result(HARD, {"a": 2}) is State.FAILED  # the knock-out line came later


def test_marks_out_of_range_unknown_or_missing_are_named() -> None:
    assert unfit(HARD, {"a": 3, "x": 1}) == ("a", "x", "k")
    assert unfit(HARD, {"a": 2}, whole=False) == ()


def signed(number: int, marks: dict[str, int], assessor: UUID = TAMARA, days: int = 0) -> Sheet:
    at = NOON + timedelta(days=days, minutes=number)
    return Sheet(an_id(number), "hard", AIDA, assessor, Stage.SIGNED, marks, at)


GOOD, POOR, BAD = {"a": 2, "k": 1}, {"a": 0, "k": 1}, {"a": 2, "k": 0}
ELECTION = date(2026, 4, 19)


def test_nobody_was_evaluated_before_the_first_sheet() -> None:
    found = standing(HARD, [], 1, ELECTION)
    assert found.state is State.NOT_EVALUATED
    assert found.due == date(2026, 4, 16)  # three days before the election


def test_two_trainers_are_two_people() -> None:
    twice = [signed(1, GOOD), signed(2, GOOD)]
    assert standing(HARD, twice, 2, None).state is State.NOT_EVALUATED
    both = [signed(1, GOOD), signed(2, GOOD, TIMUR)]
    assert standing(HARD, both, 2, None).state is State.PASSED


def test_a_second_try_has_a_deadline_of_its_own() -> None:
    found = standing(HARD, [signed(1, POOR)], 1, ELECTION)
    assert found.state is State.REPEAT
    assert found.due == date(2026, 3, 8)


def test_a_failure_takes_back_the_passes_before_it() -> None:
    sheets = [signed(1, GOOD), signed(2, BAD, TIMUR, days=1)]
    assert standing(HARD, sheets, 1, None).state is State.FAILED
    assert standing(HARD, [*sheets, signed(3, GOOD, days=2)], 1, None).state is State.PASSED


def test_only_a_trained_and_calibrated_trainer_assesses_and_nobody_themselves() -> None:
    today = date(2026, 3, 1)
    able = Assessor(TAMARA, True, today)
    assert bars(able, AIDA, today) == ()
    assert bars(able, TAMARA, today) == ("oneself",)
    assert bars(Assessor(TAMARA, False, None), AIDA, today) == ("not-certified", "not-calibrated")
    old = Assessor(TAMARA, True, today - timedelta(days=366))
    assert bars(old, AIDA, today) == ("not-calibrated",)


def test_calibration_wants_every_knock_out_and_most_of_the_rest() -> None:
    key = {"s1": {"a": 2, "k": 1}, "s2": {"a": 0, "k": 0}}
    assert agreement(HARD, key) == Agreement(4, 4, ())
    off = agreement(HARD, {**key, "s1": {"a": 2, "k": 0}})
    assert off.missed_knock_outs == (("s1", "k"),)
    assert not off.enough
    assert not agreement(HARD, {"s1": {"k": 1}, "s2": {"k": 0}}).enough  # two of four


# --- histories -----------------------------------------------------------------------------------


def a_history(random: Random) -> list[Event]:
    """What two trainers did with two trainees on up to three phones, in the order of doing."""
    events = []
    counters: dict[UUID, int] = {}
    sheets = [
        (an_id(100 + n), random.choice((TAMARA, TIMUR)), random.choice((AIDA, BOTA)), name)
        for n, name in enumerate(random.choices(("plain", "hard"), k=random.randint(1, 4)))
    ]
    for number in range(random.randint(1, 14)):
        sheet, owner, trainee, name = random.choice(sheets)
        kind = random.choice(("mark", "mark", "sign", "sign", "countersign", "void"))
        device = an_id(50 + random.randrange(3))
        counters[device] = (
            max(counters.values(), default=0) + random.randint(0, 1) + (device in counters)
        )
        lines = BOTH[name].lines
        marks = {line.id: random.randint(0, line.top) for line in lines}
        if kind == "mark":
            line = random.choice(lines)
            marks = {line.id: marks[line.id]}
        elif kind == "countersign":
            marks = {line.id: random.choice((0, 1)) for line in BOTH[name].knock_outs}
        elif kind == "void":
            marks = {}
        other = TIMUR if owner == TAMARA else TAMARA
        events.append(
            an_event(
                number,
                kind,
                sheet=sheet,
                assessor=other if kind == "countersign" or random.random() < 0.05 else owner,
                trainee=trainee,
                checklist=name,
                device=device,
                counter=counters[device],
                marks=marks,
            )
        )
    return events


def the_model(events: list[Event]) -> dict[UUID, tuple[str, dict[str, int]]]:
    """The same rules told another way: walk the distinct events in their order, once."""
    ordered = sorted({e.id: e for e in events}.values(), key=lambda e: e.place)
    owner: dict[UUID, tuple[UUID, UUID]] = {}
    for event in ordered:
        if event.kind in ("mark", "sign"):
            owner.setdefault(event.sheet, (event.assessor, event.trainee))
    found: dict[UUID, tuple[str, dict[str, int]]] = {}
    for sheet, (assessor, trainee) in owner.items():
        drafted: dict[str, int] = {}
        signature: dict[str, int] | None = None
        differs = withdrawn = agreed = disagreed = False
        name = ""
        for event in ordered:
            if event.sheet != sheet:
                continue
            is_owner = (event.assessor, event.trainee) == (assessor, trainee)
            if event.kind == "mark" and is_owner:
                drafted |= event.marks
                name = name or event.checklist
            elif event.kind == "sign" and is_owner:
                name = name or event.checklist
                if signature is None:
                    signature = dict(event.marks)
                elif signature != event.marks:
                    differs = True
            elif event.kind == "void" and is_owner:
                withdrawn = True
        knock_outs = [line.id for line in BOTH[name].lines if line.knock_out]
        for event in ordered:
            second = event.sheet == sheet and event.kind == "countersign"
            if second and event.assessor not in (assessor, trainee) and signature is not None:
                same = all(event.marks.get(x) == signature[x] for x in knock_outs)
                agreed, disagreed = agreed or same, disagreed or not same
        if withdrawn:
            stage = "void"
        elif signature is None:
            stage = "open"
        elif differs or disagreed:
            stage = "disputed"
        else:
            stage = "signed" if agreed or not knock_outs else "waiting"
        found[sheet] = (stage, signature if signature is not None else drafted)
    return found


def sent(events: list[Event], random: Random) -> list[list[Event]]:
    """The events as they really arrive: in parts, out of order, some of them again and again."""
    parcels = []
    left = list(events)
    random.shuffle(left)
    while left:
        size = random.randint(1, len(left))
        parcel, left = left[:size], left[size:]
        parcel += random.choices(events, k=random.randint(0, 3))
        random.shuffle(parcel)
        parcels.append(parcel)
        if random.random() < 0.3:
            parcels.append(list(parcel))  # the answer was lost, so everything is sent again
    return parcels


def test_every_way_of_arriving_comes_to_what_the_model_says_exactly_once(
    record_property: Callable[[str, object], None],
) -> None:
    random = Random(SEED)
    stages = set()
    for _history in range(HISTORIES):
        events = a_history(random)
        kept: dict[UUID, Event] = {}
        for parcel in sent(events, random):
            receipt = receive(kept, parcel)
            assert not receipt.clashing
            assert not kept.keys() & {event.id for event in receipt.new}
            kept |= {event.id: event for event in receipt.new}
        assert len(kept) == len(events)
        arrived = list(kept.values())
        random.shuffle(arrived)
        found = {x: (s.stage.value, dict(s.marks)) for x, s in merge(arrived, BOTH).items()}
        assert found == the_model(events)
        stages |= {stage for stage, _marks in found.values()}
    assert stages == {stage.value for stage in Stage}
    record_property("histories", HISTORIES)
