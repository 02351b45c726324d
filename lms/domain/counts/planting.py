"""Planting irregularities in a true precinct, each in the layer of paper in which it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lms.domain.counts.chance import Chance
from lms.domain.counts.country import Country
from lms.domain.counts.figures import Figures, Sheet
from lms.domain.counts.kinds import KINDS
from lms.domain.counts.precinct import Head, Making, Planted, possible, sheet, truth
from lms.domain.counts.worked import worked


@dataclass(frozen=True)
class Precinct:
    """A precinct: what was true, what was planted, and all the figures as they can be learned."""

    truth: Sheet
    planted: tuple[Planted, ...]
    figures: Figures

    def amount(self, kind: str) -> int | None:
        """How much of this kind was planted; None for nothing."""
        return next((p.amount for p in self.planted if p.kind == kind), None)


def draw_kinds(head: Head, country: Country, chance: Chance) -> tuple[str, ...]:
    """The kinds of one night: as many as the exercise draws, none that would hide another."""
    wanted = chance.between(*head.draw)
    fitting = set(possible(country, head.phases))
    order = chance.shuffled([kind for kind in head.pool if kind in fitting])
    found: list[str] = []
    taken: set[str] = set()
    for name in order:
        if len(found) < wanted and not KINDS[name].groups & taken:
            found.append(name)
            taken |= KINDS[name].groups
    return tuple(sorted(found))


def build(head: Head, country: Country, seed: int) -> Precinct:
    """The precinct of a seed: the same for ever."""
    if head.worked:
        return Precinct(*worked(head.worked[seed % len(head.worked)]))
    chance = Chance("count", seed)
    making = truth(head, country, chance.apart("truth"))
    true = sheet(making.cells, making.votes, tuple(making.cells))
    kinds = draw_kinds(head, country, chance.apart("kinds"))
    amounts = dict.fromkeys(kinds, 0)

    def stage(deeds: Mapping[str, Deed]) -> None:
        for kind in kinds:
            if kind in deeds:
                amounts[kind] = deeds[kind](making, chance.apart("plant", kind))

    stage(_FOUND)
    making.board = list(making.votes)
    stage(_SAID)
    said = sheet(making.cells, making.votes, country.form)
    stage(_WRITTEN)
    written = sheet(making.cells, making.votes, country.form)
    words = written
    if "not-written" in kinds:
        written = words = replace(written, cells={**written.cells, "U": None})
        amounts["not-written"] = 1
    if "digits-transposed" in kinds:
        written, amounts["digits-transposed"] = _transposed(written, chance.apart("digits"))
    copy = written
    if "two-versions" in kinds:
        copy, amounts["two-versions"] = _moved(written, chance.apart("copy"))
    minutes = country.closes - country.opens
    figures = Figures(
        written=written,
        words=words,
        said=said,
        copy=copy,
        board=tuple(making.board),
        hourly=making.hourly,
        own_hourly=making.own,
        issuing=max(1, head.staff - 2),  # the chair and the secretary do not issue ballots
        open_minutes=minutes,
        mobile_minutes=max(120, 5 * making.cells["I_mob"] + 20),
        form=country.form,
    )
    planted = tuple(Planted(kind, amounts[kind]) for kind in kinds)
    return Precinct(true, planted, figures)


Deed = Callable[[Making, Chance], int]


def _stuff(making: Making, chance: Chance) -> int:
    """A bundle goes into the box in the room, and is found there."""
    many = chance.between(18, 60)
    _found(making, "F_st", many)
    return many


def _found(making: Making, box: str, many: int) -> None:
    making.cells[box] += many
    making.cells["F"] += many
    making.votes[0] += many


def _mobile(making: Making, chance: Chance) -> int:
    many = chance.between(8, 30)
    _found(making, "F_mob", many)
    return many


def _issue(making: Making, many: int) -> None:
    for cell, sign in (("I_st", 1), ("I", 1), ("Sig", 1), ("U", -1)):
        making.cells[cell] += sign * many
    _found(making, "F_st", many)


def _much(making: Making, chance: Chance) -> int:
    """More than the warning light of an own count needs, and no more than unused ballots allow."""
    wanted = max(45, making.cells["I_st"] * chance.between(8, 14) // 100)
    return min(wanted, making.cells["U"] - 20)


def _layers(making: Making, chance: Chance) -> int:
    """Layers in the box, and the list and the unused ballots made to fit: the careful forger."""
    many = _much(making, chance)
    _issue(making, many)
    return many


def _jump(making: Making, chance: Chance) -> int:
    """The same, announced as the voters of the last hour."""
    many = _much(making, chance)
    _issue(making, many)
    last = max(making.hourly)
    making.hourly[last] += many
    return many


def _carry(making: Making, chance: Chance) -> int:
    many = making.cells["I"] * chance.between(7, 9) // 100 + 1
    many = min(many, making.votes[1] // 2)
    making.cells["F_st"] -= many
    making.cells["F"] -= many
    making.votes[1] -= many
    return many


def _invalid(making: Making, chance: Chance) -> int:
    many = making.cells["F"] * chance.between(6, 8) // 100 + 1
    making.cells["X"] += many
    making.votes[1] -= many
    return many


def _turnout(making: Making, chance: Chance) -> int:
    """The chair invents an hour's figure; the next one is true again, and lower."""
    hours = list(making.hourly)
    at = chance.between(max(0, len(hours) - 4), len(hours) - 2)
    rise = making.hourly[hours[at + 1]] - making.hourly[hours[at]]
    many = rise + chance.between(25, 90)
    making.hourly[hours[at]] += many
    return many


