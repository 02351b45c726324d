"""What can be proven of a scenario by walking through every state it can be in."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lms.domain.scenarios import Scenario, outcome, replay, would_pass
from lms.domain.statespace import RECORD, Edge, Searcher, Space

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
    that ends. ``passing_with_fail`` is a run that would pass but for a choice graded ``fail``.

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
    )


def _is_trap(searcher: Searcher, space: Space, number: int) -> bool:
    stuck = not space.edges[number] and number not in space.cut
    return stuck and not searcher.has_ended(space.states[number])


def _passes(searcher: Searcher, space: Space, number: int, *, failed: bool) -> bool:
    state = space.states[number]
    scene = searcher.scenario.scenes[state[0]]
    return (
        state[1] is failed
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


def _labels(space: Space, sign: int) -> tuple[list[tuple[int, int]], list[tuple[int, Edge] | None]]:
    """The greatest (``sign`` x points, - minutes) with which each state is reached, and how.

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
        for edge in space.edges[number]:
            label = (points + sign * edge.points, minutes - edge.choice.minutes)
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


def _path(scenario: Scenario, steps: Steps) -> Path:
    last = replay(scenario, [choice for _, choice in steps])[-1]
    ending = outcome(scenario, last)
    if ending is None:
        raise AssertionError("a path was followed that does not end")
    return Path(steps, last.points, last.elapsed, ending.outcome, ending.passed, dict(last.meters))


def _scenes(space: Space, numbers: Iterable[int], order: tuple[str, ...]) -> tuple[str, ...]:
    found = {space.states[number][0] for number in numbers}
    return tuple(scene for scene in order if scene in found)


def _ways(space: Space, numbers: Iterable[int]) -> dict[str, Steps]:
    nearest: dict[str, int] = {}
    for number in numbers:
        scene = space.states[number][0]
        nearest[scene] = min(number, nearest.get(scene, number))
    return {scene: _steps(space, number, space.came_from) for scene, number in nearest.items()}
