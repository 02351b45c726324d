"""A joint session while it runs: a state machine that is replayed from the facilitator's events.

Nothing of it is kept in memory that matters: whoever has the events has the session. A process may
die in the middle of a scene, and another on another machine goes on from the same line.

Source: beyond the peers 7, complaint 17.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from lms.domain.errors import TooLate
from lms.domain.joint.dealing import Player, deal
from lms.domain.joint.exercise import LETTERS, SIDES, Exercise, Inject, Role, Scene

PLANNED, LOBBY, SCENE, DEBRIEF, CLOSED = "planned", "lobby", "scene", "debrief", "closed"
STAGES = (PLANNED, LOBBY, SCENE, DEBRIEF, CLOSED)
FIRST, SECOND = "first", "second"
# Among what is shown: the questions that are asked before. No scene can be called so.
QUESTIONS = "*"
MOST_RAISED = 999

Roles = Mapping[str, Mapping[str, str]]


def _nobody() -> Roles:
    return {FIRST: {}, SECOND: {}}


@dataclass(frozen=True)
class Event:
    """Something that the facilitator did, in its place. ``facts`` are what the kind needs."""

    number: int
    kind: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """An event that is about to happen: it has no number yet."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Live:
    """Where a session stands after some of its events.

    ``scene`` is the present one, None outside scenes. ``shown`` are scenes whose answers were laid
    open, for good. ``injected`` are injects that were released by hand; with ``timed`` the others
    come at their minute. ``roles`` maps a half to the role of each card. ``raised`` are the cards
    A to D that were counted by hand, by scene and side. ``console`` is the device in charge.
    """

    number: int = 0
    stage: str = PLANNED
    scene: str | None = None
    shown: frozenset[str] = frozenset()
    injected: frozenset[str] = frozenset()
    timed: bool = True
    began_at: datetime | None = None
    paused_at: datetime | None = None
    paused_for: timedelta = timedelta()
    roles: Roles = field(default_factory=_nobody)
    raised: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    console: str = ""

    @property
    def paused(self) -> bool:
        return self.paused_at is not None

    def elapsed(self, now: datetime) -> timedelta:
        """How long the present scene has run, without its pauses; nothing outside a scene."""
        if self.began_at is None:
            return timedelta()
        until = self.paused_at or now
        return max(until - self.began_at - self.paused_for, timedelta())

    def happened(self, exercise: Exercise, now: datetime) -> tuple[Inject, ...]:
        """The injects of the present scene that everybody (or a side) has seen by now."""
        if self.scene is None:
            return ()
        minutes = self.elapsed(now) / timedelta(minutes=1)
        return tuple(
            inject
            for inject in exercise.injects_of(self.scene)
            if inject.id in self.injected or (self.timed and minutes >= inject.at)
        )

    def mark(self, exercise: Exercise, now: datetime) -> str:
        """A short word that changes whenever a page has something new to show."""
        return f"{self.number}.{len(self.happened(exercise, now))}"

    def answers_are_open(self, scene: str) -> bool:
        """Whether an answer to this scene still counts."""
        return self.stage == SCENE and self.scene == scene and scene not in self.shown

    @property
    def questions_are_open(self) -> bool:
        """Whether what is asked before the session may still be answered.

        Nothing of the answers is shown as long as they are: who looks at a share before and after
        somebody answered knows what that one said, and when.
        """
        return self.stage in (PLANNED, LOBBY) and QUESTIONS not in self.shown


def half_of(exercise: Exercise, scene: str | None) -> str:
    """Which half a scene is in: the second begins with the change of sides."""
    if scene is None:
        return FIRST
    ids = [one.id for one in exercise.scenes]
    swap = next((i for i, one in enumerate(exercise.scenes) if one.swap), len(ids))
    return SECOND if ids.index(scene) >= swap else FIRST


