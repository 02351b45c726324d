"""A small joint exercise for the tests of the domain."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from lms.domain.joint.exercise import Exercise, Inject, Option, Question, Role, Scene
from lms.domain.joint.live import Draft, Event

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def options(letters: str) -> tuple[Option, ...]:
    return tuple(Option(x, "best" if x == letters[0] else "weak") for x in letters)


def scene(id_: str, *, swap: bool = False) -> Scene:
    parts = {"observer": options("abc"), "commission": options("ab")}
    return Scene(id_, 10, swap, False, parts, ("copy",))


EXERCISE = Exercise(
    slug="copy",
    clock=date(2019, 6, 9),
    minutes=60,
    roles=(
        Role("chair", "commission", 1),
        Role("member", "commission", None),
        Role("watching", "observer", None),
        Role("press", "observer", 2),
    ),
    questions=(
        Question("when", ("copy",), options("ab")),
        Question("where", ("copy",), options("abcd")),
    ),
    scenes=(scene("one"), scene("two"), scene("three", swap=True), scene("four")),
    injects=(Inject("call", "one", 3, "commission"), Inject("dark", "one", 6, None)),
)


def numbered(drafts: tuple[Draft, ...], known: list[Event], at: datetime = START) -> list[Event]:
    """The events with these drafts added, all at one moment."""
    added = list(known)
    for draft in drafts:
        added.append(Event(len(added) + 1, draft.kind, at, draft.facts))
    return added


def after(**amount: float) -> datetime:
    return START + timedelta(**amount)
