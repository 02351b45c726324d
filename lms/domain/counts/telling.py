"""A night as plain data: what was true, what was planted, and the paper as it will be seen."""

from __future__ import annotations

from typing import Any

from lms.domain.counts.figures import Sheet
from lms.domain.counts.kinds import KINDS
from lms.domain.counts.night import Night


def clock_face(minute: int) -> str:
    """A minute of the day as hours and minutes; after midnight the next day begins."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def as_document(night: Night) -> dict[str, Any]:
    """All of a night. The same for the same head, rules and seed, on every machine.

    ``truth`` and ``protocol`` hold cells by symbol (null: empty) and the votes of each choice in
    order. ``planted`` says of each irregularity its kind, codes, amount, the control that betrays
    it, and where it shows.
    """
    figures = night.precinct.figures
    return {
        "exercise": night.head.slug,
        "rules": night.country.slug,
        "seed": night.seed,
        "truth": _sheet(night.precinct.truth),
        "planted": [
            _planted(night, planted.kind, planted.amount) for planted in night.precinct.planted
        ],
        "protocol": {
            **_sheet(figures.written),
            "words": _sheet(figures.words),
            "announced": _sheet(figures.said),
            "copy": _sheet(figures.copy),
        },
        "board": list(figures.board),
        "hourly": {f"{hour:02}:00": total for hour, total in figures.hourly.items()},
        "own_count": {f"{hour:02}:00": total for hour, total in figures.own_hourly.items()},
        "issuing_members": figures.issuing,
        "voting_minutes": figures.open_minutes,
        "mobile_minutes": figures.mobile_minutes,
        "witnesses": sorted(night.witnesses),
        "night": [
            {
                "step": moment.step.id,
                "at": clock_face(moment.at),
                "minutes": moment.lasts,
                "announced": list(moment.step.says),
                "happens": [h.id for h in moment.happenings],
            }
            for moment in night.moments
        ],
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {"cells": dict(sheet.cells), "votes": list(sheet.votes)}


def _planted(night: Night, kind: str, amount: int) -> dict[str, Any]:
    return {
        "kind": kind,
        "codes": list(KINDS[kind].codes),
        "amount": amount,
        "check": KINDS[kind].check,
        "shows": [
            {
                "step": moment.step.id,
                "at": clock_face(moment.at),
                "site": shown.site,
                "from": sorted(shown.places),
                "asked": shown.asked,
                "known_by": shown.how,
            }
            for moment, shown in night.shown(kind)
        ],
    }
