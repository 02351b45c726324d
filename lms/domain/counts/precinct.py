"""A precinct as it truly was: figures that agree with each other, made from a head and a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lms.domain.counts.chance import Chance
from lms.domain.counts.country import PHASES, Country
from lms.domain.counts.figures import Figures, Sheet
from lms.domain.counts.kinds import KINDS

ASKED_AT = (9, 12, 15, 18, 19)  # and at closing; source: procedures, step 5


@dataclass(frozen=True)
class Head:
    """What an exercise fixes. Pairs are ranges, both ends included; ``turnout`` is in per cent.

    ``pool`` are the kinds that may be planted, ``draw`` how many of them. ``worked`` names worked
    protocols that take the place of generated ones.
    """

    slug: str
    phases: tuple[str, ...]
    voters: tuple[int, int]
    ballots: tuple[int, int]
    candidates: int
    mobile: tuple[int, int]
    turnout: tuple[int, int]
    staff: int
    pool: tuple[str, ...]
    draw: tuple[int, int]
    pass_percent: int = 60
    false_alarms: int = 1
    clock: str | None = None
    attempts: int | None = None
    wait_hours: int | None = None
    worked: tuple[str, ...] = ()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Head:
        """Read a count exercise's document."""

        def pair(key: str) -> tuple[int, int]:
            low, high = document[key]
            return int(low), int(high)

        return cls(
            slug=document["slug"],
            phases=tuple(document["phases"]),
            voters=pair("voters"),
            ballots=pair("ballots"),
            candidates=int(document["candidates"]),
            mobile=pair("mobile"),
            turnout=pair("turnout"),
            staff=int(document["staff"]),
            pool=tuple(document["pool"]),
            draw=pair("draw"),
            pass_percent=int(document["pass_percent"]),
            false_alarms=int(document["false_alarms"]),
            clock=document.get("clock"),
            attempts=document.get("attempts"),
            wait_hours=document.get("wait_hours"),
            worked=tuple(document.get("worked") or ()),
        )


def possible(country: Country, phases: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds that this country calls irregular and that can show in these parts of a day.

    One that betrays itself in the figures needs the protocol and every cell of its check.
    """
    found = []
    for name, kind in KINDS.items():
        steps = {step for sign in kind.signs for step in sign.steps}
        here = {step.id for step in country.steps}
        shows = bool(steps & here & {s for phase in phases for s in PHASES[phase]})
        if kind.check:
            shows = "protocol" in phases and "protocol" in here and _on_form(kind.check, country)
        if kind.id == "order-broken":
            shows = shows and country.step_before("portable-opened", "stationary-opened")
        if name in country.breaks and shows:
            found.append(name)
    return tuple(found)


_NEEDS = {
    "E1": ("V", "V0", "A", "R"),
    "E2": ("I", "I_st", "I_mob"),
    "E3": ("B", "I", "S", "U"),
    "E6": ("I", "Sig"),
    "N2": ("F_mob", "I_mob"),
    "N3": ("F_st", "I_st"),
    "W1": ("I_st",),
    "E7-said": ("U",),
}  # fmt: skip


def _on_form(check: str, country: Country) -> bool:
    return all(cell in country.form for cell in _NEEDS.get(check, ()))


@dataclass(frozen=True)
class Planted:
    """One irregularity of a night. ``amount`` is in ballots or people, 0 where there is none."""

    kind: str
    amount: int


@dataclass
class Making:
    """Figures while they are made, layer by layer: what is found, said, written and copied.

    ``cells`` and ``votes`` are those of the layer at hand; what is changed early is carried on by
    everybody who comes later, as in a real room.
    """

    cells: dict[str, int]
    votes: list[int]
    hourly: dict[int, int]
    own: dict[int, int]
    board: list[int] = field(default_factory=list)


def truth(head: Head, country: Country, chance: Chance) -> Making:
    """The figures of an honest day. Every check holds for them.

    Source: procedures, 4.1 to 4.4.
    """
    opened = chance.between(*head.voters)
    added, removed = chance.between(3, 20), chance.between(0, 4)
    voters = opened + added - removed
    issued = max(voters * chance.between(*head.turnout) // 100, 60)
    mobile = min(chance.between(*head.mobile), issued // 4)
    spoiled = chance.between(1, 9)
    received = max(chance.between(*head.ballots), issued + spoiled + issued // 5 + 120)
    room = issued - mobile
    kept = chance.between(0, min(4, room // 100))
    found_room = room - kept
    found = found_room + mobile
    invalid = max(2, found * chance.between(8, 28) // 1000)
    cells = {
        "V0": opened, "A": added, "R": removed, "V": voters, "B": received, "I_st": room,
        "I_mob": mobile, "I": issued, "S": spoiled, "U": received - issued - spoiled,
        "App": mobile + chance.between(0, 3), "Sig": issued, "F_mob": mobile, "F_st": found_room,
        "F": found, "X": invalid,
    }  # fmt: skip
    votes = _votes(found - invalid, head.candidates + country.against_all, chance)
    hourly, own = _hours(room, found_room, mobile, country, chance)
    return Making(cells, votes, hourly, own)


def _votes(valid: int, choices: int, chance: Chance) -> list[int]:
    """Votes for each choice: a leader, a second with at least a fifth, and others."""
    first = valid * chance.between(42, 55) // 100
    second = valid * chance.between(24, 32) // 100
    if choices == 2:
        return [valid - second, second]
    weights = [chance.between(3, 12) for _ in range(choices - 2)]
    rest = valid - first - second
    others = [rest * weight // sum(weights) for weight in weights]
    others[0] += rest - sum(others)
    return [first, second, *others]


def _hours(
    room: int, dropped: int, mobile: int, country: Country, chance: Chance
) -> tuple[dict[int, int], dict[int, int]]:
    """Totals by the hour: ballots issued, as the chair knows, and ballots seen dropped."""
    start, end = country.opens // 60, country.closes // 60
    weights = [chance.between(5, 15) for _ in range(start, end)]
    whole, reached = sum(weights), 0
    issued, seen = {}, {}
    missed = chance.between(0, min(5, dropped // 50))
    for hour, weight in zip(range(start + 1, end + 1), weights, strict=True):
        reached += weight
        if hour in ASKED_AT or hour == end:
            out = mobile if hour >= 15 or hour == end else 0
            issued[hour] = room * reached // whole + out
            seen[hour] = (dropped - missed) * reached // whole
    return issued, seen


def sheet(cells: Mapping[str, int | None], votes: list[int], form: tuple[str, ...]) -> Sheet:
    """A sheet with the cells of a form, in its order."""
    return Sheet({name: cells[name] for name in form if name in cells}, tuple(votes))


def with_own(figures: Figures, seen: Mapping[int, int | None]) -> Figures:
    """The same figures beside the count of an observer who saw only some of the hours."""
    return replace(figures, own_hourly=dict(seen))
