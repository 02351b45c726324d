"""Scenes, choices, meters, and where a list of choices leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lms.domain.conditions import Condition, Value, Values, literal, parse
from lms.domain.dates import Document, day
from lms.domain.errors import NotThere, TooLate

GRADES: Mapping[str, int] = {"best": 2, "ok": 1, "weak": 0, "fail": 0}
OUTCOMES = (
    "observed-documented",
    "removed-documented",
    "removed-undocumented",
    "harmed-or-charged",
    "breach",
)
PASSING_OUTCOMES = frozenset(OUTCOMES[:2])
ELAPSED = "elapsed"
SAFETY = "safety"
LEAST_SAFETY = 1
# The target of a choice that ends a sub-story: wherever the story was to go on.
BACK = "back"
# Sub-stories within sub-stories; deeper ones cannot be entered.
MOST_DEEP = 3
COMPETENCES = ("safety", "record", "law", "conduct")
PAPERS = ("application", "act", "objection", "call")


@dataclass(frozen=True)
class Choice:
    """One thing the observer may do: what it costs, changes and is worth.

    ``back`` is the scene to which the sub-story that begins here returns; ``writes`` the paper
    that is really written. In a scene of chance a choice is one of the things that may happen,
    as often among the others as its ``weight``; it is worth nothing and never used up.
    """

    id: str
    target: str
    grade: str
    minutes: int = 0
    effects: Mapping[str, int] = field(default_factory=dict)
    sets: Mapping[str, Value] = field(default_factory=dict)
    condition: Condition | None = None
    rules: tuple[str, ...] = ()
    again: bool = False
    back: str | None = None
    writes: str | None = None
    weight: int = 1

    @property
    def points(self) -> int:
        """Two for the best, one for what will do, nothing for the rest."""
        return GRADES[self.grade]

    @property
    def fails(self) -> bool:
        """Whether taking it ends the run, and never passes."""
        return self.grade == "fail"


@dataclass(frozen=True)
class Scene:
    """A moment with its choices, or an end with its outcome.

    Where ``chance`` is true nobody chooses. A timed scene gives ``seconds`` to decide; whoever
    lets them pass has made the choice ``late``. ``tests`` names what its decision is about.
    """

    id: str
    choices: tuple[Choice, ...] = ()
    end: bool = False
    outcome: str | None = None
    chance: bool = False
    seconds: int | None = None
    late: str | None = None
    tests: tuple[str, ...] = ()

    @property
    def competences(self) -> frozenset[str]:
        """What the decision here shows: as the author says, otherwise as its choices tell.

        Safety where one of them endangers it, the record where the best one adds to it, conduct
        where one moves the chair's tone, law where the best one cites a rule.

        Source: docs/authoring.md, "A scenario".
        """
        if self.tests or self.end or self.chance:
            return frozenset(self.tests)
        best = [choice for choice in self.choices if choice.grade == "best"]
        signs = {
            SAFETY: any(choice.effects.get(SAFETY, 0) < 0 for choice in self.choices),
            "record": any(
                choice.writes or max(choice.effects.get(m, 0) for m in ("record", "witnesses")) > 0
                for choice in best
            ),
            "conduct": any(choice.effects.get("tone") for choice in self.choices),
            "law": any(choice.rules for choice in best),
        }
        return frozenset(name for name, shown in signs.items() if shown)

    def choice(self, choice_id: str) -> Choice | None:
        """The choice of that id, or None."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True)
class Scenario:
    """A branching scenario. ``maximum`` is the most points that any path to an end earns.

    ``maxima`` is the same for each competence alone.
    """

    slug: str
    start: str
    scenes: Mapping[str, Scene]
    meters: Mapping[str, int]
    limits: Mapping[str, tuple[int, int]]
    flags: Mapping[str, Value]
    passes: Condition | None
    maximum: int = 0
    clock: date | None = None
    maxima: Mapping[str, int] = field(default_factory=dict)
    tactic: int | None = None

    @classmethod
    def from_document(cls, document: Document) -> "Scenario":
        """Read a scenario's document; the compiler may leave ``maximum`` out while it explores.

        Raises BadCondition for a condition that cannot be read, and ValueError for a grade,
        an outcome, a target, a meter or a flag that does not exist, and for minutes below 0.
        """
        meters = {name: int(value) for name, value in (document.get("meters") or {}).items()}
        flags = {name: _value(value) for name, value in (document.get("flags") or {}).items()}
        known: dict[str, Value] = {**flags, **meters, ELAPSED: 0}
        scenes = [_scene(scene, known) for scene in document["scenes"]]
        scenario = cls(
            slug=document["slug"],
            start=document.get("start") or scenes[0].id,
            scenes={scene.id: scene for scene in scenes},
            meters=meters,
            limits={m: (int(low), int(high)) for m, (low, high) in _limits(document).items()},
            flags=flags,
            passes=parse(document["passes"], known) if document.get("passes") else None,
            maximum=int(document.get("maximum") or 0),
            clock=day(document.get("clock")),
            maxima=dict(document.get("maxima") or {}),
            tactic=document.get("tactic"),
        )
        _must_be_whole(scenario)
        return scenario


