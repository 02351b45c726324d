"""Attempts from the command line: close what ran out, mark everything anew and compare."""

from __future__ import annotations

import sys

import click

from lms import clock, db
from lms.assessment import actions, correcting, queries

AT_ONCE = 200


@click.group("attempts")
def attempts() -> None:
    """Close what ran out; mark everything anew and compare."""


@attempts.command("close")
def close() -> None:
    """End every attempt whose last moment has passed. Run it every few minutes."""
    from lms.cli import application

    application()
    closed = 0
    while due := queries.due(db.session(), clock.now(), AT_ONCE):
        for attempt_id in due:
            with db.transaction() as session:
                actions.close(session, attempt_id, now=clock.now())
            closed += 1
        click.echo(f"{closed} closed …", err=True)
    click.echo(f"{closed} attempts closed.")


@attempts.command("remark")
def remark() -> None:
    """Mark every result anew and name those that differ. Nothing is changed."""
    from lms.cli import application

    application()
    drifted = list(correcting.drift(db.session()))
    for change in drifted:
        click.echo(
            f"{change.attempt_id}: {change.before['earned']}/{change.before['possible']} kept, "
            f"{change.after['earned']}/{change.after['possible']} when marked anew"
        )
    click.echo(f"{len(drifted)} results differ.")
    if drifted:
        sys.exit(1)
