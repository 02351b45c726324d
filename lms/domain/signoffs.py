"""Sign-off in the room: what was marked, whether it counts, and what is still to be shown.

Phones that were offline send events: marks, signatures, second opinions, withdrawals. An event is
never changed and is known by an id that its device gave it, so that merging is the union of sets:
the order of arrival, repeated sends and sends cut in half do not matter. Everything else is
computed from the events anew.

Source: hard parts 5.7 (facts, not rows), 5.10 (four states, the assessor is kept, a countersign
for knock-out lines).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from lms.domain.dates import Document

KINDS = ("mark", "sign", "countersign", "void")
# A trainer who agrees with the key on so many lines of the samples marks as others do.
CALIBRATED_PERCENT = 80
# A trainer's agreement with the key is asked for anew after a year.
CALIBRATED_DAYS = 365


class State(StrEnum):
    """How a trainee stands on one checklist. There are no other states."""

    NOT_EVALUATED = "not-evaluated"
    PASSED = "passed"
    REPEAT = "repeat"
    FAILED = "failed"


@dataclass(frozen=True)
class Line:
    """One thing to be shown. ``top`` is its best mark: 1 for shown or not, more for a rubric."""

    id: str
    rules: tuple[str, ...]
    top: int = 1
    knock_out: bool = False


@dataclass(frozen=True)
class Sample:
    """A performance that was marked beforehand: ``key`` has the mark of every line."""

    id: str
    key: Mapping[str, int]


@dataclass(frozen=True)
class Checklist:
    """What is shown in the room. ``again_days`` is the time for a second try, ``before_days`` how
    long before the election everything is to be signed."""

    slug: str
    lines: tuple[Line, ...]
    pass_percent: int
    again_days: int
    before_days: int
    samples: tuple[Sample, ...] = ()

    @classmethod
    def from_document(cls, document: Document) -> "Checklist":
        """Read a checklist's document."""
        return cls(
            slug=document["slug"],
            lines=tuple(
                Line(x["id"], tuple(x["rules"]), int(x["top"]), bool(x["knock_out"]))
                for x in document["lines"]
            ),
            pass_percent=int(document["pass_percent"]),
            again_days=int(document["again_days"]),
            before_days=int(document["before_days"]),
            samples=tuple(Sample(x["id"], dict(x["key"])) for x in document["samples"]),
        )

    @property
    def knock_outs(self) -> tuple[Line, ...]:
        """The lines without which nobody passes and which two assessors have to agree on."""
        return tuple(line for line in self.lines if line.knock_out)


def unfit(checklist: Checklist, marks: Mapping[str, int], *, whole: bool = True) -> tuple[str, ...]:
    """The lines whose marks cannot be taken: unknown, out of range or, if ``whole``, missing."""
    known = {line.id: line for line in checklist.lines}
    wrong = [x for x, mark in marks.items() if x not in known or not 0 <= mark <= known[x].top]
    return tuple(wrong + ([x for x in known if x not in marks] if whole else []))


def result(checklist: Checklist, marks: Mapping[str, int]) -> State:
    """What a whole sheet comes to: a missed knock-out fails, too few points ask for a repetition.

    A line that the sheet does not have earns nothing, so that a sheet on an older wording passes
    only while it would today.
    """
    if any(marks.get(line.id, 0) < line.top for line in checklist.knock_outs):
        return State.FAILED
    earned = sum(min(marks.get(line.id, 0), line.top) for line in checklist.lines)
    possible = sum(line.top for line in checklist.lines)
    return State.PASSED if earned * 100 >= checklist.pass_percent * possible else State.REPEAT


