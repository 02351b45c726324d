"""Every state that a scenario can be in, with states merged where what differs cannot matter.

A state keeps only what the rest of the run can still look at: the meters and flags that a
condition ahead, or the pass condition, asks about; the choices used in scenes that can be
met again; the minutes only up to the last number they are compared with. Two runs in one
state have the same futures, so merging them changes no answer.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.domain.conditions import Compare, Condition, Constant, Value, comparisons, names
from lms.domain.scenarios import ELAPSED, Choice, Scenario, clamp

RECORD = "record"
UNLIMITED = 10**9

# scene, whether a choice failed, meters, flags, used choices as bits, minutes
State = tuple[str, bool, tuple[int, ...], tuple[Value, ...], int, int]


@dataclass(frozen=True, slots=True)
class Edge:
    """A choice taken in one state: where it leads, what it earns and what it takes."""

    to: int
    choice: Choice
    points: int


@dataclass(frozen=True, slots=True)
class Move:
    """A choice prepared for being taken in many states.

    Meters and flags go by number; those that nobody will ask about any more become 0.
    ``bit`` marks the choice as used, and ``bits_kept`` are the marks that still matter.
    """

    choice: Choice
    meters: tuple[tuple[int, int, int, int], ...]
    idle_meters: tuple[int, ...]
    flags: tuple[tuple[int, Value], ...]
    bit: int
    bits_kept: int
    keeps_time: bool


@dataclass
class Space:
    """The states found, numbered in the order of their distance from the start.

    ``came_from`` is the nearest way into each. ``cut`` holds the states from which a way on was
    left out because there were too many. ``seen_true`` and ``seen_false`` are the (scene, choice)
    whose condition did and did not hold somewhere.
    """

    states: list[State] = field(default_factory=list)
    edges: list[list[Edge]] = field(default_factory=list)
    came_from: list[tuple[int, Edge] | None] = field(default_factory=list)
    cut: set[int] = field(default_factory=set)
    seen_true: set[tuple[str, str]] = field(default_factory=set)
    seen_false: set[tuple[str, str]] = field(default_factory=set)


def reach(scenario: Scenario) -> dict[str, frozenset[str]]:
    """The scenes that can come after each scene, as the links lie, without asking conditions."""
    after = {
        scene.id: set() if scene.end else {c.target for c in scene.choices if not c.fails}
        for scene in scenario.scenes.values()
    }
    found: dict[str, frozenset[str]] = {}
    for scene in after:
        seen, ahead = set[str](), list(after[scene])
        while ahead:
            target = ahead.pop()
            if target not in seen:
                seen.add(target)
                ahead.extend(after[target])
        found[scene] = frozenset(seen)
    return found


class Searcher:
    """Walks the states of one scenario; holds what was worked out once for all of them."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.meters = tuple(scenario.meters)
        self.flags = tuple(scenario.flags)
        self.after = reach(scenario)
        self.at_end = self._names([scenario.passes]) | {RECORD}
        self.live = {scene: self._live(scene) for scene in scenario.scenes}
        self.last_minute = self._last_minute()
        self.bits = self._bits()
        self.moves = {
            scene.id: tuple(self._move(scene.id, choice) for choice in scene.choices)
            for scene in scenario.scenes.values()
        }

    def search(self, max_states: int) -> Space:
        """Find every state, nearest first, but no more than ``max_states``."""
        space, numbers = Space(), dict[State, int]()
        waiting: deque[int] = deque()

        def number_of(state: State) -> int | None:
            number = numbers.get(state)
            if number is None and len(numbers) < max_states:
                numbers[state] = number = len(numbers)
                space.states.append(state)
                space.edges.append([])
                space.came_from.append(None)
                waiting.append(number)
            return number

        number_of(self._first())
        while waiting:
            number = waiting.popleft()
            state = space.states[number]
            for move in self._open(state, space):
                known = len(numbers)
                to = number_of(self._after(state, move))
                if to is None:
                    space.cut.add(number)
                    continue
                points = 0 if state[4] & move.bit else move.choice.points
                edge = Edge(to, move.choice, points)
                space.edges[number].append(edge)
                if to == known:
                    space.came_from[to] = (number, edge)
        return space

    def values(self, state: State) -> dict[str, Value]:
        """What conditions may look at; only the names that matter in this state are true."""
        named: dict[str, Value] = dict(zip(self.flags, state[3], strict=True))
        named.update(zip(self.meters, state[2], strict=True))
        named[ELAPSED] = state[5]
        return named

    def meter(self, state: State, name: str) -> int:
        """The value of a meter, or 0 when the scenario has none of that name."""
        return state[2][self.meters.index(name)] if name in self.meters else 0

    def has_ended(self, state: State) -> bool:
        """Whether a run in this state is over."""
        return state[1] or self.scenario.scenes[state[0]].end

    def _open(self, state: State, space: Space) -> list[Move]:
        if self.has_ended(state):
            return []
        scene, moves = state[0], self.moves[state[0]]
        values = self.values(state) if any(m.choice.condition for m in moves) else {}
        found = []
        for move in moves:
            choice = move.choice
            if choice.condition is not None:
                holds = choice.condition.holds(values)
                (space.seen_true if holds else space.seen_false).add((scene, choice.id))
                if not holds:
                    continue
            if choice.again or not state[4] & move.bit:
                found.append(move)
        return found

    def _first(self) -> State:
        scenario = self.scenario
        live = self.live[scenario.start]
        return (
            scenario.start,
            False,
            tuple(clamp(scenario, m, v) if m in live else 0 for m, v in scenario.meters.items()),
            tuple(value if flag in live else 0 for flag, value in scenario.flags.items()),
            0,
            0,
        )

    def _after(self, state: State, move: Move) -> State:
        _, _, meters, flags, used, elapsed = state
        choice = move.choice
        if move.meters or move.idle_meters:
            changed = list(meters)
            for number, effect, low, high in move.meters:
                value = changed[number] + effect
                changed[number] = low if value < low else high if value > high else value
            for number in move.idle_meters:
                changed[number] = 0
            meters = tuple(changed)
        if move.flags:
            set_flags = list(flags)
            for number, flag in move.flags:
                set_flags[number] = flag
            flags = tuple(set_flags)
        elapsed = min(elapsed + choice.minutes, self.last_minute) if move.keeps_time else 0
        used = (used | move.bit) & move.bits_kept
        return (choice.target, choice.fails, meters, flags, used, elapsed)

    def _move(self, scene: str, choice: Choice) -> Move:
        before = self.live[scene]
        after = self.at_end if choice.fails else self.live[choice.target]
        effects, limits = choice.effects, self.scenario.limits
        flags = {flag: value for flag, value in choice.sets.items() if flag in after}
        flags.update({flag: 0 for flag in self.flags if flag in before - after})
        return Move(
            choice=choice,
            meters=tuple(
                (number, effects[meter], *limits.get(meter, (-UNLIMITED, UNLIMITED)))
                for number, meter in enumerate(self.meters)
                if meter in after and effects.get(meter)
            ),
            idle_meters=tuple(
                number for number, meter in enumerate(self.meters) if meter in before - after
            ),
            flags=tuple((self.flags.index(flag), value) for flag, value in flags.items()),
            bit=self.bits.get((scene, choice.id), 0),
            bits_kept=0 if choice.fails else self._bits_ahead(choice.target),
            keeps_time=ELAPSED in after,
        )

    def _names(self, conditions: Iterable[Condition | None]) -> frozenset[str]:
        return frozenset(n for condition in conditions if condition for n in names(condition))

    def _live(self, scene: str) -> frozenset[str]:
        """What a condition from this scene on may look at; the record breaks ties at the end."""
        ahead = [self.scenario.scenes[s] for s in {scene, *self.after[scene]}]
        asked = self._names(c.condition for s in ahead if not s.end for c in s.choices)
        return asked | self.at_end

    def _last_minute(self) -> int:
        """The minute after which no comparison can turn out differently any more."""
        asked = [self.scenario.passes] + [
            choice.condition for s in self.scenario.scenes.values() for choice in s.choices
        ]
        last = 0
        for comparison in (c for condition in asked if condition for c in comparisons(condition)):
            if not isinstance(comparison, Compare) or ELAPSED not in names(comparison):
                continue
            sides = (comparison.left, comparison.right)
            constants = [s.constant for s in sides if isinstance(s, Constant)]
            if not constants or not isinstance(constants[0], int):
                # Compared with a meter: every minute may matter.
                return UNLIMITED
            last = max(last, constants[0] + 1)
        return last

    def _bits(self) -> dict[tuple[str, str], int]:
        """A bit for each choice whose use is felt later: by vanishing, or by earning no more.

        Only in a scene that can be met again; elsewhere a used choice is never looked at.
        """
        bits: dict[tuple[str, str], int] = {}
        for scene in self.scenario.scenes.values():
            if scene.id not in self.after[scene.id]:
                continue
            for choice in scene.choices:
                if not choice.fails and (choice.points or not choice.again):
                    bits[scene.id, choice.id] = 1 << len(bits)
        return bits

    def _bits_ahead(self, scene: str) -> int:
        return sum(bit for (at, _), bit in self.bits.items() if at in {scene, *self.after[scene]})
