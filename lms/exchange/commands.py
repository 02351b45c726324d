"""``lms questions``: bring questions in from other programs, and take a bank out for them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lms.content.commands import default_root
from lms.content.compiling import compile_tree
from lms.exchange import gift_writing, moodle_writing
from lms.exchange.bank import questions_of
from lms.exchange.items import Unreadable
from lms.exchange.keeping import (
    LARGEST_FILE,
    READERS,
    Import,
    keep,
    read_bank_file,
    read_import,
    trial,
)
from lms.exchange.placing import Placed

_WRITERS = {"gift": gift_writing.write, "moodle-xml": moodle_writing.write}
SOME_REFUSED = 3


class Trouble(click.ClickException):
    """Trouble that one sentence explains."""

    exit_code = 2


@click.group()
def questions() -> None:
    """Questions from and for other programs."""


@questions.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(READERS)), required=True)
@click.option("--bank", required=True, help="The bank that takes them: a name in quizzes/banks/.")
@click.option("--rules", default="", help="Rules of the questions that name none (ids).")
@click.option("--level", default=1, type=click.IntRange(1, 3), show_default=True)
@click.option("--title", default="", help="The title of a new bank.")
@click.option("--show", is_flag=True, help="Print the questions as the bank would hold them.")
@click.option("--yes", is_flag=True, help="Keep them. Without it nothing is written.")
@click.option("--dry-run", is_flag=True, help="Write nothing: this is so without --yes too.")
@click.option("--skip-refused", is_flag=True, help="Keep the others when some are refused.")
def import_questions(
    file: Path,
    form: str,
    bank: str,
    rules: str,
    level: int,
    title: str,
    show: bool,
    yes: bool,
    dry_run: bool,
    skip_refused: bool,
) -> None:
    """Read questions of FILE into a bank, and say of each whether it can be kept.

    Without --yes nothing is written. With it either every question is kept or none, unless
    --skip-refused keeps those that can be. Exit code 3 when a question is refused, 2 when the file
    cannot be read.
    """
    if file.stat().st_size > LARGEST_FILE:
        raise Trouble(f"{file} is larger than {LARGEST_FILE // 1024 // 1024} MB; split it.")
    root = default_root()
    click.echo("Reading the courses and quizzes …", err=True)
    compiled = compile_tree(root)
    try:
        made = read_import(
            file.read_bytes(),
            form,
            root,
            bank,
            compiled=compiled,
            rules=rules.replace(",", " ").split(),
            level=level,
            title=title,
        )
    except Unreadable as unreadable:
        raise Trouble(f"{file.name}: {unreadable}") from None
    for placed in made.placed:
        click.echo(_line(placed))
        if show and placed.section:
            click.echo("\n" + placed.section)
    click.echo(_summary(made))
    problems = trial(made, root, compiled) if made.new else []
    for problem in problems:
        click.echo(problem)
    if problems:
        raise Trouble("Nothing was kept: lms check would refuse the bank.")
    _keep(made, root, wanted=yes and not dry_run, skip_refused=skip_refused)


def _keep(made: Import, root: Path, *, wanted: bool, skip_refused: bool) -> None:
    whole = skip_refused or not made.refused
    if not wanted or not made.new or not whole:
        if wanted and made.new:
            click.echo("Nothing was kept. Mend what was refused, or add --skip-refused.")
        elif made.new:
            click.echo("Nothing was kept. Add --yes to keep what can be kept.")
        else:
            click.echo("There is nothing to keep.")
        sys.exit(SOME_REFUSED if made.refused else 0)
    try:
        file = keep(made, root)
    except Unreadable as unreadable:
        raise Trouble(str(unreadable)) from None
    click.echo(f"Kept {len(made.new)} questions in {file.relative_to(root).as_posix()}.")
    click.echo("Read them, write the feedback that is missing, then lms check and lms publish.")
    sys.exit(SOME_REFUSED if made.refused else 0)


def _line(placed: Placed) -> str:
    found, item = placed.found, placed.item
    lines = []
    if placed.there:
        lines.append(f"there    {found.place}: {found.title}")
    elif placed.section and item:
        lines.append(f"ok       {found.place}: {found.title} [{item.type}, #{item.id}]")
    else:
        lines.append(f"REFUSED  {found.place}: {found.title}")
    lines += [f"         why: {reason}" for reason in placed.reasons]
    lines += [f"         note: {note}" for note in placed.notes]
    return "\n".join(lines)


def _summary(made: Import) -> str:
    there = sum(placed.there for placed in made.placed)
    return (
        f"{len(made.placed)} questions: {len(made.new)} can be kept, {len(made.refused)} refused, "
        f"{there} in the bank already."
    )


@questions.command("export")
@click.argument("bank")
@click.option("--format", "form", type=click.Choice(list(_WRITERS)), required=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, not stdout."
)
def export_questions(bank: str, form: str, output: Path | None) -> None:
    """Write a bank for another program. Questions it cannot hold are named on stderr.

    Exit code 3 when a question was left out, 2 when there is no such bank.
    """
    try:
        title, written = questions_of(read_bank_file(default_root(), bank))
    except Unreadable as unreadable:
        raise Trouble(str(unreadable)) from None
    text, left_out = _WRITERS[form](title, written)
    if output:
        output.write_text(text, "utf-8")
    else:
        click.echo(text, nl=False)
    for question, why in left_out:
        click.echo(f"left out: line {question.line}, {question.id}: {why}", err=True)
    click.echo(f"{len(written) - len(left_out)} of {len(written)} questions written.", err=True)
    sys.exit(SOME_REFUSED if left_out else 0)
