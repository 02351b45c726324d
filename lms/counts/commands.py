"""``lms counts``: the truth of a precinct, for trainers and for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from lms.content.commands import root_of
from lms.content.compiling import compile_tree
from lms.content.library import Library
from lms.domain.counts.night import Night, live
from lms.domain.counts.precinct import Head
from lms.domain.counts.telling import as_document

MOST_SEED = 2**31 - 1


@click.group()
def counts() -> None:
    """Nights of count exercises, made from their seeds."""


@counts.command()
@click.argument("exercise")
@click.option("--seed", type=click.IntRange(0, MOST_SEED), required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def generate(exercise: str, seed: int, form: str) -> None:
    """Print the truth of a night: its figures, what is planted, and the protocol as it is seen.

    EXERCISE is the name of a file of quizzes/counts/, with or without its path and ending. The
    same exercise and seed give the same night on every machine. Exit code 2 when there is none.
    """
    path = Path(exercise)
    root = root_of(path) if path.suffix == ".md" and path.exists() else root_of(None)
    slug = path.name.split(".")[0]
    library = Library(None, compile_tree(root).documents)
    if slug not in library.counts:
        known = ", ".join(library.counts) or "none"
        raise click.UsageError(f"no sound count exercise “{slug}” in {root}; there are: {known}")
    document = library.counts[slug]
    night = live(Head.from_document(document), library.country(document["rules"]), seed)
    if form == "json":
        click.echo(json.dumps(as_document(night), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_told(night)))


def _told(night: Night) -> list[str]:
    """A night in lines, for somebody at a terminal."""
    found: dict[str, Any] = as_document(night)
    lines = [f"{found['exercise']}, seed {found['seed']}, rules of {found['rules']}"]
    for planted in found["planted"]:
        shows = "; ".join(
            f"{s['at']} {s['step']}" + (f", when asked: {s['asked']}" if s["asked"] else "")
            for s in planted["shows"]
        )
        lines.append(
            f"planted: {planted['kind']} ({', '.join(planted['codes'])})"
            + (f", {planted['amount']}" if planted["amount"] else "")
            + (f", {planted['check']}" if planted["check"] else "")
            + f": {shows}"
        )
    if not found["planted"]:
        lines.append("planted: nothing")
    for name in ("truth", "protocol"):
        cells = [f"{cell} {value}" for cell, value in found[name]["cells"].items()]
        lines.append(f"{name}: {', '.join(cells)}; votes {found[name]['votes']}")
    return lines
