"""The statistics of a quiz as rows of pages and of files, with their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.domain.statistics import Figure, ItemAnalysis
from lms.domain.statistics.choices import Distractors
from lms.domain.statistics.flags import Flag, Kind, Level
from lms.exports.tables import Cell, Table
from lms.statistics.judging import RIGHT
from lms.statistics.reports import FEWEST, Report
from lms.web.languages import NAMES

SORTS = ("facility", "discrimination", "people")
BANDS = 10
OF_ITEM = (
    "facility",
    "sd",
    "discrimination_index",
    "discriminative_efficiency",
    "effective_weight",
)


def figure(value: Figure | None, digits: int = 0) -> str:
    """A figure as people read it: the number, and its interval where there is one."""
    if value is None or value.value is None:
        return "–"
    text = f"{value.value:.{digits}f}"
    if value.interval is None:
        return text
    return f"{text} ({value.interval.low:.{digits}f} – {value.interval.high:.{digits}f})"


@dataclass(frozen=True)
class Row:
    """One question on the page of its quiz. Facility and indices are in percent."""

    slug: str
    title: str
    item: ItemAnalysis
    flags: tuple[Flag, ...]

    @property
    def facility(self) -> Figure:
        return self.item.facility.scaled(100)


def rows_of(found: Report, title: Callable[[str], str], only: str | None = None) -> list[Row]:
    """A row for every question that five people or more answered, or for one of them."""
    by_item: dict[str, list[Flag]] = {}
    for flag in found.flags:
        by_item.setdefault(flag.item, []).append(flag)
    return [
        Row(item.item.name, title(item.item.name), item, tuple(by_item.get(item.item.name, ())))
        for item in found.analysis.items
        if item.attempts >= FEWEST and only in (None, item.item.name)
    ]


def ordered(rows: list[Row], by: str) -> list[Row]:
    """In the order asked for; without one the hardest first."""
    keys: dict[str, Callable[[Row], float]] = {
        "facility": lambda row: row.item.facility.value or 0,
        "discrimination": lambda row: row.item.discrimination_index.value or 0,
        "people": lambda row: row.item.attempts,
    }
    key = keys.get(by.removeprefix("-"), keys["facility"])
    return sorted(rows, key=key, reverse=by.startswith("-"))


def flag_words(kind: Kind) -> tuple[str, str]:
    """What a flag says, and what to do about it."""
    return {
        Kind.GAP: (
            _("Harder or easier in one language than the same people's other answers explain."),
            _("Compare the translation with its source, word by word."),
        ),
        Kind.RIVAL: (
            _("The strongest third chose another answer more often than the key."),
            _("Check the key, then the wording of the other answer."),
        ),
        Kind.NEGATIVE: (
            _("Those who are weak elsewhere do better on it than those who are strong."),
            _("Look for a second reading of the question, or a wrong key."),
        ),
        Kind.HARD: (
            _("Fewer than three in ten answer it."),
            _("Is it taught? Is it one question, or two at once?"),
        ),
        Kind.EASY: (
            _("Nearly everybody answers it."),
            _("Leave it if the rule must be known by all; otherwise it tells little."),
        ),
    }[kind]


def flag_lines(found: Report, title: Callable[[str], str]) -> list[dict[str, object]]:
    """The flags in words, the sure ones first. No word of them tells a key."""
    lines: dict[tuple[str, Kind], dict[str, object]] = {}
    languages: dict[tuple[str, Kind], list[str]] = {}
    for flag in found.flags:  # strict ones first, so that the first of a kind is the surest
        says, remedy = flag_words(flag.kind)
        key = flag.item, flag.kind
        if flag.kind is Kind.GAP:
            languages.setdefault(key, []).append(NAMES.get(flag.detail, flag.detail))
        line = lines.setdefault(
            key,
            {
                "slug": flag.item,
                "title": title(flag.item),
                "is_strict": flag.level is Level.STRICT,
                "says": says,
                "remedy": remedy,
            },
        )
        line["detail"] = ", ".join(languages.get(key, ()))
    return list(lines.values())


def corrected_words(kinds: Sequence[str]) -> str:
    """What corrections did to a question, in words; nothing where there were none."""
    words = {
        "void": _("taken out of every paper"),
        "accept": _("a further answer is accepted"),
        "version": _("marked by a later version"),
    }
    return "; ".join(words[kind] for kind in kinds)


def totals(found: Report) -> list[tuple[str, str]]:
    """The whole test in a few facts: words and figures."""
    analysis = found.analysis
    reliability = analysis.alpha if analysis.is_fixed else analysis.split_half
    facts = [
        (_("People"), str(found.people)),
        (_("Attempts"), str(analysis.attempts)),
        (_("Mean mark, per cent"), figure(_in_percent(found, analysis.mean), 1)),
        (_("Spread (standard deviation), per cent"), figure(_in_percent(found, analysis.sd), 1)),
        (_("Reliability, per cent"), figure(reliability)),
        (
            _("Standard error of one mark, per cent"),
            figure(_in_percent(found, analysis.standard_error), 1),
        ),
    ]
    if found.decisions:
        facts += [
            (_("Decided alike twice, per cent"), figure(found.decisions.consistency.scaled(100))),
            (_("Passed by luck, per cent"), figure(found.decisions.false_pass.scaled(100), 1)),
            (_("Failed by bad luck, per cent"), figure(found.decisions.false_fail.scaled(100), 1)),
        ]
    return facts


def _in_percent(found: Report, value: Figure) -> Figure:
    if found.analysis.in_percent:
        return value
    possible = found.scores.possible[0] if found.scores.possible else 0
    return value.scaled(100 * found.scores.unit / possible) if possible else Figure(None)


def bands(percents: Mapping[int, int]) -> list[dict[str, object]]:
    """How many attempts ended in each tenth of the marks."""
    counts = [0] * BANDS
    for percent, times in percents.items():
        counts[min(percent * BANDS // 100, BANDS - 1)] += times
    step = 100 // BANDS
    return [
        {
            "label": f"{n * step}–{(n + 1) * step if n == BANDS - 1 else (n + 1) * step - 1} %",
            "value": count,
        }
        for n, count in enumerate(counts)
    ]


def which_words() -> list[tuple[str, str]]:
    """The choices of attempts, with their words."""
    return [
        ("first", _("first attempts")),
        ("last", _("last attempts")),
        ("best", _("best attempts")),
        ("all", _("all attempts")),
    ]


def option_words(option: str) -> str:
    """How a choice without words of its own is named."""
    return _("a right answer") if option == RIGHT else option.replace(f" {RIGHT}", " ✓")


def items_table(found: Report) -> Table:
    """Every question with every number, to take away."""
    columns = ["question", "answers"]
    for name in OF_ITEM:
        columns += [name, f"{name}_low", f"{name}_high"]
    columns += ["random_guess", "flags", "strict_flags"]
    rows: list[list[Cell]] = []
    for row in rows_of(found, lambda slug: slug):
        cells: list[Cell] = [row.slug, row.item.attempts]
        for name in OF_ITEM:
            value: Figure = getattr(row.item, name)
            interval = value.interval
            cells += [
                value.value,
                interval.low if interval else None,
                interval.high if interval else None,
            ]
        cells += [row.item.item.guess, _kinds(row, Level.LOOK), _kinds(row, Level.STRICT)]
        rows.append(cells)
    return Table("questions", columns, rows)


def _kinds(row: Row, level: Level) -> str:
    return " ".join(flag.kind.value for flag in row.flags if flag.level is level)


def choices_table(table: Distractors) -> Table:
    """The distractor table of a question, to take away."""
    columns = ("choice", "right", "chosen", "share", "low", "high", "weak", "middle", "strong")
    return Table(
        "choices",
        columns,
        [
            (
                choice.option,
                int(choice.is_right),
                choice.chosen,
                choice.share.value,
                choice.share.interval.low if choice.share.interval else None,
                choice.share.interval.high if choice.share.interval else None,
                *choice.thirds,
            )
            for choice in table.choices
        ],
    )