# --- events and their union ----------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """One fact from a device. ``counter`` counts the events of that device from 1; a device that
    has seen a higher counter goes on from there. ``at`` is the device's own clock.

    A mark carries one line, a signature every line, a second opinion the knock-out lines.
    """

    id: UUID
    sheet: UUID
    kind: str
    assessor: UUID
    trainee: UUID
    checklist: str
    device: UUID
    counter: int
    at: datetime
    marks: Mapping[str, int] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, str, str]:
        """Where the event stands among all: the same on every machine."""
        return (self.counter, str(self.device), str(self.id))


@dataclass(frozen=True)
class Receipt:
    """What became of what was sent. ``clashing`` has a known id and other content: refused."""

    new: tuple[Event, ...]
    known: frozenset[UUID]
    clashing: frozenset[UUID]


def receive(kept: Mapping[UUID, Event], sent: Iterable[Event]) -> Receipt:
    """Take what is new from what was sent, exactly once."""
    new: dict[UUID, Event] = {}
    known, clashing = set(), set()
    for event in sent:
        before = kept.get(event.id) or new.get(event.id)
        if before is None:
            new[event.id] = event
        elif before == event:
            known.add(event.id)
        else:
            clashing.add(event.id)
    return Receipt(tuple(new.values()), frozenset(known - clashing), frozenset(clashing))


class Stage(StrEnum):
    """How far a sheet is."""

    OPEN = "open"  # marked, not signed
    WAITING = "waiting"  # signed; a second assessor has to see the knock-out lines
    SIGNED = "signed"  # counts
    DISPUTED = "disputed"  # two signatures or two assessors differ: for people to settle
    VOID = "void"  # withdrawn by its assessor


@dataclass(frozen=True)
class Sheet:
    """One assessment of one trainee by one assessor, as the events have it."""

    id: UUID
    checklist: str
    trainee: UUID
    assessor: UUID
    stage: Stage
    marks: Mapping[str, int]
    at: datetime
    seconds: frozenset[UUID] = frozenset()

    @property
    def counts(self) -> bool:
        return self.stage is Stage.SIGNED


def merge(events: Iterable[Event], checklists: Mapping[str, Checklist]) -> dict[UUID, Sheet]:
    """The sheets that a set of events makes. Order and repetition of the events do not matter.

    A sheet belongs to whoever made its first mark or signature; marks and signatures of others on
    it are ignored. The latest mark of a line holds. Two signatures that differ dispute the sheet,
    and so does a second opinion that differs on a knock-out line. ``checklists`` are those that
    the events name; a sheet on another one never counts.
    """
    by_sheet: dict[UUID, dict[UUID, Event]] = {}
    for event in events:
        by_sheet.setdefault(event.sheet, {})[event.id] = event
    found = {}
    for sheet, those in by_sheet.items():
        made = _sheet(sorted(those.values(), key=lambda e: e.place), checklists)
        if made is not None:
            found[sheet] = made
    return found


def _sheet(events: list[Event], checklists: Mapping[str, Checklist]) -> Sheet | None:
    own = [e for e in events if e.kind in ("mark", "sign")]
    if not own:
        return None  # a second opinion or a withdrawal that came before the sheet itself
    first = own[0]
    mine = [e for e in events if e.assessor == first.assessor and e.trainee == first.trainee]
    marks: dict[str, int] = {}
    for event in mine:
        if event.kind == "mark":
            marks.update(event.marks)
    signed = [e for e in mine if e.kind == "sign"]
    if signed:
        marks = dict(signed[0].marks)
    seconds = [
        e
        for e in events
        if e.kind == "countersign" and e.assessor not in (first.assessor, first.trainee)
    ]
    checklist = checklists.get(first.checklist)
    if any(e.kind == "void" for e in mine):
        stage = Stage.VOID
    elif not signed or checklist is None:
        stage = Stage.OPEN
    elif any(dict(e.marks) != marks for e in signed):
        stage = Stage.DISPUTED
    else:
        stage = _seconded(checklist, marks, seconds)
    return Sheet(
        id=first.sheet,
        checklist=first.checklist,
        trainee=first.trainee,
        assessor=first.assessor,
        stage=stage,
        marks=marks,
        at=(signed[0] if signed else mine[-1]).at,
        seconds=frozenset(e.assessor for e in seconds) if signed else frozenset(),
    )


def _seconded(checklist: Checklist, marks: Mapping[str, int], seconds: list[Event]) -> Stage:
    knock_outs = {line.id for line in checklist.knock_outs}
    if not knock_outs:
        return Stage.SIGNED
    if any(e.marks.get(x) != marks.get(x) for e in seconds for x in knock_outs):
        return Stage.DISPUTED
    return Stage.SIGNED if seconds else Stage.WAITING


# --- how a trainee stands ------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """One trainee on one checklist. ``signed_by`` are the assessors whose passes count, of whom
    ``wanted`` are needed; ``waiting`` says that a sheet waits for its second assessor."""

    state: State
    signed_by: frozenset[UUID]
    wanted: int
    last_at: datetime | None
    due: date | None
    waiting: bool = False
    disputed: bool = False


def standing(
    checklist: Checklist, sheets: Iterable[Sheet], wanted: int, held_on: date | None
) -> Standing:
    """How somebody stands, from their sheets on this checklist.

    Passes count from the last failure on, one for each assessor. ``due`` is the last day: so many
    days before the election, or earlier for a second try; None when there is neither.
    """
    mine = sorted(
        (s for s in sheets if s.checklist == checklist.slug), key=lambda s: (s.at, str(s.id))
    )
    passed: dict[UUID, bool] = {}
    state, last = State.NOT_EVALUATED, None
    for sheet in mine:
        if not sheet.counts:
            continue
        came_to, last = result(checklist, sheet.marks), sheet.at
        if came_to is State.FAILED:
            passed.clear()
        passed[sheet.assessor] = came_to is State.PASSED
        state = came_to
    signed_by = frozenset(assessor for assessor, good in passed.items() if good)
    if len(signed_by) >= wanted:
        state = State.PASSED
    elif state is State.PASSED:
        state = State.NOT_EVALUATED  # one trainer has signed, another is still wanted
    return Standing(
        state,
        signed_by,
        wanted,
        last,
        None if state is State.PASSED else _due(checklist, state, last, held_on),
        waiting=any(s.stage is Stage.WAITING for s in mine),
        disputed=any(s.stage is Stage.DISPUTED for s in mine),
    )


def _due(
    checklist: Checklist, state: State, last: datetime | None, held_on: date | None
) -> date | None:
    days = [] if held_on is None else [held_on - timedelta(days=checklist.before_days)]
    if last is not None and state in (State.REPEAT, State.FAILED):
        days.append(last.date() + timedelta(days=checklist.again_days))
    return min(days) if days else None


# --- who may assess ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Assessor:
    """A trainer as far as assessing goes. ``trained`` is whether a certificate as a trainer is
    valid today or a coordinator's accreditation runs; ``calibrated_on`` the day on which they
    agreed with the key of this checklist's samples, as its lines are now."""

    id: UUID
    trained: bool
    calibrated_on: date | None


