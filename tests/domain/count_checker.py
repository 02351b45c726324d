"""A second opinion on protocols, written from the procedures alone and on plain data.

It knows what `lms counts generate --format json` prints and sections 4.1 to 4.3 of the procedures;
it shares nothing with the code that makes nights.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any


def faults(night: dict[str, Any]) -> dict[str, int]:
    """Every control that the papers of a night break, with the difference."""
    paper = night["protocol"]
    c = paper["cells"]
    votes = paper["votes"]
    found: dict[str, int] = {}

    def get(*names: str) -> list[int] | None:
        values = [c.get(name) for name in names]
        return None if any(value is None for value in values) else values

    def equal(name: str, left: str, plus: tuple[str, ...], minus: tuple[str, ...] = ()) -> None:
        values = get(left, *plus, *minus)
        if values is None:
            return
        right = sum(values[1 : 1 + len(plus)]) - sum(values[1 + len(plus) :])
        if values[0] != right:
            found[name] = abs(values[0] - right)

    equal("E1", "V", ("V0", "A"), ("R",))
    equal("E2", "I", ("I_st", "I_mob"))
    equal("E3", "B", ("I", "S", "U"))
    equal("E4", "F", ("F_mob", "F_st"))
    equal("E6", "I", ("Sig",))
    if None not in votes and get("F", "X"):
        apart = c["F"] - c["X"] - sum(votes)
        if apart:
            found["E5"] = abs(apart)

    def not_more(name: str, *pairs: tuple[str, str]) -> None:
        over = 0
        for small, large in pairs:
            values = get(small, large)
            if values and values[0] > values[1]:
                over += values[0] - values[1]
        if over:
            found[name] = over

    not_more("N1", ("F", "I"))
    not_more("N2", ("F_mob", "I_mob"), ("I_mob", "App"))
    not_more("N3", ("F_st", "I_st"))
    not_more("N4", ("I", "V"))
    cells = [value for value in [*c.values(), *votes] if value is not None]
    if any(value < 0 for value in cells):
        found["N5"] = sum(value < 0 for value in cells)
    too_many = sum(v is not None and v > c["F"] for v in votes)
    if too_many:
        found["N6"] = too_many

    hourly = [night["hourly"][hour] for hour in sorted(night["hourly"])]
    own = [night["own_count"].get(hour) for hour in sorted(night["hourly"])]
    wrong = sum(max(0, a - b) for a, b in pairwise(hourly))
    wrong += abs(hourly[-1] - c["I"])
    if wrong:
        found["N7"] = wrong
    if own[-1] is not None:
        apart = abs(c["I_st"] - own[-1])
        if apart > max(20, 0.03 * c["I_st"]):
            found["W1"] = apart
        if len(hourly) > 1 and own[-2] is not None:
            jump = (hourly[-1] - hourly[-2]) - (own[-1] - own[-2])
            if jump > 20:
                found["W6"] = jump
    if c["I_st"] > night["issuing_members"] * night["voting_minutes"]:
        found["W2"] = c["I_st"] - night["issuing_members"] * night["voting_minutes"]
    if night["mobile_minutes"] < 4 * c["I_mob"]:
        found["W3"] = 4 * c["I_mob"] - night["mobile_minutes"]
    if c["I"] - c["F"] > 0.05 * c["I"]:
        found["W4"] = c["I"] - c["F"]
    if c["X"] > 0.05 * c["F"] or (c["X"] == 0 and c["F"] >= 1500):
        found["W5"] = c["X"] or 1

    for name, known, other in (
        ("E7-words", paper["words"], paper),
        ("E7-said", paper["announced"], paper),
        ("E7-copy", {"cells": c, "votes": votes}, paper["copy"]),
    ):
        lines = [
            (value, other["cells"].get(cell)) for cell, value in known["cells"].items()
        ] + list(zip(known["votes"], other["votes"], strict=True))
        differing = sum(value is not None and value != there for value, there in lines)
        if differing:
            found[name] = differing
    board = night["board"]
    if board:
        differing = sum(b != s for b, s in zip(board, paper["announced"]["votes"], strict=True))
        if differing:
            found["E7-board"] = differing
    return found
