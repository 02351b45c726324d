"""The statistics of a quiz, worked out of the answers that somebody may see."""

from __future__ import annotations

import uuid
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from lms.content.library import Library
from lms.domain.corrections import Correction
from lms.domain.languages import pick
from lms.domain.questions import POINTS, Question
from lms.domain.questions.number import Number
from lms.domain.questions.text import Text
from lms.domain.statistics import Analysis, Figure, Interval, Item, Scores, analyse
from lms.domain.statistics.choices import Distractors, Picks, distractors, most_frequent
from lms.domain.statistics.decisions import Decisions, decisions
from lms.domain.statistics.flags import Flag, flags
from lms.domain.statistics.gaps import Gap, gaps
from lms.domain.statistics.guessing import guess_share
from lms.domain.statistics.intervals import of_mean, wilson
from lms.domain.statistics.reliability import reliability_of
from lms.domain.statistics.scores import Column
from lms.statistics.judging import RIGHT, Judge, Marked, picks_of
from lms.statistics.queries import Paper
from lms.statistics.reading import Asked, Progress

# Figures of fewer people would tell about each of them.
FEWEST = 5
MOST_TYPED = 12
SEED = 1  # papers are parted in halves the same way on every page


@dataclass(frozen=True)
class Group:
    """People who share a language, a cohort or a trainer. ``percent`` is their mean total,
    ``passed`` the share that passed; both are None where the group is too small to be shown."""

    key: str
    people: int
    percent: Figure | None
    passed: Figure | None


