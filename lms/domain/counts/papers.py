"""Ballots: what is drawn on each, what is called out, and whether the rules make it valid."""

from __future__ import annotations

from dataclasses import dataclass

from lms.domain.counts.chance import Chance
from lms.domain.counts.country import Country

# What may stand in or beside a square.
SHAPES = ("tick", "cross", "circle", "heart")
# Sorts of doubtful ballots. Source: procedures, step 11.
DOUBTS = ("plain", "heart", "two", "blank", "unsigned", "outside", "foreign", "corrected")


@dataclass(frozen=True)
class Ballot:
    """One ballot. ``marks`` holds the shape in each square, None for an empty one.

    ``outside`` is a shape drawn beside the squares; ``called`` is the choice read aloud (counted
    from 0, None for "invalid"); ``pile`` the pile it is laid on.
    """

    marks: tuple[str | None, ...]
    outside: str | None = None
    signed: bool = True
    set_form: bool = True
    called: int | None = None
    pile: int | None = None

    def choice(self, country: Country) -> int | None:
        """The choice that it is a vote for under a country's rules; None when it is invalid.

        Valid is a ballot of the set form, signed by the member who issued it where the country
        asks for that, with one square marked. Source: procedures, step 11; the rules file.
        """
        marked = [at for at, shape in enumerate(self.marks) if shape]
        if not self.set_form or (country.signed and not self.signed) or len(marked) != 1:
            return None
        if country.marks == "cross" and self.marks[marked[0]] != "cross":
            return None
        return marked[0]


def _marked(choices: int, at: int, shape: str) -> tuple[str | None, ...]:
    return tuple(shape if place == at else None for place in range(choices))


def _read(ballot: Ballot, country: Country, *, as_: int | None = None) -> Ballot:
    """The ballot as it is read aloud and laid down: truly, or as the choice ``as_``."""
    found = ballot.choice(country) if as_ is None else as_
    return Ballot(
        ballot.marks, ballot.outside, ballot.signed, ballot.set_form, called=found, pile=found
    )


def sorting(
    choices: int, country: Country, chance: Chance, *, count: int = 12, miscalled: bool = False
) -> tuple[Ballot, ...]:
    """Ballots as they are sorted, one by one. Where it is planted, three are called for the first.

    Most are marked plainly: what an observer has to do here is to look and to keep a tally.
    """
    usual = ("cross",) if country.marks == "cross" else ("tick", "tick", "tick", "cross")
    weights = [0, 0, 0, 1, 1, *range(choices)]
    ballots = [
        _read(Ballot(_marked(choices, chance.pick(weights), chance.pick(usual))), country)
        for _ in range(count - 1)
    ]
    blank = Ballot((None,) * choices)
    ballots.insert(chance.below(count), _read(blank, country))
    if miscalled:
        for at in sorted(chance.shuffled(range(count))[:3]):
            wrong = Ballot(_marked(choices, chance.between(1, choices - 1), usual[0]))
            ballots[at] = _read(wrong, country, as_=0)
    return tuple(ballots)


def doubtful(
    choices: int, country: Country, chance: Chance, *, count: int = 4, spoiling: bool = False
) -> tuple[Ballot, ...]:
    """Doubtful ballots, each of another sort. Where it is planted, valid ones go to the invalid.

    Called and laid rightly otherwise: a commission that decides well is no irregularity.
    """
    sorts = chance.shuffled(DOUBTS[1:])[: count - 1]
    sorts.insert(chance.below(count), "plain")
    ballots = []
    for sort in sorts:
        found = _read(_doubtful(sort, choices, country, chance), country)
        if spoiling and found.called is not None:
            found = Ballot(found.marks, found.outside, found.signed, found.set_form, None, None)
        ballots.append(found)
    return tuple(ballots)


def _doubtful(sort: str, choices: int, country: Country, chance: Chance) -> Ballot:
    at = chance.below(choices)
    usual = "cross" if country.marks == "cross" else "tick"
    plain = _marked(choices, at, usual)
    if sort == "heart":
        return Ballot(_marked(choices, at, "heart"))
    if sort == "two":
        other = (at + chance.between(1, choices - 1)) % choices
        return Ballot(tuple(usual if place in (at, other) else None for place in range(choices)))
    if sort == "blank":
        return Ballot((None,) * choices)
    if sort == "unsigned":
        return Ballot(plain, signed=False)
    if sort == "outside":
        return Ballot((None,) * choices, outside=usual)
    if sort == "foreign":
        return Ballot(plain, set_form=False)
    if sort == "corrected":
        return Ballot(_marked(choices, at, "circle"))
    return Ballot(plain)
