"""An analysis as it is printed or handed to another program: JSON, and a plain table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lms.domain.statistics import Analysis, Figure, Interval, ItemAnalysis
from lms.domain.statistics.flags import Flag

OF_ITEM = (
    "facility",
    "sd",
    "discrimination_index",
    "discriminative_efficiency",
    "effective_weight",
)
OF_TEST = (
    "mean",
    "median",
    "sd",
    "skewness",
    "kurtosis",
    "alpha",
    "split_half",
    "error_ratio",
    "standard_error",
)
HEADS = ("item", "n", "facility", "sd", "discr. %", "effic. %", "weight %", "flags")


def as_document(analysis: Analysis, found: Iterable[Flag]) -> dict[str, Any]:
    """The analysis for other programs. Every number has its interval beside it, or null."""
    by_item: dict[str, list[Flag]] = {}
    for flag in found:
        by_item.setdefault(flag.item, []).append(flag)
    document: dict[str, Any] = {
        "attempts": analysis.attempts,
        "form": "fixed" if analysis.is_fixed else "drawn",
        "totals_in": "percent" if analysis.in_percent else "marks",
        "items": [_item(item, by_item.get(item.item.name, [])) for item in analysis.items],
    }
    for name in OF_TEST:
        document |= _figure(name, getattr(analysis, name))
    return document


def _item(item: ItemAnalysis, found: list[Flag]) -> dict[str, Any]:
    document: dict[str, Any] = {"name": item.item.name, "attempts": item.attempts}
    for name in OF_ITEM:
        document |= _figure(name, getattr(item, name))
    return document | {
        "weak_evidence": item.is_weak,
        "random_guess": item.item.guess,
        "flags": [
            {"kind": flag.kind.value, "level": flag.level.value, "detail": flag.detail}
            for flag in found
        ],
    }


def _figure(name: str, figure: Figure) -> dict[str, Any]:
    return {name: figure.value, f"{name}_interval": _interval(figure.interval)}


def _interval(interval: Interval | None) -> dict[str, Any] | None:
    if interval is None:
        return None
    return {"low": interval.low, "high": interval.high, "method": interval.method}


def as_text(analysis: Analysis, found: Iterable[Flag]) -> str:
    """The analysis for a person at a terminal: a line for each item, then the whole test."""
    words: dict[str, list[str]] = {}
    for flag in found:
        mark = "!" if flag.level.value == "strict" else ""
        words.setdefault(flag.item, []).append(f"{mark}{flag.kind.value}")
    rows: list[tuple[str, ...]] = [HEADS]
    for item in analysis.items:
        figures = [short(getattr(item, name)) for name in OF_ITEM]
        said = " ".join(words.get(item.item.name, []))
        rows.append((item.item.name, str(item.attempts), *figures, said))
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    lines = [
        "  ".join(
            cell.ljust(width) if place in (0, len(HEADS) - 1) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines += ["", f"attempts: {analysis.attempts}"]
    lines += [f"{name}: {short(getattr(analysis, name))}" for name in OF_TEST]
    lines.append("Intervals at 95 % in brackets. A flag with ! is at the strict level.")
    return "\n".join(lines)


def short(figure: Figure) -> str:
    """A figure in few signs: a number and its interval."""
    if figure.value is None:
        return "–"
    text = f"{figure.value:.2f}"
    if figure.interval:
        text += f" [{figure.interval.low:.2f}, {figure.interval.high:.2f}]"
    return text
