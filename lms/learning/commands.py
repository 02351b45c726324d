"""``lms card``: the pocket card of a programme, to be printed."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from lms.domain.languages import LANGUAGES
from lms.learning.cards import PAPERS, SIDES, Stale, TooLong

REASONS = {
    "translation": "its translation is missing or older than its source",
    "source": "a source of it has changed or was repealed",
}


@click.command()
@click.argument("programme")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--paper", type=click.Choice(PAPERS), default="a4", show_default=True)
@click.option("--day", help="The day of the election, such as 2026-11-15, whose law it shows.")
def card(programme: str, file: Path, language: str, paper: str, day: str | None) -> None:
    """Draw the pocket card of PROGRAMME into FILE (PDF): what to say, and which article carries it.

    Exit code 1, and no file, when it does not fit one sheet or a rule on it is stale.
    """
    from lms import db
    from lms.cli import OneSentence, application
    from lms.content import publishing
    from lms.learning import cards

    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        raise OneSentence(f"{day!r} is not a day; write it as 2026-11-15.") from None
    app = application()
    books = publishing.current(db.session())
    if programme not in books.programmes:
        raise OneSentence(f"There is no programme {programme}.")
    try:
        with app.test_request_context():
            made = cards.pdf(books, programme, language, on, paper, str(books.published)[:8])
    except Stale as problem:
        for rule, code in problem.rules:
            click.echo(f"{rule}: {REASONS[code]}.", err=True)
        click.echo("No card was made.", err=True)
        sys.exit(1)
    except TooLong as problem:
        click.echo(
            f"It needs {problem.sides} sides, and a sheet has {SIDES}. No card was made.", err=True
        )
        sys.exit(1)
    file.write_bytes(made)
    click.echo(f"The card is in {file}.")
