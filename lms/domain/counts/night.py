"""The night as a line of moments: what happens in each, and from where it can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.domain.counts.chance import Chance
from lms.domain.counts.country import PHASES, Country, Step
from lms.domain.counts.kinds import EVERYWHERE, KINDS
from lms.domain.counts.papers import Ballot, doubtful, sorting
from lms.domain.counts.planting import Precinct, build
from lms.domain.counts.precinct import Head

# Looks odd and is none: marking one of them as an irregularity is a false alarm.
# Step, place it shows from, and the day from which the law knows it.
DECOYS = {
    "spoiled-replaced": ("morning", frozenset({"list"}), None),
    "digital-document": ("afternoon", frozenset({"list"}), "2022-11-05"),
    "helper-chosen": ("evening", frozenset({"boxes", "list"}), None),
    "order-asked": ("afternoon", EVERYWHERE, None),
    "recount-in-sight": ("totals", EVERYWHERE, None),
    "one-more-look": ("doubtful", EVERYWHERE, None),
}
# Who else is in the room and may be a witness.
WITNESSES = ("proxy", "other-observer", "journalist")
_BLUR = 5  # minutes by which moments move from night to night


@dataclass(frozen=True)
class Happening:
    """Something in a moment. ``kind`` is the irregularity that it shows, None for none.

    Whoever stands in one of ``places`` knows it, or whoever asks ``asked``; ``id`` names what is
    told. ``amount`` is what can be counted of it. ``right`` are (site, role, way of knowing).
    """

    id: str
    kind: str | None
    places: frozenset[str]
    asked: str | None = None
    site: str = "table"
    who: str = "nobody"
    how: str = "saw"
    amount: int = 0


@dataclass(frozen=True)
class Moment:
    """One moment. ``at`` and ``lasts`` are minutes; ``at`` goes past 1,440 after midnight."""

    number: int
    step: Step
    at: int
    lasts: int
    happenings: tuple[Happening, ...]
    ballots: tuple[Ballot, ...] = ()

    @property
    def ends(self) -> int:
        return self.at + self.lasts

    @property
    def hours(self) -> tuple[int, int]:
        """The hours of voting that it covers, as whole hours of the day."""
        return self.at // 60, self.ends // 60


@dataclass(frozen=True)
class Night:
    """Everything that happens, from a head, a country and a seed."""

    head: Head
    country: Country
    seed: int
    precinct: Precinct
    moments: tuple[Moment, ...]
    witnesses: frozenset[str]
    decoys: frozenset[str] = field(default=frozenset())

    @property
    def kinds(self) -> tuple[str, ...]:
        """The irregularities that were planted."""
        return tuple(planted.kind for planted in self.precinct.planted)

    def shown(self, kind: str) -> tuple[tuple[Moment, Happening], ...]:
        """Where a kind shows."""
        return tuple((m, h) for m in self.moments for h in m.happenings if h.kind == kind)

    def has(self, step: str) -> bool:
        return any(moment.step.id == step for moment in self.moments)

    @property
    def said_here(self) -> tuple[str, ...]:
        """The cells that are announced while the observer is there."""
        found: dict[str, None] = {}
        for moment in self.moments:
            found.update(dict.fromkeys(moment.step.says))
        return tuple(found)


def live(head: Head, country: Country, seed: int) -> Night:
    """The night of a seed. Same head, country and seed: the same night, on every machine."""
    precinct = build(head, country, seed)
    chance = Chance("night", seed)
    kinds = {planted.kind for planted in precinct.planted}
    steps = _steps(country, head, kinds)
    shown = _placed(precinct, [step.id for step in steps], chance.apart("signs"))
    decoys = _decoys(head, [step.id for step in steps], kinds, chance.apart("decoys"))
    for decoy in decoys:
        where, places, _since = DECOYS[decoy]
        shown.setdefault(where, []).append(Happening(decoy, None, places))
    moments = []
    at = _begins(steps[0], country)
    for number, step in enumerate(steps):
        lasts = _lasts(step, at, country, kinds, chance.apart("time", step.id))
        moments.append(
            Moment(
                number,
                step,
                at,
                lasts,
                tuple(shown.get(step.id, ())),
                _ballots(step.id, head, country, kinds, chance.apart("ballots", step.id)),
            )
        )
        at += lasts
    witnesses = frozenset(chance.apart("witnesses").shuffled(WITNESSES)[:2])
    return Night(head, country, seed, precinct, tuple(moments), witnesses, frozenset(decoys))


def _steps(country: Country, head: Head, kinds: set[str]) -> list[Step]:
    """The steps of this night in the country's order, or out of it where that is planted."""
    wanted = {step for phase in head.phases for step in PHASES[phase]}
    steps = [step for step in country.steps if step.id in wanted]
    if "order-broken" in kinds:
        names = [step.id for step in steps]
        one, other = names.index("portable-opened"), names.index("stationary-opened")
        steps[one], steps[other] = steps[other], steps[one]
    return steps


