"""Every state that a scenario can be in, with states merged where what differs cannot matter.

A state keeps only what the rest of the run can still look at: the meters and flags that a
condition ahead, or the pass condition, asks about; the choices used in scenes that can be
met again; the minutes only up to the last number they are compared with. Two runs in one
state have the same futures, so merging them changes no answer.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from lms.domain.conditions import Compare, Condition, Constant, Value, comparisons, names
from lms.domain.scenarios import (
    BACK,
    ELAPSED,
    LEAST_SAFETY,
    SAFETY,
    Choice,
    Position,
    Scenario,
    leads_on,
    led_to,
    start,
)

RECORD = "record"
UNLIMITED = 10**9

# scene, whether a choice failed, meters, flags, used choices as bits, minutes, where open
# sub-stories return to, whether safety was ever below 1
State = tuple[str, bool, tuple[int, ...], tuple[Value, ...], int, int, tuple[str, ...], bool]
FAILED: Final = 1
RETURNS: Final = 6
ENDANGERED: Final = 7


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
    whose condition did and did not hold somewhere. ``astray`` are those that lead back although
    no sub-story is open somewhere, ``too_deep`` those that open one too many.
    """

    states: list[State] = field(default_factory=list)
    edges: list[list[Edge]] = field(default_factory=list)
    came_from: list[tuple[int, Edge] | None] = field(default_factory=list)
    cut: set[int] = field(default_factory=set)
    seen_true: set[tuple[str, str]] = field(default_factory=set)
    seen_false: set[tuple[str, str]] = field(default_factory=set)
    astray: set[tuple[str, str]] = field(default_factory=set)
    too_deep: set[tuple[str, str]] = field(default_factory=set)


def reach(scenario: Scenario) -> dict[str, frozenset[str]]:
    """The scenes that can come after each scene, as the links lie, without asking conditions.

    A way back may lead to wherever any sub-story returns: more than can happen, never less.
    """
    returns = {c.back for scene in scenario.scenes.values() for c in scene.choices if c.back}
    after: dict[str, set[str]] = {}
    for scene in scenario.scenes.values():
        targets = {c.target for c in scene.choices if not c.fails and not scene.end}
        after[scene.id] = targets - {BACK} | (returns if BACK in targets else set())
    found: dict[str, frozenset[str]] = {}
    for start_from in after:
        seen, ahead = set[str](), list(after[start_from])
        while ahead:
            target = ahead.pop()
            if target not in seen:
                seen.add(target)
                ahead.extend(after[target])
        found[start_from] = frozenset(seen)
    return found


class Searcher:
    """Walks the states of one scenario; holds what was worked out once for all of them."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.meters = tuple(scenario.meters)
        self.flags = tuple(scenario.flags)
        self.after = reach(scenario)
        # Whether safety was ever too low is asked at the end of every run.
        self.at_end = self._names([scenario.passes]) | {RECORD, SAFETY}
        self.safety = self.meters.index(SAFETY) if SAFETY in self.meters else None
        self.returning = {
            c.back for scene in scenario.scenes.values() for c in scene.choices if c.back
        }
        self.live = {scene: self._live(scene) for scene in scenario.scenes}
        self.last_minute = self._last_minute()
        self.bits = self._bits()
        self.moves = {
            scene.id: tuple(self._move(scene.id, choice) for choice in scene.choices)
            for scene in scenario.scenes.values()
        }

    def search(self, max_states: int, begin: Position | None = None) -> Space:
        """Find every state from a position on, nearest first, but no more than ``max_states``."""
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

        number_of(self._state(begin or start(self.scenario)))
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
        return state[FAILED] or self.scenario.scenes[state[0]].end

    def _open(self, state: State, space: Space) -> list[Move]:
        if self.has_ended(state):
            return []
        scene, moves = state[0], self.moves[state[0]]
        chance = self.scenario.scenes[scene].chance
        values = self.values(state) if any(m.choice.condition for m in moves) else {}
        found = []
        for move in moves:
            choice = move.choice
            if choice.condition is not None:
                holds = choice.condition.holds(values)
                (space.seen_true if holds else space.seen_false).add((scene, choice.id))
                if not holds:
                    continue
            if not (choice.again or chance) and state[4] & move.bit:
                continue
            if leads_on(choice, len(state[RETURNS])):
                found.append(move)
            else:
                (space.astray if choice.target == BACK else space.too_deep).add((scene, choice.id))
        return found

    def _state(self, position: Position) -> State:
        live = self.live[position.scene]
        return (
            position.scene,
            position.failed,
            tuple(value if meter in live else 0 for meter, value in position.meters.items()),
            tuple(value if flag in live else 0 for flag, value in position.flags.items()),
            sum(bit for step, bit in self.bits.items() if step in position.used),
            min(position.elapsed, self.last_minute) if ELAPSED in live else 0,
            position.returns,
            position.endangered,
        )

    def _after(self, state: State, move: Move) -> State:
        _, _, meters, flags, used, elapsed, returns, endangered = state
        choice = move.choice
        target, returns = led_to(choice, returns)
        if move.meters or move.idle_meters:
            changed = list(meters)
            for number, effect, low, high in move.meters:
                value = changed[number] + effect
                changed[number] = low if value < low else high if value > high else value
            endangered = endangered or self._in_danger(changed)
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
        return (target, choice.fails, meters, flags, used, elapsed, returns, endangered)

    def _in_danger(self, meters: list[int]) -> bool:
        return self.safety is not None and meters[self.safety] < LEAST_SAFETY

    def _move(self, scene: str, choice: Choice) -> Move:
        before = self.live[scene]
        after = self.at_end if choice.fails else self._live_after(choice)
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
            bits_kept=0 if choice.fails else self._bits_ahead(choice),
            keeps_time=ELAPSED in after,
        )

    def _targets(self, choice: Choice) -> set[str]:
        """Where a choice may lead: a way back wherever a sub-story returns."""
        return {choice.target} if choice.target != BACK else self.returning

    def _live_after(self, choice: Choice) -> frozenset[str]:
        return self.at_end.union(*(self.live[target] for target in self._targets(choice)))

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
            for choice in scene.choices if not scene.chance else ():
                if not choice.fails and (choice.points or not choice.again):
                    bits[scene.id, choice.id] = 1 << len(bits)
        return bits

    def _bits_ahead(self, choice: Choice) -> int:
        ahead = {
            scene for target in self._targets(choice) for scene in (target, *self.after[target])
        }
        return sum(bit for (at, _), bit in self.bits.items() if at in ahead)