def _move(making: Making, _chance: Chance) -> int:
    """A tied pack goes to another pile before the result is announced."""
    many = min(50, making.votes[1] // 4)
    making.votes[0] += many
    making.votes[1] -= many
    return many


def _pad(making: Making, chance: Chance) -> int:
    many = chance.between(12, 60)
    making.cells["V"] += many
    return many


def _lose(making: Making, chance: Chance) -> int:
    many = chance.between(10, 60)
    making.cells["U"] -= many
    return many


def _unsigned(making: Making, chance: Chance) -> int:
    many = chance.between(8, 40)
    making.cells["Sig"] -= many
    return many


def _unexplained(making: Making, chance: Chance) -> int:
    many = chance.between(10, 40)
    for cell, sign in (("I", 1), ("Sig", 1), ("U", -1)):
        making.cells[cell] += sign * many
    return many


def _change(making: Making, chance: Chance) -> int:
    many = chance.between(5, max(6, making.votes[1] // 5))
    making.votes[0] += many
    making.votes[1] -= many
    return many


def _moved(paper: Sheet, chance: Chance) -> tuple[Sheet, int]:
    """Another version of a paper, in which votes went from the second choice to the first."""
    first, second, *rest = [v or 0 for v in paper.votes]
    many = chance.between(5, max(6, second // 5))
    return replace(paper, votes=(first + many, second - many, *rest)), many


def _transposed(paper: Sheet, chance: Chance) -> tuple[Sheet, int]:
    """Two neighbouring digits of one choice's votes changed places.

    The figure stays as long as it was. A line whose neighbours are alike cannot be used; that of
    the first choice comes last, since everybody looks at it.
    """
    votes = [v or 0 for v in paper.votes]
    for line in [*chance.shuffled(range(1, len(votes))), 0]:
        digits = str(votes[line])
        spots = [
            at
            for at in range(len(digits) - 1)
            if digits[at] != digits[at + 1] and (at or digits[1] != "0")
        ]
        if spots:
            at = chance.pick(spots)
            swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
            apart = abs(int(swapped) - votes[line])
            votes[line] = int(swapped)
            return replace(paper, votes=tuple(votes)), apart
    votes[0] += 9
    return replace(paper, votes=tuple(votes)), 9


# What is done before the boxes are counted, before the result is said, and while it is written.
_FOUND: Mapping[str, Deed] = {
    "stuffed-bundle": _stuff,
    "mobile-surplus": _mobile,
    "layered-ballots": _layers,
    "last-hour-jump": _jump,
    "carried-out": _carry,
    "invalid-pile": _invalid,
    "turnout-inflated": _turnout,
}
_SAID: Mapping[str, Deed] = {
    "moved-pile": _move,
    "list-padding": _pad,
    "ballots-missing": _lose,
    "signatures-short": _unsigned,
    "issued-unexplained": _unexplained,
}
_WRITTEN: Mapping[str, Deed] = {"figures-changed": _change}