def _begins(step: Step, country: Country) -> int:
    before = {"registration": -60, "boxes-shown": -40}
    if step.id in before:
        return country.opens + before[step.id]
    if step.id in PHASES["voting"]:
        return country.opens
    late = {"closing": 0, "waiting": 5}
    return country.closes + late.get(step.id, 45)


def _lasts(step: Step, at: int, country: Country, kinds: set[str], chance: Chance) -> int:
    """The minutes of a step. Voting fills the hours; a count that is put off takes the night."""
    noon = {"morning": 5, "mobile": 7, "afternoon": 11}
    if step.id in noon:
        return max(30, country.opens + noon[step.id] * 60 - at)
    if step.id == "evening":
        return country.closes - at
    if step.id == "boxes-shown":
        return country.opens - at
    if step.id == "registration":
        return 20
    if step.id == "waiting" and "count-not-started" in kinds:
        return 370 + chance.between(0, 40)
    return step.lasts + chance.between(0, _BLUR)


def _placed(precinct: Precinct, steps: list[str], chance: Chance) -> dict[str, list[Happening]]:
    """Each planted kind in one step of each of its signs that this night has."""
    found: dict[str, list[Happening]] = {}
    for planted in precinct.planted:
        for number, sign in enumerate(KINDS[planted.kind].signs):
            here = [step for step in sign.steps if step in steps]
            if not here:
                continue
            places = sign.places if sign.asked is None else frozenset()
            # One observer stands in one place: two things at once have to be seen from one, if the
            # night has a step in which they can.
            free = [s for s in here if all(_meet(places, h.places) for h in found.get(s, ()))]
            step = chance.apart(planted.kind, number).pick(free or here)
            found.setdefault(step, []).append(
                Happening(
                    id=planted.kind if sign.how != "figures" else "figures",
                    kind=planted.kind,
                    places=places,
                    asked=sign.asked,
                    site=sign.site,
                    who=sign.who,
                    how=sign.how,
                    amount=planted.amount,
                )
            )
    return found


def _meet(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both are seen from one place; what names none is seen from everywhere."""
    return not one or not other or not one.isdisjoint(other)


def _decoys(head: Head, steps: Iterable[str], kinds: set[str], chance: Chance) -> list[str]:
    """Up to two things that only look odd, lawful on the day of the exercise."""
    day = head.clock or "9999"
    here = set(steps)
    fitting = [
        decoy
        for decoy, (step, _places, since) in DECOYS.items()
        if step in here and (since is None or day >= since)
    ]
    if "no-document" in kinds:  # two telephones in one night would be a riddle, not a decoy
        fitting = [decoy for decoy in fitting if decoy != "digital-document"]
    return chance.shuffled(fitting)[: chance.between(0, 2)]


def _ballots(
    step: str, head: Head, country: Country, kinds: set[str], chance: Chance
) -> tuple[Ballot, ...]:
    choices = head.candidates + country.against_all
    if step == "sorting":
        return sorting(choices, country, chance, miscalled="miscalled-choice" in kinds)
    if step == "doubtful":
        return doubtful(choices, country, chance, spoiling="invalid-pile" in kinds)
    return ()
