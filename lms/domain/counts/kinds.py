"""The library of irregularities: where each shows, from which place, and in which figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.domain.counts.country import PHASE_OF

# Where an observer may stand, and where something happens. ``paper`` is the protocol itself.
PLACES = ("seat", "list", "boxes", "table", "door")
SITES = (*PLACES, "paper")
EVERYWHERE = frozenset(PLACES)
# How something is known.
WAYS = ("saw", "heard", "figures")
ROLES = ("chair", "secretary", "member", "police", "stranger", "voter", "nobody")


@dataclass(frozen=True)
class Sign:
    """How an irregularity shows: in one of these steps, to whoever stands in one of ``places``.

    ``asked`` is the question that brings it out; without one it shows by itself. ``site`` is where
    it happens, ``who`` the role of whoever does it, ``how`` the way in which it is known.
    """

    steps: tuple[str, ...]
    site: str
    who: str
    places: frozenset[str] = EVERYWHERE
    how: str = "saw"
    asked: str | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of irregularity.

    ``codes`` are those of procedures, 1. ``check`` is the control by which the figures betray it,
    None when it leaves no trace in them; ``groups`` keep apart kinds that would hide each other.
    """

    id: str
    codes: tuple[str, ...]
    signs: tuple[Sign, ...]
    check: str | None = None
    groups: frozenset[str] = frozenset()

    @property
    def phases(self) -> frozenset[str]:
        """The parts of a day in which it can show. One in the figures needs a protocol."""
        steps = {step for sign in self.signs for step in sign.steps}
        found = frozenset(PHASE_OF[step] for step in steps)
        return found | {"protocol"} if self.check else found


_AT_THE_TABLE = frozenset({"table"})
_AT_THE_BOXES = frozenset({"boxes"})
_AT_THE_LIST = frozenset({"list"})
_PAPER = Sign(("protocol",), "paper", "nobody", how="figures")


def _kind(
    id_: str, codes: str, *signs: Sign, check: str | None = None, groups: str = ""
) -> tuple[str, Kind]:
    shown = (*signs, _PAPER) if check else signs
    return id_, Kind(id_, tuple(codes.split()), shown, check, frozenset(groups.split()))


# Source: procedures, 1 (codes), 3 (where each shows), 4 (what it does to the figures).
KINDS: Mapping[str, Kind] = dict(
    (
        # Opening
        _kind("zone", "V01", Sign(("registration",), "seat", "chair")),
        _kind(
            "figures-refused",
            "V02",
            Sign(("boxes-shown", "morning"), "table", "chair", how="heard", asked="figures"),
        ),
        _kind("filming-forbidden", "V03", Sign(("registration",), "door", "chair")),
        _kind("sham-observer", "V20", Sign(("registration",), "list", "stranger", how="heard")),
        _kind(
            "access-blocked",
            "V18",
            Sign(("registration", "morning"), "door", "nobody", frozenset({"door"})),
        ),
        _kind("box-not-shown", "V07", Sign(("boxes-shown",), "boxes", "chair")),
        _kind("signed-in-advance", "V19", Sign(("boxes-shown",), "list", "member", _AT_THE_LIST)),
        # Voting
        _kind("insult", "V04", Sign(("morning", "afternoon"), "seat", "member", how="heard")),
        _kind("no-document", "V08", Sign(("morning", "afternoon"), "list", "voter", _AT_THE_LIST)),
        _kind(
            "temporary-registration",
            "V14",
            Sign(("afternoon",), "list", "chair", how="heard", asked="rule"),
        ),
        _kind("pressure", "V17", Sign(("afternoon", "evening"), "door", "stranger", how="heard")),
        _kind(
            "mobile-unannounced",
            "V02",
            Sign(("mobile",), "door", "member", frozenset({"door", "boxes"})),
        ),
        _kind(
            "stuffed-bundle",
            "V07",
            Sign(("afternoon", "evening"), "boxes", "member", _AT_THE_BOXES),
            check="N3",
            groups="found",
        ),
        _kind("turnout-inflated", "V07", check="N7", groups="hours"),
        _kind("list-padding", "V09", check="E1"),
        # Closing
        _kind("removal-by-chair", "V05", Sign(("closing",), "seat", "chair", how="heard")),
        _kind("removal-by-police", "V06", Sign(("waiting",), "seat", "police", how="heard")),
        _kind("pretext-paper", "V21", Sign(("evening", "waiting"), "seat", "secretary")),
        _kind("count-not-started", "V10", Sign(("waiting",), "boxes", "chair")),
        # Count
        _kind("unused-not-cancelled", "V16", Sign(("unused-cancelled",), "table", "secretary")),
        _kind("order-broken", "V16", Sign(("portable-opened",), "table", "chair")),
        _kind(
            "mobile-surplus",
            "V07",
            Sign(("portable-opened",), "table", "member", how="heard"),
            check="N2",
            groups="found-mobile",
        ),
        _kind(
            "layered-ballots",
            "V07",
            Sign(("stationary-opened",), "table", "member", _AT_THE_TABLE),
            check="W1",
            groups="rewritten",
        ),
        _kind(
            "power-cut", "V13", Sign(("stationary-opened", "sorting"), "table", "nobody")
        ),
        _kind("miscalled-choice", "V07", Sign(("sorting",), "table", "member", _AT_THE_TABLE)),
        _kind(
            "invalid-pile",
            "V07",
            Sign(("doubtful",), "table", "member", _AT_THE_TABLE),
            check="W5",
        ),
        _kind(
            "moved-pile",
            "V07",
            Sign(("totals",), "table", "member", _AT_THE_TABLE),
            check="E7-board",
        ),
        # Protocol
        _kind("ballots-missing", "V07", check="E3", groups="unused"),
        _kind("signatures-short", "V09", check="E6"),
        _kind("issued-unexplained", "V07", check="E2", groups="rewritten"),
        _kind("carried-out", "V07", check="W4", groups="found found-mobile"),
        _kind("last-hour-jump", "V07", check="W6", groups="rewritten hours"),
        _kind("digits-transposed", "V16", check="E5"),
        _kind("not-written", "V02", check="E7-said", groups="unused said"),
        _kind("figures-changed", "V12", check="E7-said", groups="said"),
        _kind("two-versions", "V12", check="E7-copy"),
        _kind("copy-refused", "V11", Sign(("copy",), "table", "chair", how="heard", asked="copy")),
        _kind("chair-leaves", "V12", Sign(("packing",), "door", "chair")),
        _kind("application-refused", "V15", Sign(("copy",), "table", "secretary", how="heard")),
    )
)  # fmt: skip