def role_of(exercise: Exercise, live: Live, card: str) -> Role | None:
    """The role that a card plays now; None before it was dealt one."""
    found = live.roles[half_of(exercise, live.scene)].get(card)
    return next((role for role in exercise.roles if role.id == found), None)


def replay(events: Iterable[Event]) -> Live:
    """Where a session stands. Events come in their order; an unknown kind is an error."""
    live = Live()
    for event in events:
        live = replace(_APPLIED[event.kind](live, event), number=event.number)
    return live


def _opened(live: Live, event: Event) -> Live:  # noqa: ARG001 - every kind is applied alike
    return replace(live, stage=LOBBY)


def _moved(live: Live, event: Event) -> Live:
    scene = event.facts.get("scene")
    return replace(
        live,
        stage=event.facts["stage"],
        scene=scene,
        began_at=event.at if scene else None,
        paused_at=None,
        paused_for=timedelta(),
    )


def _dealt(live: Live, event: Event) -> Live:
    half = event.facts["half"]
    roles = {**live.roles, half: {**live.roles[half], **event.facts["roles"]}}
    return replace(live, roles=roles)


def _paused(live: Live, event: Event) -> Live:
    return replace(live, paused_at=live.paused_at or event.at)


def _resumed(live: Live, event: Event) -> Live:
    paused = event.at - live.paused_at if live.paused_at else timedelta()
    return replace(live, paused_at=None, paused_for=live.paused_for + paused)


def _raised(live: Live, event: Event) -> Live:
    scene, side = event.facts["scene"], event.facts["side"]
    of_scene = {**live.raised.get(scene, {}), side: dict(event.facts["counts"])}
    return replace(live, raised={**live.raised, scene: of_scene})


_APPLIED: Mapping[str, Callable[[Live, Event], Live]] = {
    "opened": _opened,
    "moved": _moved,
    "dealt": _dealt,
    "shown": lambda live, event: replace(live, shown=live.shown | {event.facts["scene"]}),
    "injected": lambda live, event: replace(live, injected=live.injected | {event.facts["inject"]}),
    "held": lambda live, _event: replace(live, timed=False),
    "released": lambda live, _event: replace(live, timed=True),
    "paused": _paused,
    "resumed": _resumed,
    "raised": _raised,
    "taken": lambda live, event: replace(live, console=event.facts["console"]),
    "closed": lambda live, _event: replace(live, stage=CLOSED, scene=None, began_at=None),
}
KINDS = tuple(_APPLIED)


# --- what the facilitator may do -----------------------------------------------------------------


def steps(exercise: Exercise) -> tuple[tuple[str, str | None], ...]:
    """(stage, scene) from the lobby to the debrief, in order."""
    scenes = [(SCENE, scene.id) for scene in exercise.scenes]
    return ((LOBBY, None), *scenes, (DEBRIEF, None))


def possible(exercise: Exercise, live: Live) -> frozenset[str]:
    """The deeds that are open to the facilitator at this moment."""
    found = set()
    if live.stage == PLANNED:
        found.add("open")
    if live.stage in (LOBBY, SCENE):
        found.add("next")
    if live.stage == LOBBY and live.questions_are_open:
        found.add("show")
    if live.stage in (SCENE, DEBRIEF):
        found.add("back")
    if live.stage == SCENE:
        found.add("resume" if live.paused else "pause")
        found.add("hold" if live.timed else "release")
        if exercise.injects_of(live.scene or ""):
            found.add("inject")
        if live.scene not in live.shown:
            found |= {"show", "raise"}
    if live.stage == DEBRIEF:
        found.add("close")
    return frozenset(found)


def opening(exercise: Exercise, live: Live) -> tuple[Draft, ...]:
    """Let people in. Raises TooLate when that was done already."""
    _must(exercise, live, "open")
    return (Draft("opened"),)


