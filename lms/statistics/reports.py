"""The statistics of a quiz, worked out of the answers that somebody may see."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from lms.content.library import Library
from lms.domain.corrections import Correction, earned, fits, voided
from lms.domain.languages import pick
from lms.domain.questions import POINTS, Question
from lms.domain.questions.essay import Essay
from lms.domain.questions.number import Number
from lms.domain.questions.text import Text
from lms.domain.statistics import Analysis, Figure, Interval, Item, Scores, analyse, collect
from lms.domain.statistics.choices import Distractors, Picks, distractors, most_frequent
from lms.domain.statistics.decisions import Decisions, decisions
from lms.domain.statistics.flags import Flag, flags
from lms.domain.statistics.gaps import Gap, gaps
from lms.domain.statistics.guessing import guess_share
from lms.domain.statistics.intervals import of_mean, wilson
from lms.domain.statistics.scores import Column
from lms.statistics.queries import Paper

# Figures of fewer people would tell about each of them.
FEWEST = 5
MOST_TYPED = 12
SEED = 1  # papers are parted in halves the same way on every page
RIGHT = "="  # what was typed and is right, however it was spelt


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
    languages: tuple[str, ...]
    cohorts: tuple[uuid.UUID, ...]
    accounts: tuple[int, ...]  # a number for each person: people are counted, never named
    percents: tuple[int, ...]
    passed: tuple[bool, ...]
    older: int
    corrected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def slim(self) -> Report:
        """The same in little memory, to be kept: a mark takes six bytes instead of sixteen."""
        columns = tuple(
            Column(
                c.item, array("I", c.who), array("H" if c.item.maximum < 2**16 else "I", c.marks)
            )
            for c in self.scores.columns
        )
        return replace(self, scores=replace(self.scores, columns=columns))

    def groups(self, keys: Sequence[str | None]) -> list[Group]:
        """The figures of each group; ``keys`` names the group of each attempt."""
        return _groups(keys, self.accounts, self.percents, self.passed)

    def shares(self, item: str, keys: Sequence[str | None]) -> list[Group]:
        """The same for the answers to one question alone."""
        column = next(c for c in self.scores.columns if c.item.name == item)
        return _groups(
            [keys[who] for who in column.who],
            [self.accounts[who] for who in column.who],
            [100 * mark // column.item.maximum for mark in column.marks],
            [mark == column.item.maximum for mark in column.marks],
        )


def report(
    papers: Sequence[Paper],
    questions: Mapping[uuid.UUID, Mapping[str, Question]],
    pass_percent: int,
    corrections: Mapping[uuid.UUID, Sequence[Correction]] | None = None,
    versions: Mapping[str, Question] | None = None,
) -> Report | None:
    """The report on these papers; None of fewer than five people.

    ``corrections`` are those in force for each account, ``versions`` as in ``corrections.earned``:
    answers count as they are marked now, and questions that were voided do not count.
    """
    people = len({paper.account_id for paper in papers})
    if people < FEWEST:
        return None
    judge = _Judge(questions, corrections or {}, versions or {})
    latest = _latest(papers, judge)
    rows: list[dict[str, int]] = []
    given: dict[str, list[tuple[str, ...]]] = {slug: [] for slug in latest}
    older = 0
    for paper in papers:
        row = {}
        out = judge.voided(paper)
        for slug in paper.questions:
            if slug in out:
                continue
            question = judge.question(paper, slug)
            if question is None or question != latest.get(slug):
                older += not isinstance(question, Essay)
                continue
            answer = paper.answers.get(slug)
            row[slug] = judge.mark(paper, question, answer)
            given[slug].append(picks_of(question, answer))
        rows.append(row)
    items = [Item(slug, POINTS, guess_share(question)) for slug, question in latest.items()]
    scores = collect(items, rows, POINTS)
    analysis = analyse(scores, Random(SEED))  # noqa: S311 - halves of papers, no secret
    languages = tuple(paper.language for paper in papers)
    tables = {
        column.item.name: distractors(
            column,
            scores.rests(column),
            _shown(latest[column.item.name], given[column.item.name]),
        )
        for column in scores.columns
    }
    found_gaps = gaps(scores, languages)
    numbers: dict[uuid.UUID, int] = {}
    same: dict[uuid.UUID, uuid.UUID] = {}
    return Report(
        people,
        scores,
        analysis,
        flags(analysis, tables, found_gaps),
        found_gaps,
        tables,
        decisions(scores, pass_percent, Random(SEED)),  # noqa: S311 - as above
        latest,
        languages,
        tuple(same.setdefault(paper.cohort_id, paper.cohort_id) for paper in papers),
        tuple(numbers.setdefault(paper.account_id, len(numbers)) for paper in papers),
        tuple(100 * p.earned // p.possible if p.possible else 0 for p in papers),
        tuple(paper.passed for paper in papers),
        older,
        judge.corrected(papers),
    )


@dataclass(frozen=True)
class _Judge:
    """By what each answer is marked now: the question as asked, under the corrections in force."""

    questions: Mapping[uuid.UUID, Mapping[str, Question]]
    corrections: Mapping[uuid.UUID, Sequence[Correction]]
    versions: Mapping[str, Question]

    def _held(self, paper: Paper, slug: str) -> Collection[Correction]:
        held = self.corrections.get(paper.account_id)
        return [c for c in held if c.question == slug] if held else ()

    def voided(self, paper: Paper) -> frozenset[str]:
        return voided(self.corrections.get(paper.account_id, ()))

    def question(self, paper: Paper, slug: str) -> Question | None:
        """The question that marks: another version of it where a correction says so."""
        question = self.questions[paper.release_id].get(slug)
        for correction in self._held(paper, slug):
            version = self.versions.get(correction.id)
            if correction.kind == "version" and question and version and fits(question, version):
                question = version
        return question

    def mark(self, paper: Paper, question: Question, answer: object) -> int:
        held = self._held(paper, question.id)
        given: Any = answer
        return earned(question, given, held, self.versions) if held else question.earned(given)

    def corrected(self, papers: Sequence[Paper]) -> dict[str, tuple[str, ...]]:
        """The questions on these papers that corrections in force touch, and how."""
        found: dict[str, set[str]] = {}
        for paper in papers:
            for correction in self.corrections.get(paper.account_id, ()):
                if correction.question in paper.questions:
                    found.setdefault(correction.question, set()).add(correction.kind)
        return {slug: tuple(sorted(kinds)) for slug, kinds in sorted(found.items())}


def _latest(papers: Sequence[Paper], judge: _Judge) -> dict[str, Question]:
    """Each question that was asked, as it stood when it was asked last; in order of its id."""
    found: dict[str, Question] = {}
    for paper in papers:
        out = judge.voided(paper)
        for slug in paper.questions:
            question = None if slug in out else judge.question(paper, slug)
            if question is not None and not isinstance(question, Essay):  # people mark those
                found[slug] = question
    return dict(sorted(found.items()))


def picks_of(question: Question, answer: object) -> tuple[str, ...]:
    """What an answer picked: options, pairs, places, or what was typed."""
    if answer is None or answer == "" or answer == [] or answer == {}:
        return ()
    if isinstance(question, Text | Number):
        return (RIGHT,) if question.earned(str(answer)) else (str(answer).strip().casefold()[:60],)
    if isinstance(answer, str):
        return (answer,)
    if isinstance(answer, dict):
        right = question.right_parts(dict(answer))
        return tuple(f"{k} {RIGHT}" if k in right else f"{k}: {v}"[:80] for k, v in answer.items())
    if question.kind == "order" and isinstance(answer, list):
        return tuple(f"{place}. {part}" for place, part in enumerate(answer, 1))
    return tuple(str(part) for part in answer) if isinstance(answer, list) else ()


def _shown(question: Question, given: Sequence[tuple[str, ...]]) -> Picks:
    """The picks of a question's table, with those that are right; of many typed ones the most
    frequent."""
    right = question.right_answer
    if isinstance(question, Text | Number):
        keep = most_frequent(given, MOST_TYPED) | {RIGHT}
        given = [tuple(pick for pick in picks if pick in keep) for picks in given]
        return Picks(given, frozenset({RIGHT}))
    if isinstance(right, dict):
        keep = most_frequent(given, MOST_TYPED * len(right))
        given = [tuple(pick for pick in picks if pick in keep) for picks in given]
        return Picks(given, frozenset(f"{part} {RIGHT}" for part in right))
    return Picks(given, frozenset(picks_of(question, right)))


def _groups(
    keys: Sequence[str | None],
    accounts: Sequence[Hashable],
    percents: Sequence[int],
    passed: Sequence[bool],
) -> list[Group]:
    numbers: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        if key is not None:
            numbers.setdefault(key, []).append(number)
    people = {key: len({accounts[n] for n in found}) for key, found in numbers.items()}
    hidden = too_small(people)
    return [
        Group(
            key,
            people[key],
            None if key in hidden else _mean([percents[n] for n in found]),
            None if key in hidden else _share([passed[n] for n in found]),
        )
        for key, found in sorted(numbers.items())
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


def _mean(values: Sequence[int]) -> Figure:
    mean = sum(values) / len(values)
    spread = sum((value - mean) ** 2 for value in values)
    deviation = (spread / (len(values) - 1)) ** 0.5 if len(values) > 1 else 0.0
    interval = of_mean(mean, deviation, len(values)) if deviation else None
    if interval:  # of few people it reaches past what can be earned
        interval = replace(interval, low=max(interval.low, 0.0), high=min(interval.high, 100.0))
    return Figure(mean, interval)


def _share(values: Sequence[bool]) -> Figure:
    return Figure(100 * sum(values) / len(values), _percent(sum(values), len(values)))


def _percent(happened: int, of: int) -> Interval | None:
    interval = wilson(happened, of)
    return interval.scaled(100) if interval else None


def title_of(books: Library, slug: str, language: str) -> str:
    """The heading of a question in a language; its id when it is no longer in the books."""
    document = books.question_documents.get(slug)
    return str(pick(document["texts"], language)[0]["title"]) if document else slug