def bars(assessor: Assessor, trainee: UUID | None, on: date) -> tuple[str, ...]:
    """What keeps somebody from assessing: oneself, not-certified, not-calibrated. Empty: may."""
    found = []
    if assessor.id == trainee:
        found.append("oneself")
    if not assessor.trained:
        found.append("not-certified")
    calibrated = assessor.calibrated_on
    if calibrated is None or (on - calibrated).days > CALIBRATED_DAYS:
        found.append("not-calibrated")
    return tuple(found)


@dataclass(frozen=True)
class Agreement:
    """How a trainer marked the samples: lines agreed, of how many, and knock-outs marked unlike
    the key, as (sample, line)."""

    agreed: int
    of: int
    missed_knock_outs: tuple[tuple[str, str], ...]

    @property
    def enough(self) -> bool:
        """Whether this trainer may assess: every knock-out agreed, and 80 per cent of all lines."""
        return not self.missed_knock_outs and self.agreed * 100 >= CALIBRATED_PERCENT * self.of


def agreement(checklist: Checklist, given: Mapping[str, Mapping[str, int]]) -> Agreement:
    """Compare a trainer's marks (sample → line → mark) with the key. What is missing differs."""
    agreed, missed = 0, []
    for sample in checklist.samples:
        marks = given.get(sample.id, {})
        for line in checklist.lines:
            same = marks.get(line.id) == sample.key[line.id]
            agreed += same
            if line.knock_out and not same:
                missed.append((sample.id, line.id))
    return Agreement(agreed, len(checklist.samples) * len(checklist.lines), tuple(missed))