@dataclass(frozen=True)
class Report:
    """Everything a page about a quiz shows. ``older`` answers were to a question whose key has
    changed since; they are left out. ``corrected`` names the questions that count otherwise than
    they were marked at first, each with what was done (void, accept, version)."""

    people: int
    scores: Scores
    analysis: Analysis
    flags: tuple[Flag, ...]
    gaps: tuple[Gap, ...]
    tables: Mapping[str, Distractors]
    decisions: Decisions | None
    questions: Mapping[str, Question]
    cells: tuple[tuple[str, uuid.UUID], ...]  # every language and cohort that people are of
    cell_of: array[int]  # the number of the cell of each attempt
    accounts: array[int]  # a number for each person: people are counted, never named
    percents: Mapping[int, int]  # how many attempts ended with how many per cent
    sums: tuple[Sums, ...]  # of each cell
    older: int
    corrected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def groups(self, keys: Sequence[str | None]) -> list[Group]:
        """The figures of each group; ``keys`` names the group of each cell."""
        return _groups(keys, self.sums)

    def shares(self, item: str, keys: Sequence[str | None]) -> list[Group]:
        """The same for the answers to one question alone."""
        column = next(c for c in self.scores.columns if c.item.name == item)
        most = column.item.maximum
        answers = (
            (self.cell_of[who], self.accounts[who], 100 * mark // most, mark == most)
            for who, mark in zip(column.who, column.marks, strict=True)
        )
        return _groups(keys, _sums(len(self.cells), answers))


def report(
    papers: Sequence[Paper],
    asked: Mapping[str, Asked],
    questions: Mapping[uuid.UUID, Mapping[str, Question]],
    pass_percent: int,
    corrections: Mapping[uuid.UUID, Sequence[Correction]] | None = None,
    versions: Mapping[str, Question] | None = None,
    progress: Progress = lambda _share: None,
) -> Report | None:
    """The report on these papers; None of fewer than five people.

    ``asked`` are the questions on them with what was answered. ``corrections`` are those in force
    for each account, ``versions`` as in ``corrections.earned``: answers count as they are marked
    now, and questions that were voided do not count. ``progress`` is told the share that is done.
    """
    people = len({paper.account_id for paper in papers})
    if people < FEWEST:
        return None
    judge = Judge(papers, questions, corrections or {}, versions or {})
    marked: list[Marked] = []
    for number, (slug, one) in enumerate(asked.items()):
        marked.append(judge.marked(slug, one))
        progress(0.4 * number / len(asked))
    counted = [one for one in marked if one.question is not None]
    scores = _scores(counted, len(papers))
    random = Random(SEED)  # noqa: S311 - halves of papers, no secret
    reliability = reliability_of(scores, random)
    progress(0.6)
    analysis = analyse(scores, reliability=reliability)
    progress(0.8)
    languages = tuple(paper.language for paper in papers)
    tables = {
        one.question.id: distractors(column, scores.rests(column), _shown(one.question, one.given))
        for column, one in zip(scores.columns, counted, strict=True)
        if one.question is not None
    }
    progress(0.9)
    found_gaps = gaps(scores, languages)
    numbers: dict[uuid.UUID, int] = {}
    accounts = array("I", [numbers.setdefault(p.account_id, len(numbers)) for p in papers])
    cells: dict[tuple[str, uuid.UUID], int] = {}
    cell_of = array("I", [cells.setdefault((p.language, p.cohort_id), len(cells)) for p in papers])
    percents = array("H", [100 * p.earned // p.possible if p.possible else 0 for p in papers])
    passed = [paper.passed for paper in papers]
    return Report(
        people,
        scores,
        analysis,
        flags(analysis, tables, found_gaps),
        found_gaps,
        tables,
        decisions(scores, pass_percent, reliability=reliability),
        {one.question.id: one.question for one in counted if one.question is not None},
        tuple(cells),
        cell_of,
        accounts,
        Counter(percents),
        _sums(len(cells), zip(cell_of, accounts, percents, passed, strict=True)),
        sum(one.older for one in marked),
        judge.corrected(asked),
    )


def _scores(counted: Sequence[Marked], count: int) -> Scores:
    """The marks of all papers, and what each earned and could earn with what counts."""
    totals, possible = [0] * count, [0] * count
    columns = []
    for one in counted:
        if one.question is None:
            continue
        columns.append(
            Column(Item(one.question.id, POINTS, guess_share(one.question)), one.who, one.marks)
        )
        for who, mark in zip(one.who, one.marks, strict=True):
            totals[who] += mark
            possible[who] += POINTS
    return Scores(tuple(columns), tuple(totals), tuple(possible), POINTS)


def _shown(question: Question, given: Sequence[tuple[str, ...]]) -> Picks:
    """The picks of a question's table, with those that are right; of many typed ones the most
    frequent."""
    right = question.right_answer
    if isinstance(question, Text | Number):
        keep = most_frequent(given, MOST_TYPED) | {RIGHT}
        return Picks(_only(keep, given), frozenset({RIGHT}))
    if isinstance(right, dict):
        keep = most_frequent(given, MOST_TYPED * len(right))
        return Picks(_only(keep, given), frozenset(f"{part} {RIGHT}" for part in right))
    return Picks(given, frozenset(picks_of(question, right)))


def _only(keep: Collection[str], given: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """What was picked, without what the table does not name."""
    short = {picks: tuple(pick for pick in picks if pick in keep) for picks in set(given)}
    return [short[picks] for picks in given]


@dataclass(frozen=True)
class Sums:
    """People and answers of one language and cohort. Everybody is in one cell alone, so that
    people of several cells may be added up."""

    people: int = 0
    count: int = 0
    percents: int = 0
    squares: int = 0
    passed: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.people + other.people,
            self.count + other.count,
            self.percents + other.percents,
            self.squares + other.squares,
            self.passed + other.passed,
        )


def _sums(cells: int, answers: Iterable[tuple[int, int, int, bool]]) -> tuple[Sums, ...]:
    """The sums of each cell, from (cell, person, per cent, passed) of everybody."""
    people: list[set[int]] = [set() for _ in range(cells)]
    sums = [[0, 0, 0, 0] for _ in range(cells)]
    for cell, person, percent, passed in answers:
        people[cell].add(person)
        own = sums[cell]
        own[0] += 1
        own[1] += percent
        own[2] += percent * percent
        own[3] += passed
    return tuple(Sums(len(who), *own) for who, own in zip(people, sums, strict=True))


def _groups(keys: Sequence[str | None], sums: Sequence[Sums]) -> list[Group]:
    found: dict[str, Sums] = {}
    for key, own in zip(keys, sums, strict=True):
        if key is not None and own.count:
            found[key] = found.get(key, Sums()) + own
    people = {key: own.people for key, own in found.items()}
    hidden = too_small(people)
    return [
        Group(
            key,
            people[key],
            None if key in hidden else _mean(own),
            None if key in hidden else _share(own),
        )
        for key, own in sorted(found.items())
    ]


def too_small(people: Mapping[str, int]) -> frozenset[str]:
    """The groups whose figures are not shown: those of fewer than five people, and where that
    leaves fewer than five to be worked out from the others and the whole, the next smallest."""
    ordered = sorted(people, key=lambda key: (people[key], key))
    hidden = [key for key in ordered if people[key] < FEWEST]
    for key in ordered[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(people[k] for k in hidden) >= FEWEST):
            break
        hidden.append(key)
    return frozenset(hidden)


def _mean(sums: Sums) -> Figure:
    count, mean = sums.count, sums.percents / sums.count
    spread = (count * sums.squares - sums.percents**2) / count
    deviation = (spread / (count - 1)) ** 0.5 if count > 1 else 0.0
    interval = of_mean(mean, deviation, count) if deviation else None
    if interval:  # of few people it reaches past what can be earned
        interval = replace(interval, low=max(interval.low, 0.0), high=min(interval.high, 100.0))
    return Figure(mean, interval)


def _share(sums: Sums) -> Figure:
    return Figure(100 * sums.passed / sums.count, _percent(sums.passed, sums.count))


def _percent(happened: int, of: int) -> Interval | None:
    interval = wilson(happened, of)
    return interval.scaled(100) if interval else None


def title_of(books: Library, slug: str, language: str) -> str:
    """The heading of a question in a language; its id when it is no longer in the books."""
    document = books.question_documents.get(slug)
    return str(pick(document["texts"], language)[0]["title"]) if document else slug
