"""``lms simulate learners``: how often the exams of a programme are wrong about people."""

from __future__ import annotations

import json
import os
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import click

from lms import config
from lms.content.compiling import compile_tree
from lms.content.library import Library
from lms.domain.rules import critical_rules
from lms.domain.statistics.learners import Count, Exam, Habits, Outcome, simulate
from lms.statistics.written import short

WORDS = {
    "ready": "deserve to pass, of all",
    "passed": "pass, of all",
    "false_pass": "pass though they are not ready, of those who are not",
    "false_fail": "fail though they are ready, of those who are",
    "first_try": "pass everything at the first attempt, of those who are ready",
    "same_twice": "would be decided alike a second time, of all",
}
SAY_EVERY = 5.0  # seconds


@click.group("simulate")
def simulation() -> None:
    """Try the programmes on learners who do not exist."""


@simulation.command("learners")
@click.argument("programme", required=False)
@click.option("--learners", default=1000, type=click.IntRange(1, 1_000_000), show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day whose law the exams follow.",
)
@click.option(
    "--knows",
    default=90.0,
    type=click.FloatRange(0, 100, min_open=True, max_open=True),
    show_default=True,
    help="Per cent of the rules that the middle learner knows.",
)
@click.option(
    "--spread",
    default=1.5,
    type=click.FloatRange(0, 10),
    show_default=True,
    help="How much learners differ: standard deviation of the log odds of knowing a rule.",
)
@click.option(
    "--slip",
    default=2.0,
    type=click.FloatRange(0, 100),
    show_default=True,
    help="Per cent of known questions that are answered as if by guessing.",
)
@click.option(
    "--attempts",
    default=3,
    type=click.IntRange(1, 20),
    show_default=True,
    help="How often an exam without a limit is sat.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def learners(
    programme: str | None,
    learners: int,
    seed: int,
    day: Any,
    knows: float,
    spread: float,
    slip: float,
    attempts: int,
    form: str,
) -> None:
    """Print how often the exams of PROGRAMME pass who should fail, and fail who should pass.

    Learners of known ability sit the exams as they are configured: drawn, marked and repeated as
    for people. Who knows every critical rule that is asked about and enough of the rest deserves
    to pass. The exams alone are simulated; scenarios and pledges are not.
    """
    books = _books()
    slug = _the_one(books, programme)
    on: date | None = day.date() if day else None
    exams = _exams(books, slug, on)
    habits = Habits(knows / 100, spread, slip / 100, attempts)
    outcome = _run(exams, learners, habits, seed)
    document = {
        "programme": slug,
        "exams": [exam.quiz.slug for exam in exams],
        "on": on.isoformat() if on else None,
        "learners": learners,
        "seed": seed,
        "knows_percent": knows,
        "spread": spread,
        "slip_percent": slip,
        **{name: _counted(getattr(outcome, name)) for name in WORDS},
    }
    if form == "json":
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    names = ", ".join(exam.quiz.slug for exam in exams)
    click.echo(f"{slug}: {names}; {learners} learners, seed {seed}")
    for name, words in WORDS.items():
        count = getattr(outcome, name)
        click.echo(f"  {short(count.share.scaled(100)):>24} %  {words} ({count.of})")
    click.echo("Intervals at 95 % (Wilson) in brackets.")


def _books() -> Library:
    root = Path(os.environ.get("LMS_CONTENT") or config.ROOT)
    compiled = compile_tree(root)
    if compiled.problems:
        what = f"{len(compiled.problems)} problems in the content; `lms check` names them."
        raise click.ClickException(what)
    return Library(None, compiled.documents)


def _the_one(books: Library, programme: str | None) -> str:
    known = ", ".join(books.programmes) or "none"
    if programme is None and len(books.programmes) == 1:
        return next(iter(books.programmes))
    if programme is None or programme not in books.programmes:
        raise click.UsageError(f"Name a programme. There is: {known}.")
    return programme


def _exams(books: Library, slug: str, on: date | None) -> list[Exam]:
    critical = critical_rules(books.rules.values(), on)
    wanted = books.programme(slug).requires.quizzes
    quizzes = [books.quiz(quiz) for quiz in wanted]
    exams = [
        Exam(quiz, tuple(books.questions.values()), critical, on)
        for quiz in quizzes
        if quiz.is_exam
    ]
    if not exams:
        raise click.ClickException(f"The programme {slug} asks for no exam.")
    return exams


def _run(exams: list[Exam], learners: int, habits: Habits, seed: int) -> Outcome:
    said = time.monotonic()
    outcomes = simulate(exams, learners, habits, Random(seed))  # noqa: S311 - no secret
    outcome = next(outcomes)
    for number, latest in enumerate(outcomes, 2):
        outcome = latest
        if time.monotonic() - said > SAY_EVERY:
            said = time.monotonic()
            click.echo(f"{number} of {learners} learners …", err=True)
    return outcome


def _counted(count: Count) -> dict[str, Any]:
    share = count.share
    return {
        "share": share.value,
        "interval": None
        if share.interval is None
        else {
            "low": share.interval.low,
            "high": share.interval.high,
            "method": share.interval.method,
        },
        "count": count.happened,
        "of": count.of,
    }