def _limits(document: Document) -> Mapping[str, Any]:
    return document.get("limits") or {}


def _value(value: object) -> Value:
    return value if isinstance(value, bool | int) else literal(str(value))


def _scene(document: Document, known: Mapping[str, Value]) -> Scene:
    return Scene(
        id=document["id"],
        choices=tuple(_choice(choice, known) for choice in document.get("choices") or ()),
        end=bool(document.get("end")),
        outcome=document.get("outcome"),
        chance=bool(document.get("chance")),
        seconds=document.get("seconds"),
        late=document.get("late"),
        tests=tuple(document.get("tests") or ()),
    )


def _choice(document: Document, known: Mapping[str, Value]) -> Choice:
    condition = document.get("condition")
    return Choice(
        id=document["id"],
        target=document["target"],
        grade=document["grade"],
        minutes=int(document.get("minutes") or 0),
        effects=dict(document.get("effects") or {}),
        sets={flag: _value(value) for flag, value in (document.get("sets") or {}).items()},
        condition=parse(condition, known) if condition else None,
        rules=tuple(document.get("rules") or ()),
        again=bool(document.get("again")),
        back=document.get("back"),
        writes=document.get("writes"),
        weight=int(document.get("weight") or 1),
    )


def _must_be_whole(scenario: Scenario) -> None:
    if scenario.start not in scenario.scenes:
        raise ValueError(f"{scenario.slug}: no scene {scenario.start!r} to start from")
    for scene in scenario.scenes.values():
        if scene.end and scene.outcome not in OUTCOMES:
            raise ValueError(f"{scenario.slug}: {scene.id} has no outcome of {OUTCOMES}")
        if scene.late is not None and scene.choice(scene.late) is None:
            raise ValueError(f"{scenario.slug}: {scene.id} has no choice {scene.late!r}")
        for choice in scene.choices:
            where = f"{scenario.slug}: {scene.id}/{choice.id}"
            if choice.grade not in GRADES:
                raise ValueError(f"{where}: unknown grade {choice.grade!r}")
            for target in (choice.target, choice.back or BACK):
                if target not in scenario.scenes and target != BACK:
                    raise ValueError(f"{where}: no scene {target!r}")
            if choice.fails and (choice.target == BACK or choice.back):
                raise ValueError(f"{where}: what fails goes neither into a sub-story nor back")
            if choice.writes and choice.writes not in PAPERS:
                raise ValueError(f"{where}: unknown paper {choice.writes!r}")
            if choice.weight < 1:
                raise ValueError(f"{where}: what may happen weighs something")
            if choice.minutes < 0:
                raise ValueError(f"{where}: time does not run backwards")
            if strange := set(choice.effects) - set(scenario.meters):
                raise ValueError(f"{where}: no meter {sorted(strange)}")
            if strange := set(choice.sets) - set(scenario.flags):
                raise ValueError(f"{where}: no flag {sorted(strange)}")


@dataclass(frozen=True)
class Position:
    """Where a run stands. ``elapsed`` is in minutes; ``used`` holds (scene, choice) pairs.

    ``returns`` are the scenes to which open sub-stories go back, the innermost last; ``draws``
    counts what was left to chance. ``endangered``: safety was below 1 at some moment.
    """

    scene: str
    meters: Mapping[str, int]
    flags: Mapping[str, Value]
    elapsed: int = 0
    points: int = 0
    used: frozenset[tuple[str, str]] = frozenset()
    failed: bool = False
    returns: tuple[str, ...] = ()
    draws: int = 0
    endangered: bool = False

    def values(self) -> dict[str, Value]:
        """What conditions may look at."""
        return {**self.flags, **self.meters, ELAPSED: self.elapsed}


@dataclass(frozen=True)
class Ending:
    """How a run ended: its outcome, whether that passes, and the share of ``maximum`` points."""

    outcome: str
    passed: bool
    percent: int
    meters: Mapping[str, int]


def start(scenario: Scenario) -> Position:
    """The position before the first choice."""
    meters = {meter: clamp(scenario, meter, value) for meter, value in scenario.meters.items()}
    return Position(scenario.start, meters, dict(scenario.flags), endangered=in_danger(meters))


def in_danger(meters: Mapping[str, int]) -> bool:
    """Whether safety is below 1. A scenario without that meter endangers nobody."""
    return meters.get(SAFETY, LEAST_SAFETY) < LEAST_SAFETY


