"""The statistics of a quiz, worked out of the answers that somebody may see."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from lms.content.library import Library
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
    changed since; they are left out."""

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
    accounts: tuple[uuid.UUID, ...]
    percents: tuple[int, ...]
    passed: tuple[bool, ...]
    older: int

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
) -> Report | None:
    """The report on these papers; None of fewer than five people."""
    people = len({paper.account_id for paper in papers})
    if people < FEWEST:
        return None
    latest = _latest(papers, questions)
    rows: list[dict[str, int]] = []
    given: dict[str, list[tuple[str, ...]]] = {slug: [] for slug in latest}
    older = 0
    for paper in papers:
        row = {}
        for slug in paper.questions:
            question = questions[paper.release_id].get(slug)
            if question is None or question != latest.get(slug):
                older += not isinstance(question, Essay)
                continue
            answer = paper.answers.get(slug)
            row[slug] = question.earned(answer)
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
        tuple(paper.cohort_id for paper in papers),
        tuple(paper.account_id for paper in papers),
        tuple(100 * p.earned // p.possible if p.possible else 0 for p in papers),
        tuple(paper.passed for paper in papers),
        older,
    )


def _latest(
    papers: Sequence[Paper], questions: Mapping[uuid.UUID, Mapping[str, Question]]
) -> dict[str, Question]:
    """Each question that was asked, as it stood when it was asked last; in order of its id."""
    found: dict[str, Question] = {}
    for paper in papers:
        for slug in paper.questions:
            question = questions[paper.release_id].get(slug)
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
