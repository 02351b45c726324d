"""Statistics from the command line: of a matrix of marks, also of an exam taken elsewhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

import click

from lms.domain.statistics import Analysis, analyse
from lms.domain.statistics.flags import Flag, flags
from lms.statistics.matrix import Trouble, read_matrix
from lms.statistics.written import as_document, as_text


@click.command("statistics")
@click.argument(
    "path", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--seed", default=1, show_default=True, help="How drawn papers are parted in halves.")
def statistics(path: Path, form: str, seed: int) -> None:
    """Analyse the items of a matrix of marks.

    FILE.csv has a header of item names, a second line of maximum marks, then one line per
    attempt; an empty cell says that the item was not on that paper. Indices are in percent,
    facilities are shares, and null stands where a number is undefined. Exit code 1 when the
    file has a problem; each is reported as file:line.
    """
    try:
        scores = read_matrix(path, lambda lines: click.echo(f"{lines} lines read …", err=True))
    except Trouble as trouble:
        for line, what in trouble.problems:
            click.echo(f"{path}:{line}: {what}", err=True)
        sys.exit(1)
    analysis = analyse(scores, Random(seed))  # noqa: S311 - a draw of halves, no secret
    found = flags(analysis)
    click.echo(_written(analysis, found, form))


def _written(analysis: Analysis, found: tuple[Flag, ...], form: str) -> str:
    if form == "json":
        return json.dumps(as_document(analysis, found), ensure_ascii=False, indent=2)
    return as_text(analysis, found)
