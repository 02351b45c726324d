"""The job that erases what has had its time; meant to run once a day."""

from __future__ import annotations

import click

from lms import clock, db
from lms.messages import actions as messages
from lms.signoffs import proofs


@click.group("erase")
def erase() -> None:
    """Erase what is not to be kept longer."""


@erase.command("over")
def over() -> None:
    """Erase pages of filled forms and messages whose time has passed. Run it once a day."""
    from lms.cli import application

    application()
    now = clock.now()
    with db.transaction() as session:
        pages = proofs.erase_over(session, now.date(), now=now)
        letters = messages.erase_over(session, now.date())
    click.echo(f"Erased: {pages} pages of filled forms, {letters} messages.")
