"""``lms check``: the author's compiler on the command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from lms import clock
from lms.content.compiling import Compiled, compile_tree
from lms.content.measures.basis import compare, read_facts
from lms.content.measures.report import coverage_lines, measures
from lms.content.problems import Problem
from lms.content.stamping import stamp
from lms.domain.languages import LANGUAGES


@click.group()
def content() -> None:
    """Courses and quizzes, without the application around them."""


@dataclass(frozen=True)
class _Place:
    """A content root, and the part of it that is reported on (empty: all of it)."""

    root: Path
    within: str


@content.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--translations", is_flag=True, help="Print the table of coverage.")
@click.option("--scenarios", is_flag=True, help="Print the best and the worst path of each.")
@click.option("--warnings", is_flag=True, help="Print every warning, not only their number.")
@click.option(
    "--measures", "measured", is_flag=True, help="Guessable keys, reading, terms, coverage."
)
@click.option("--coverage", is_flag=True, help="Print the table of rules and what uses them.")
@click.option(
    "--legal-basis",
    "basis",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare every source cited with this fact sheet.",
)
@click.option(
    "--stamp",
    "stamped",
    is_flag=True,
    help="Write into the translations named by PATH what they were made from.",
)
@click.option(
    "--reviewed-by",
    "reviewer",
    metavar="NAME",
    help="With --stamp: this native speaker has read these very words today.",
)
def check(
    paths: tuple[Path, ...],
    form: str,
    translations: bool,
    scenarios: bool,
    warnings: bool,
    measured: bool,
    coverage: bool,
    basis: Path | None,
    stamped: bool,
    reviewer: str | None,
) -> None:
    """Check courses and quizzes, and report every problem as file:line: what is wrong; the remedy.

    PATH is a file or folder to report on, or a folder that holds courses/ or quizzes/. Everything
    is read in any case, since files refer to each other. Exit code 1 when there is any problem, or
    when a measure is beyond its limit.
    """
    if reviewer is not None and not (stamped and reviewer.strip() and reviewer.isprintable()):
        raise click.UsageError("--reviewed-by wants a name, and --stamp beside it")
    if stamped:
        day = clock.now().date().isoformat()
        sys.exit(_stamp(paths, None if reviewer is None else f"{reviewer.strip()}, {day}"))
    wrong = False
    today = clock.now().date()
    for place in _places(paths):
        compiled = compile_tree(place.root, today=today)
        problems = _within(compiled.problems, place.within)
        wrong = wrong or bool(problems)
        if form == "json":
            click.echo(json.dumps(_json(compiled, place.within), ensure_ascii=False, indent=1))
            continue
        for problem in problems:
            click.echo(str(problem))
        if warnings:
            for warning in _within(compiled.warnings, place.within):
                click.echo(f"warning: {warning}")
        if translations:
            click.echo(_table(compiled, place.within))
        if scenarios:
            for proof in compiled.proofs:
                click.echo(proof.text)
        if coverage:
            click.echo("\n".join(coverage_lines(compiled.documents)))
        lines, beyond = measures(compiled.documents) if measured else ([], 0)
        told = compare(compiled.documents, read_facts(basis.read_text())) if basis else []
        for line in (*lines, *told):
            click.echo(line)
        wrong = wrong or beyond > 0 or bool(told)
        click.echo(_summary(compiled, place.within), err=True)
    sys.exit(1 if wrong else 0)


def _places(paths: Sequence[Path]) -> list[_Place]:
    if not paths:
        return [_Place(default_root(), "")]
    return [_place(path.resolve()) for path in paths]


def _place(path: Path) -> _Place:
    for root in (path, *path.parents):
        if (root / "courses").is_dir() or (root / "quizzes").is_dir():
            within = path.relative_to(root).as_posix()
            return _Place(root, "" if within == "." else within)
    raise click.BadParameter(f"{path} lies in no folder that holds courses/ or quizzes/")


def root_of(path: Path | None) -> Path:
    """The content root that a file lies in; without one, that of the settings or of the project."""
    return default_root() if path is None else _place(path.resolve()).root


def default_root() -> Path:
    """The content of the settings, or of this folder, or of the project."""
    named = os.environ.get("LMS_CONTENT")
    if named:
        return Path(named).resolve()
    here = Path.cwd()
    if (here / "courses").is_dir() or (here / "quizzes").is_dir():
        return here
    return Path(__file__).resolve().parents[2]


def _is_within(path: str, within: str) -> bool:
    return not within or path == within or path.startswith(within + "/")


def _within(problems: Sequence[Problem], within: str) -> list[Problem]:
    return [problem for problem in problems if _is_within(problem.path, within)]


def _summary(compiled: Compiled, within: str) -> str:
    problems = len(_within(compiled.problems, within))
    warnings = len(_within(compiled.warnings, within))
    states = [c.state for c in compiled.coverage if _is_within(c.source, within)]
    return (
        f"{problems} problems, {warnings} warnings; translations: {states.count('current')} "
        f"current, {states.count('stale')} stale, {states.count('missing')} missing"
    )


def _table(compiled: Compiled, within: str) -> str:
    """A line for each source file: the state of each language, and what is reviewed."""
    rows: dict[str, dict[str, str]] = {}
    for cell in compiled.coverage:
        if _is_within(cell.source, within):
            reviewed = " reviewed" if cell.reviewed_by else ""
            rows.setdefault(cell.source, {})[cell.language] = cell.state + reviewed
    width = max([len(source) for source in rows], default=4)
    languages = LANGUAGES[1:]
    lines = [" ".join(["file".ljust(width), *(lang.ljust(17) for lang in languages)]).rstrip()]
    for source, states in sorted(rows.items()):
        cells = (states.get(lang, "wrong").ljust(17) for lang in languages)
        lines.append(" ".join([source.ljust(width), *cells]).rstrip())
    return "\n".join(lines)


def _json(compiled: Compiled, within: str) -> dict[str, object]:
    return {
        "problems": [asdict(problem) for problem in _within(compiled.problems, within)],
        "warnings": [asdict(warning) for warning in _within(compiled.warnings, within)],
        "translations": [asdict(c) for c in compiled.coverage if _is_within(c.source, within)],
        "scenarios": [asdict(p) for p in compiled.proofs if _is_within(p.path, within)],
    }


def _stamp(paths: Sequence[Path], reviewed: str | None) -> int:
    """Stamp each file that is fit for it; 1 when any is not."""
    if not paths:
        raise click.UsageError("--stamp wants the translations to be stamped")
    refused = False
    by_root: dict[Path, list[str]] = {}
    for path in paths:
        place = _place(path.resolve())
        by_root.setdefault(place.root, []).append(place.within)
    for root, names in by_root.items():
        for name, problems in stamp(root, names, reviewed).items():
            refused = refused or bool(problems)
            for problem in problems:
                click.echo(str(problem))
            click.echo(f"{name}: {'not stamped' if problems else 'stamped'}", err=True)
    return 1 if refused else 0
