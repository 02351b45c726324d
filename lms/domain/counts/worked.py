"""The three worked protocols: an honest one, a false one, and the careful forger's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.domain.counts.figures import Figures, Sheet
from lms.domain.counts.precinct import Planted


@dataclass(frozen=True)
class _Worked:
    cells: Mapping[str, int]
    votes: tuple[int, ...]
    hourly: Mapping[int, int]
    planted: tuple[Planted, ...]


# Source: procedures, 4.4 to 4.6. The observer counted 1,139 ballots in the room without a gap.
_OWN = {20: 1139}
_PROTOCOLS = {
    "A": _Worked(
        {
            "V0": 2138, "A": 14, "R": 2, "V": 2150, "B": 2200, "I_st": 1148, "I_mob": 32,
            "I": 1180, "S": 6, "U": 1014, "App": 34, "Sig": 1180, "F_mob": 32, "F_st": 1145,
            "F": 1177, "X": 23,
        },
        (702, 288, 61, 44, 31, 16, 12),
        {20: 1180},
        (),
    ),
    "B": _Worked(
        {
            "V": 2150, "B": 2200, "I_st": 1148, "I_mob": 32, "I": 1180, "S": 6, "U": 1014,
            "F_mob": 61, "F_st": 1421, "F": 1482, "X": 9,
        },
        (1199, 148, 44, 31, 22, 16, 12),
        {20: 1180},
        (
            Planted("digits-transposed", 1),
            Planted("mobile-surplus", 29),
            Planted("stuffed-bundle", 273),
        ),
    ),
    "C": _Worked(
        {
            "V": 2150, "B": 2200, "I_st": 1690, "I_mob": 32, "I": 1722, "S": 6, "U": 472,
            "Sig": 1722, "F_mob": 32, "F_st": 1690, "F": 1722, "X": 9,
        },
        (1439, 148, 44, 31, 22, 16, 13),
        {18: 1020, 20: 1722},
        (Planted("layered-ballots", 551),),
    ),
}  # fmt: skip
WORKED = tuple(_PROTOCOLS)


def worked(letter: str) -> tuple[Sheet, tuple[Planted, ...], Figures]:
    """The truth, what is wrong and the figures of a worked protocol. Raises KeyError.

    Nothing but the paper is known of these: what was true in B and C is not, so the paper stands
    in its place.
    """
    found = _PROTOCOLS[letter]
    paper = Sheet(found.cells, found.votes)
    figures = Figures(
        written=paper,
        words=paper,
        said=paper,
        copy=paper,
        board=(),
        hourly=found.hourly,
        own_hourly=_OWN,
        issuing=6,
        open_minutes=780,
        mobile_minutes=180,
        form=tuple(found.cells),
    )
    return paper, found.planted, figures