def clamp(scenario: Scenario, meter: str, value: int) -> int:
    """The value brought back within the meter's limits, if it has any."""
    low, high = scenario.limits.get(meter, (value, value))
    return min(max(value, low), high)


def open_choices(scenario: Scenario, position: Position) -> tuple[Choice, ...]:
    """The choices a person may take now, in the order of the text; none once the run has ended.

    A choice that was used has vanished unless it may be taken again; one whose condition does
    not hold is not shown. None at all in a run that has not ended is a trap, which the check
    of a scenario reports before anybody is caught in it.
    """
    if has_ended(scenario, position):
        return ()
    values, scene = position.values(), scenario.scenes[position.scene]
    return tuple(
        choice
        for choice in scene.choices
        if (choice.again or scene.chance or (scene.id, choice.id) not in position.used)
        and leads_on(choice, len(position.returns))
        and (choice.condition is None or choice.condition.holds(values))
    )


def leads_on(choice: Choice, depth: int) -> bool:
    """Whether a choice leads anywhere from inside so many sub-stories: a way back needs one."""
    if choice.target == BACK:
        return depth > 0
    return choice.back is None or depth < MOST_DEEP


def take(scenario: Scenario, position: Position, choice_id: str) -> Position:
    """The position after a choice.

    Meters stay within their limits, minutes pass, and flags are set. A choice earns its points
    once a run, so that repeating one that may be taken again does not pay.
    Raises NotThere for a choice that the scene does not have, and TooLate with ``finished``
    or ``closed`` for one that cannot be taken any more.
    """
    choice = scenario.scenes[position.scene].choice(choice_id)
    if choice is None:
        raise NotThere
    if has_ended(scenario, position):
        raise TooLate("finished")
    if choice not in open_choices(scenario, position):
        raise TooLate("closed", choice=choice_id)
    taken = (position.scene, choice.id)
    target, returns = led_to(choice, position.returns)
    meters = {
        meter: clamp(scenario, meter, value + choice.effects.get(meter, 0))
        for meter, value in position.meters.items()
    }
    return replace(
        position,
        scene=target,
        meters=meters,
        flags={**position.flags, **choice.sets},
        elapsed=position.elapsed + choice.minutes,
        points=position.points + (0 if taken in position.used else choice.points),
        used=position.used | {taken},
        failed=position.failed or choice.fails,
        returns=returns,
        draws=position.draws + scenario.scenes[position.scene].chance,
        endangered=position.endangered or in_danger(meters),
    )


def led_to(choice: Choice, returns: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The scene that a choice leads to, and where open sub-stories will return after it."""
    if choice.target == BACK:
        return returns[-1], returns[:-1]
    return choice.target, (*returns, choice.back) if choice.back else returns


def replay(
    scenario: Scenario, choices: Iterable[str], begin: Position | None = None
) -> tuple[Position, ...]:
    """Every position of a run, the start included, from everything that was chosen or happened.

    Raises what ``take`` raises when the choices are not those of a run of this scenario.
    """
    positions = [begin or start(scenario)]
    for choice_id in choices:
        positions.append(take(scenario, positions[-1], choice_id))
    return tuple(positions)


def has_ended(scenario: Scenario, position: Position) -> bool:
    """Whether the run is over: at an end, or after a choice graded ``fail``."""
    return position.failed or scenario.scenes[position.scene].end


def outcome(scenario: Scenario, position: Position) -> Ending | None:
    """How the run ended, or None while it goes on.

    A choice graded ``fail`` leads to its target only to show the debrief there; when that is
    no end, the run ends with ``breach``. Only two outcomes pass, and only when the pass
    condition holds, nothing failed and safety was never below 1.

    Source: docs/authoring.md, "A scenario"; answers to removal, 6.4 and 6.5.
    """
    if not has_ended(scenario, position):
        return None
    scene = scenario.scenes[position.scene]
    name = scene.outcome if scene.end and scene.outcome else "breach"
    return Ending(
        outcome=name,
        passed=not position.failed
        and not position.endangered
        and would_pass(scenario, name, position.values()),
        percent=percent(position.points, scenario.maximum),
        meters=position.meters,
    )


def would_pass(scenario: Scenario, outcome_name: str, values: Values) -> bool:
    """Whether an end with these values passes, as long as nothing failed on the way there."""
    holds = scenario.passes is None or scenario.passes.holds(values)
    return outcome_name in PASSING_OUTCOMES and holds


def percent(points: int, maximum: int) -> int:
    """The share of the points to be had, rounded down, never above 100.

    Where there were none to be had nothing was earned either.
    """
    return min(points * 100 // maximum, 100) if maximum > 0 else 0
