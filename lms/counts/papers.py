"""The words of papers: checks, cells, photographs, marks and what a score is made of."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.web.languages import once_per_language


@once_per_language
def checks() -> dict[str, tuple[str, str]]:
    """Each check: its formula, and what it says."""
    return {
        "E1": (
            "V = V0 + A − R",
            _("the list at the end is the list at opening with what was added and removed"),
        ),
        "E2": ("I = I_st + I_mob", _("issued in total is issued in the room and outside")),
        "E3": ("B = I + S + U", _("received is issued, spoiled and unused")),
        "E4": ("F = F_mob + F_st", _("found is found in portable and in stationary boxes")),
        "E5": ("F = X + C1 + … + Cn", _("found is invalid and all votes")),
        "E6": ("I = Sig", _("issued is the number of signatures")),
        "E7-words": (_("figures = words"), _("each figure is the same in words")),
        "E7-said": (
            _("protocol = announced"),
            _("every figure that was announced stands in the protocol"),
        ),
        "E7-copy": (_("copy = protocol"), _("the copy is the same as the protocol")),
        "E7-board": (
            _("announced = board"),
            _("the votes announced are those on the running board"),
        ),
        "N1": ("F ≤ I", _("no more ballots are found than were issued")),
        "N2": (
            "F_mob ≤ I_mob ≤ App",
            _("no more in the portable box than went out, no more out than were applied for"),
        ),
        "N3": ("F_st ≤ I_st", _("no more in the room’s boxes than were issued there")),
        "N4": ("I ≤ V", _("no more ballots issued than there are voters")),
        "N5": (_("every cell ≥ 0"), _("no figure is below zero")),
        "N6": ("Ci ≤ F", _("nobody has more votes than ballots were found")),
        "N7": (
            "P(h) ≤ P(h + 1), P = I",
            _("hourly turnout only rises, and ends at the ballots issued"),
        ),
        "W1": (
            "I_st ≈ T",
            _("issued in the room is near your own count: not 3 per cent and 20 ballots apart"),
        ),
        "W2": (
            _("one voter a minute"),
            _("no more issued than the members could issue in that time"),
        ),
        "W3": (_("4 minutes a voter"), _("the portable box had the time for its voters")),
        "W4": ("F ≈ I", _("not much fewer found than issued: not 5 per cent")),
        "W5": ("X / F", _("invalid ballots are neither none of many nor above 5 per cent")),
        "W6": (_("last hour"), _("the last hour’s turnout is near your own count of that hour")),
    }


@once_per_language
def groups() -> dict[str, str]:
    return {
        "E": _("Equalities: must hold exactly"),
        "N": _("Inequalities: must never break"),
        "W": _("Warning lights: ask why, they prove nothing"),
    }


@once_per_language
def objects() -> dict[str, str]:
    return {
        "room": _("The room as a whole"),
        "notice": _("A notice or a line on the floor"),
        "seals": _("Boxes and seals with their numbers"),
        "piles": _("Piles and hands"),
        "protocol": _("The protocol"),
        "marked-ballot": _("A ballot as a voter marks it"),
        "list-page": _("A page of the voter list"),
    }


@once_per_language
def sent() -> dict[str, str]:
    """What was said or handed in, by the act that did it."""
    return {
        "call": _("Called the coordinator"),
        "apply": _("Applied in writing"),
        "act": _("Wrote an act"),
    }


@once_per_language
def receipts() -> dict[str, str]:
    return {"taken": _("taken, with a number"), "refused": _("receipt refused")}


@once_per_language
def breaches() -> dict[str, str]:
    return {
        "touch": _("You touched a ballot."),
        "block": _("You stood in somebody’s way."),
        "follow": _("You followed the car."),
        "marked-ballot": _("You photographed how somebody votes."),
        "list-page": _("You photographed personal data of voters."),
    }


@once_per_language
def temptations() -> dict[str, str]:
    """The acts that pass a limit, as they look in the moment."""
    return {
        "touch": _("Straighten a ballot that slid under another"),
        "block": _("Stand in the doorway until the copy comes"),
        "follow": _("Follow the car that takes the papers"),
    }


@once_per_language
def parts() -> dict[str, str]:
    return {
        "detection": _("Irregularities found"),
        "notes": _("Notes about them"),
        "figures": _("Figures written down"),
        "tally": _("Own tally of ballots"),
        "verdicts": _("Doubtful ballots"),
        "table": _("Checks of the protocol"),
        "sentence": _("The sentence about the protocol"),
    }


@once_per_language
def guide() -> dict[str, str]:
    return {
        "time": _("time"),
        "place": _("place"),
        "own": _("own observation only"),
        "who": _("who, by role"),
        "rule": _("one rule, no lecture"),
        "witness": _("witness"),
        "request": _("request"),
        "receipt": _("receipt or refusal"),
        "tone": _("neutral tone"),
    }


@once_per_language
def shapes() -> dict[str, str]:
    return {
        "tick": _("a tick"),
        "cross": _("a cross"),
        "circle": _("a circle"),
        "heart": _("a heart"),
    }


@once_per_language
def digits() -> dict[str, str]:
    return {
        "0": _("zero"), "1": _("one"), "2": _("two"), "3": _("three"), "4": _("four"),
        "5": _("five"), "6": _("six"), "7": _("seven"), "8": _("eight"), "9": _("nine"),
    }  # fmt: skip


# More candidates than any ballot has; their names are asked for on every page of a count.
MOST_CANDIDATES = 40


@once_per_language
def _choices() -> list[str]:
    return [
        _("Candidate %(number)s", number=number) for number in range(1, MOST_CANDIDATES + 1)
    ] + [_("Against all")]


def choice(number: int, candidates: int) -> str:
    """The name of a choice on the ballot, counted from 0."""
    return _choices()[-1 if number >= candidates else number]
