"""What can be proven of a scenario by walking through every state it can be in."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lms.domain.scenarios import (
    COMPETENCES,
    Position,
    Scenario,
    outcome,
    replay,
    start,
    would_pass,
)
from lms.domain.statespace import ENDANGERED, FAILED, RECORD, Edge, Searcher, Space

MAX_STATES = 200_000

Steps = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Path:
    """One whole run: its (scene, choice) steps and what came of it. ``minutes`` is what it took."""

    steps: Steps
    points: int
    minutes: int
    outcome: str
    passed: bool
    meters: Mapping[str, int]


@dataclass(frozen=True)
class Report:
    """The proofs of one scenario.

    ``bounded`` says that there were more than the allowed number of states: then everything
    here is about the states that were seen, and nothing is proven. Scenes are named by id and
    choices as (scene, choice).

    ``unreachable``: scenes that no run meets. ``traps``: scenes where a run can stand without
    a single open choice. ``endless``: scenes where a run can stand from which no end can be
    reached any more, the traps among them. ``never_true``, ``never_false``: choices whose
    condition is idle although their scene is met. ``ways``: the shortest way into each trap
    and each endless scene.

    ``best`` is the passing run of most points, then the highest record, then the fewest
    minutes; ``worst`` the run of fewest points, then the lowest record, then the fewest
    minutes. Either is None when there is no such run. ``maximum`` is the most points of any run
    that ends, ``maxima`` the same for each competence alone. ``passing_with_fail`` is a run that
    would pass but for a choice graded ``fail``.

    ``hopeless``: scenes before an end through which no run goes that passes. ``unlucky``: what
    is left to chance can make a pass impossible, however well somebody plays. ``astray``:
    choices that lead back where no sub-story is open; ``too_deep``: those that open one too many.

    Source: docs/authoring.md, "A scenario".
    """

    states: int
    bounded: bool
    unreachable: tuple[str, ...]
    traps: tuple[str, ...]
    endless: tuple[str, ...]
    never_true: Steps
    never_false: Steps
    best: Path | None
    worst: Path | None
    maximum: int
    passing_with_fail: Path | None
    ways: Mapping[str, Steps] = field(default_factory=dict)
    maxima: Mapping[str, int] = field(default_factory=dict)
    hopeless: tuple[str, ...] = ()
    unlucky: bool = False
    astray: Steps = ()
    too_deep: Steps = ()


def explore(scenario: Scenario, max_states: int = MAX_STATES) -> Report:
    """Walk through every state of a scenario and report what its author has to know.

    States that cannot differ in what comes after are merged first, so the answers are those
    of all runs, however many; a scenario with more than ``max_states`` states is cut short,
    and the report says so.
    """
    searcher = Searcher(scenario)
    space = searcher.search(max_states)
    states, scenes = range(len(space.states)), tuple(scenario.scenes)
    ended = [n for n in states if searcher.has_ended(space.states[n])]
    trapped = [n for n in states if _is_trap(searcher, space, n)]
    finishing = _lead_to(space, {*ended, *space.cut})
    lost = [n for n in states if n not in finishing]
    asked = space.seen_true | space.seen_false
    conditional = [
        (scene.id, choice.id)
        for scene in scenario.scenes.values()
        for choice in scene.choices
        if (scene.id, choice.id) in asked
    ]
    most, how_most = _labels(space, sign=1)
    least, how_least = _labels(space, sign=-1)

    def record(number: int) -> int:
        return searcher.meter(space.states[number], RECORD)

    passing = [n for n in ended if _passes(searcher, space, n, failed=False)]
    hoping = {space.states[n][0] for n in _lead_to(space, {*passing, *space.cut})}
    played = {s[0] for s in space.states if not searcher.has_ended(s)}
    best = max(passing, key=lambda n: (most[n][0], record(n), most[n][1]), default=None)
    worst = max(ended, key=lambda n: (least[n][0], -record(n), least[n][1]), default=None)
    contradiction = next((n for n in ended if _passes(searcher, space, n, failed=True)), None)
    met = {state[0] for state in space.states}
    return Report(
        states=len(space.states),
        bounded=bool(space.cut),
        unreachable=tuple(scene for scene in scenes if scene not in met),
        traps=_scenes(space, trapped, scenes),
        endless=_scenes(space, lost, scenes),
        never_true=tuple(step for step in conditional if step not in space.seen_true),
        never_false=tuple(step for step in conditional if step not in space.seen_false),
        best=None if best is None else _path(scenario, _steps(space, best, how_most)),
        worst=None if worst is None else _path(scenario, _steps(space, worst, how_least)),
        maximum=max((most[n][0] for n in ended), default=0),
        passing_with_fail=(
            None
            if contradiction is None
            else _path(scenario, _steps(space, contradiction, space.came_from))
        ),
        ways=_ways(space, [*trapped, *lost]),
        maxima=_maxima(searcher, space, ended),
        hopeless=tuple(scene for scene in scenes if scene in played - hoping),
        unlucky=bool(passing) and 0 not in _sure(searcher, space, {*passing, *space.cut}),
        astray=tuple(sorted(space.astray)),
        too_deep=tuple(sorted(space.too_deep)),
    )


def best_from(scenario: Scenario, position: Position, max_states: int = MAX_STATES) -> Path | None:
    """The best run that passes from here on; None when a pass has become impossible.

    ``points`` and ``minutes`` count from here. Raises ValueError for a scenario of more than
    ``max_states`` states, about which nothing can be said.
    """
    searcher = Searcher(scenario)
    space = searcher.search(max_states, position)
    if space.cut:
        raise ValueError("too many states")
    most, how = _labels(space, sign=1)
    passing = [
        n
        for n, state in enumerate(space.states)
        if searcher.has_ended(state) and _passes(searcher, space, n, failed=False)
    ]
    last = max(passing, key=lambda n: most[n], default=None)
    return None if last is None else _path(scenario, _steps(space, last, how), position)


def _maxima(searcher: Searcher, space: Space, ended: list[int]) -> dict[str, int]:
    """The most points that any run earns in the scenes of each competence."""
    found = {}
    for competence in COMPETENCES:
        scenes = searcher.scenario.scenes.values()
        counted = frozenset(scene.id for scene in scenes if competence in scene.competences)
        most, _ = _labels(space, sign=1, counted=counted)
        found[competence] = max((most[n][0] for n in ended), default=0)
    return found


def _sure(searcher: Searcher, space: Space, goals: set[int]) -> set[int]:
    """The states from which somebody can get to the goals whatever chance does.

    Where somebody chooses, one way there is enough; where chance decides, all have to be.
    """
    before: list[list[int]] = [[] for _ in space.states]
    for number, edges in enumerate(space.edges):
        for edge in edges:
            before[edge.to].append(number)
    found, waiting = set(goals), list(goals)
    while waiting:
        for number in before[waiting.pop()]:
            by_chance = searcher.scenario.scenes[space.states[number][0]].chance
            ways = (edge.to in found for edge in space.edges[number])
            if number not in found and (all(ways) if by_chance else any(ways)):
                found.add(number)
                waiting.append(number)
    return found


def _is_trap(searcher: Searcher, space: Space, number: int) -> bool:
    stuck = not space.edges[number] and number not in space.cut
    return stuck and not searcher.has_ended(space.states[number])


def _passes(searcher: Searcher, space: Space, number: int, *, failed: bool) -> bool:
    state = space.states[number]
    scene = searcher.scenario.scenes[state[0]]
    return (
        state[FAILED] is failed
        and not state[ENDANGERED]
        and scene.end
        and would_pass(searcher.scenario, scene.outcome or "", searcher.values(state))
    )


def _lead_to(space: Space, goals: set[int]) -> set[int]:
    """The states from which one of the goals can be reached, the goals among them."""
    before: list[list[int]] = [[] for _ in space.states]
    for number, edges in enumerate(space.edges):
        for edge in edges:
            before[edge.to].append(number)
    found, waiting = set(goals), list(goals)
    while waiting:
        for number in before[waiting.pop()]:
            if number not in found:
                found.add(number)
                waiting.append(number)
    return found


def _labels(
    space: Space, sign: int, counted: frozenset[str] | None = None
) -> tuple[list[tuple[int, int]], list[tuple[int, Edge] | None]]:
    """The greatest (``sign`` x points, - minutes) with which each state is reached, and how.

    With ``counted`` only the points of those scenes count.

    Labels only ever rise, and there is an end to it: round a circle of states nobody earns
    points, since a choice earns once, and time does not run backwards.
    """
    labels: list[tuple[int, int] | None] = [None] * len(space.states)
    how: list[tuple[int, Edge] | None] = [None] * len(space.states)
    labels[0] = (0, 0)
    waiting, is_waiting = deque([0]), {0}
    while waiting:
        number = waiting.popleft()
        is_waiting.discard(number)
        points, minutes = labels[number] or (0, 0)
        counts = sign * (counted is None or space.states[number][0] in counted)
        for edge in space.edges[number]:
            label = (points + counts * edge.points, minutes - edge.choice.minutes)
            known = labels[edge.to]
            if known is None or label > known:
                labels[edge.to], how[edge.to] = label, (number, edge)
                if edge.to not in is_waiting:
                    is_waiting.add(edge.to)
                    waiting.append(edge.to)
    return [label or (0, 0) for label in labels], how


def _steps(space: Space, number: int, how: list[tuple[int, Edge] | None]) -> Steps:
    steps: list[tuple[str, str]] = []
    while (came := how[number]) is not None:
        number, edge = came
        steps.append((space.states[number][0], edge.choice.id))
    return tuple(reversed(steps))


def _path(scenario: Scenario, steps: Steps, begin: Position | None = None) -> Path:
    first = begin or start(scenario)
    last = replay(scenario, [choice for _, choice in steps], first)[-1]
    ending = outcome(scenario, last)
    if ending is None:
        raise AssertionError("a path was followed that does not end")
    points, minutes = last.points - first.points, last.elapsed - first.elapsed
    return Path(steps, points, minutes, ending.outcome, ending.passed, dict(last.meters))


def _scenes(space: Space, numbers: Iterable[int], order: tuple[str, ...]) -> tuple[str, ...]:
    found = {space.states[number][0] for number in numbers}
    return tuple(scene for scene in order if scene in found)


def _ways(space: Space, numbers: Iterable[int]) -> dict[str, Steps]:
    nearest: dict[str, int] = {}
    for number in numbers:
        scene = space.states[number][0]
        nearest[scene] = min(number, nearest.get(scene, number))
    return {scene: _steps(space, number, space.came_from) for scene, number in nearest.items()}