def onward(
    exercise: Exercise, live: Live, players: Sequence[Player], random: Random
) -> tuple[Draft, ...]:
    """To the next scene, or to the debrief; whoever has no role yet is dealt one first."""
    _must(exercise, live, "next")
    return _to(exercise, live, 1, players, random)


def backward(
    exercise: Exercise, live: Live, players: Sequence[Player], random: Random
) -> tuple[Draft, ...]:
    """Back to the scene before, or to the lobby. What was shown stays shown."""
    _must(exercise, live, "back")
    return _to(exercise, live, -1, players, random)


def _to(
    exercise: Exercise, live: Live, by: int, players: Sequence[Player], random: Random
) -> tuple[Draft, ...]:
    way = steps(exercise)
    stage, scene = way[way.index((live.stage, live.scene)) + by]
    dealt = dealing(exercise, live, scene, players, random) if scene else ()
    asked = (Draft("shown", {"scene": QUESTIONS}),) if live.questions_are_open else ()
    return (*dealt, *asked, Draft("moved", {"stage": stage, "scene": scene}))


def dealing(
    exercise: Exercise,
    live: Live,
    scene: str | None,
    players: Sequence[Player],
    random: Random,
) -> tuple[Draft, ...]:
    """Roles for those who have none in the half of this scene; nothing when everybody has one.

    For the second half everybody needs a role in the first, whose other side they then play: a
    latecomer is dealt both.
    """
    drafts = []
    first = live.roles[FIRST]
    new = deal(exercise, players, first, random)
    if new:
        drafts.append(Draft("dealt", {"half": FIRST, "roles": new}))
    if half_of(exercise, scene) == SECOND:
        before = {**first, **new}
        swapped = deal(exercise, players, live.roles[SECOND], random, before=before)
        if swapped:
            drafts.append(Draft("dealt", {"half": SECOND, "roles": swapped}))
    return tuple(drafts)


def showing(exercise: Exercise, live: Live) -> tuple[Draft, ...]:
    """Close the answers of the present scene, before the first one those to the questions, and lay
    both sides' beside each other."""
    _must(exercise, live, "show")
    return (Draft("shown", {"scene": live.scene or QUESTIONS}),)


def injecting(exercise: Exercise, live: Live, inject: str, now: datetime) -> tuple[Draft, ...]:
    """Let something happen now. Raises TooLate when it has, or when it is of another scene."""
    _must(exercise, live, "inject")
    of_scene = {one.id for one in exercise.injects_of(live.scene or "")}
    if inject not in of_scene - {one.id for one in live.happened(exercise, now)}:
        raise TooLate("stale")
    return (Draft("injected", {"inject": inject}),)


def turning(exercise: Exercise, live: Live, deed: str) -> tuple[Draft, ...]:
    """Pause, resume, hold or release what comes at its minute, or close for good."""
    kind = {
        "pause": "paused",
        "resume": "resumed",
        "hold": "held",
        "release": "released",
        "close": "closed",
    }[deed]
    _must(exercise, live, deed)
    return (Draft(kind),)


def raising(
    exercise: Exercise, live: Live, side: str, counts: Mapping[str, int]
) -> tuple[Draft, ...]:
    """Cards A to D, raised by one side and counted by the facilitator; a later count replaces it.

    Raises ValueError for counts that cannot be: unknown letters, or not 0 to 999.
    """
    _must(exercise, live, "raise")
    scene: Scene = exercise.scene(live.scene or "")
    letters = scene.letters(side) if side in SIDES else ()
    if not set(counts) <= set(letters) or not set(letters) <= set(LETTERS):
        raise ValueError("letters that this scene does not have")
    if not all(0 <= number <= MOST_RAISED for number in counts.values()):
        raise ValueError("a count that cannot be")
    facts = {"scene": scene.id, "side": side, "counts": dict(counts)}
    return (Draft("raised", facts),)


def _must(exercise: Exercise, live: Live, deed: str) -> None:
    if deed not in possible(exercise, live):
        raise TooLate("stale")
