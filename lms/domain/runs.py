"""Runs: what was chosen and what chance did, what it was worth, what it would have taken."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from lms.domain.conditions import Compare, Condition, Every, Not, Some, Truth, Values
from lms.domain.errors import NotThere, TooLate
from lms.domain.scenarios import (
    COMPETENCES,
    Choice,
    Position,
    Scenario,
    has_ended,
    open_choices,
    outcome,
    start,
    take,
)

# A certifying run needs so much of a record, whatever the scenario itself asks for.
GATE_RECORD = 3
GATE_TACTICS = (5, 6, 7, 8, 12, 13)
SEEDS = 2**53
# Chance that leads to chance; the check of scenarios refuses circles of it.
MOST_DRAWS_AT_ONCE = 100


@dataclass(frozen=True)
class Beat:
    """One thing that was chosen or (``by_chance``) that happened, with what stood before it."""

    scene: str
    choice: Choice
    by_chance: bool
    before: Position
    after: Position


def unfold(
    scenario: Scenario, choices: Iterable[str], seed: int, begin: Position | None = None
) -> tuple[Beat, ...]:
    """A whole run from the choices that were made and its seed: the same every time, everywhere.

    ``begin`` is where it starts, the scenario's own start when nothing else is given.
    Raises what ``take`` raises when the choices are not those of a run of this scenario.
    """
    first = begin or start(scenario)
    beats = list(_fate(scenario, first, seed))
    for choice_id in choices:
        before = beats[-1].after if beats else first
        after = take(scenario, before, choice_id)
        chosen = scenario.scenes[before.scene].choice(choice_id)
        if chosen is None:
            raise AssertionError("a choice was taken that is not there")
        beats.append(Beat(before.scene, chosen, False, before, after))
        beats.extend(_fate(scenario, after, seed))
    return tuple(beats)


def standing(scenario: Scenario, beats: tuple[Beat, ...]) -> Position:
    """Where a run stands after its beats."""
    return beats[-1].after if beats else start(scenario)


def _fate(scenario: Scenario, position: Position, seed: int) -> list[Beat]:
    """What happens by chance before somebody can choose again."""
    beats: list[Beat] = []
    while scenario.scenes[position.scene].chance and not has_ended(scenario, position):
        may = open_choices(scenario, position)
        if not may or len(beats) == MOST_DRAWS_AT_ONCE:
            raise ValueError(f"{scenario.slug}: nothing can happen in {position.scene}")
        number = drawn(seed, position.draws, position.scene, sum(c.weight for c in may))
        for happening in may:
            number -= happening.weight
            if number < 0:
                break
        after = take(scenario, position, happening.id)
        beats.append(Beat(position.scene, happening, True, position, after))
        position = after
    return beats


def kindest_seed(scenario: Scenario, path: Iterable[tuple[str, str]], tries: int = 10_000) -> int:
    """The first seed with which chance does what it does on this path: for demonstrations and
    tests. 0 when none of so many seeds does."""
    steps = [tuple(step) for step in path]
    chosen = [choice for scene, choice in steps if not scenario.scenes[scene].chance]
    if len(chosen) == len(steps):
        return 0
    for seed in range(tries):
        try:
            beats = unfold(scenario, chosen, seed)
        except (TooLate, NotThere):
            continue
        if [(beat.scene, beat.choice.id) for beat in beats] == steps:
            return seed
    return 0


def drawn(seed: int, draws: int, scene: str, total: int) -> int:
    """A number from 0 to ``total`` - 1 that depends on nothing but what is given.

    A hash, not a generator of the language: it has to give the same on every machine and version.
    """
    digest = hashlib.sha256(f"{seed}:{draws}:{scene}".encode()).digest()
    return int.from_bytes(digest[:16], "big") % total


@dataclass(frozen=True)
class Score:
    """Points earned in the decisions about one competence, of the most that any run earns there."""

    competence: str
    earned: int
    most: int


def scores(scenario: Scenario, beats: Iterable[Beat]) -> tuple[Score, ...]:
    """What a run earned for each competence; a competence that the scenario does not test is out.

    A decision may count for more than one. Points as everywhere: once for each choice.

    Source: answers to removal, 6.2 and 6.5 (score the record and the safety, not the victory).
    """
    earned = dict.fromkeys(COMPETENCES, 0)
    for beat in beats:
        for competence in scenario.scenes[beat.scene].competences:
            earned[competence] += beat.after.points - beat.before.points
    return tuple(
        Score(competence, earned[competence], scenario.maxima[competence])
        for competence in COMPETENCES
        if scenario.maxima.get(competence)
    )


def certifies(scenario: Scenario, position: Position) -> bool:
    """Whether a certifying run that stands here has passed.

    It passes as the scenario says, nothing failed, the record is 3 or more and safety was never
    below 1.

    Source: answers to removal, 6.5.
    """
    ending = outcome(scenario, position)
    return bool(ending and ending.passed) and position.meters.get("record", 0) >= GATE_RECORD


def lacking(scenario: Scenario, position: Position) -> tuple[Compare | Truth, ...]:
    """The parts of the pass condition that do not hold here; empty where it holds, or at a failure
    that no meter explains."""
    return unmet(scenario.passes, position.values()) if scenario.passes else ()


def unmet(condition: Condition, values: Values) -> tuple[Compare | Truth, ...]:
    """The smallest conditions that would have to hold for the whole to hold.

    Of several ways to satisfy an ``or`` all are given. What stands under a ``not`` cannot be
    said as something to be reached, and is left out.
    """
    if condition.holds(values) or isinstance(condition, Not):
        return ()
    if isinstance(condition, Every | Some):
        return tuple(part for each in condition.conditions for part in unmet(each, values))
    return (condition,)
