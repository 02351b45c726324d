"""The ``lms`` command."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms import config

if TYPE_CHECKING:
    from flask import Flask

# What rooms do by command: the module, and what the command is called there. A room is imported
# when its command is asked for; importing them all takes longer than most commands.
OF_ROOMS = {
    "attempts": "lms.assessment.commands:attempts",
    "booklet": "lms.drills.commands:booklet_command",
    "card": "lms.learning.commands:card",
    "certificates": "lms.certification.commands:certificates",
    "check": "lms.content.commands:check",
    "counts": "lms.counts.commands:counts",
    "erase": "lms.signoffs.commands:erase",
    "load-demo": "lms.demo.commands:load_demo",
    "messages": "lms.messages.commands:messages_command",
    "organisations": "lms.cohorts.commands:organisations",
    "preview": "lms.drills.commands:preview_command",
    "questions": "lms.exchange.commands:questions",
    "simulate": "lms.statistics.simulating:simulation",
    "sources": "lms.certification.commands:sources",
    "statistics": "lms.statistics.commands:statistics",
    "translations": "lms.reviews.commands:translations",
}
OF_PEOPLE = {
    "import": "lms.cohorts.commands:import_people",
    "invite": "lms.cohorts.commands:invite",
}


class OneSentence(click.ClickException):
    """Trouble that one sentence explains."""

    exit_code = 2


def application() -> Flask:
    """The application of this machine's settings, its context pushed for the whole command."""
    from lms import create_app

    try:
        app = create_app(config.load())
    except config.ConfigurationError as problem:
        raise OneSentence(str(problem)) from None
    app.app_context().push()
    return app


class Verbs(click.Group):
    """The commands; a database that does not answer is a sentence, not a traceback.

    ``elsewhere`` maps a command to where it is imported from.
    """

    def __init__(self, *args: Any, elsewhere: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.elsewhere = elsewhere

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *self.elsewhere})

    def get_command(self, context: click.Context, cmd_name: str) -> click.Command | None:
        if at := self.elsewhere.get(cmd_name):
            module, _, name = at.partition(":")
            found: click.Command = getattr(import_module(module), name)
            return found
        return super().get_command(context, cmd_name)

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except Exception as problem:
            import sqlalchemy as sa  # not before: `lms check` needs no database

            if not isinstance(problem, sa.exc.OperationalError):
                raise
            reason = str(problem.orig).strip().splitlines()[0]
            raise OneSentence(
                f"The database cannot be used: {reason}; `lms doctor` looks closer."
            ) from None


@click.group(
    cls=Verbs, elsewhere=OF_ROOMS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option("0.1.0", prog_name="lms")
def main() -> None:
    """Training and certification of election observers."""
    os.umask(0o077)  # what we write holds people: nobody else on this machine reads it


@main.command()
def init() -> None:
    """Make the secrets of this machine, where they do not exist yet."""
    instance = Path(os.environ.get("LMS_INSTANCE") or config.ROOT / "instance").resolve()
    made = config.create_secrets(instance)
    click.echo(f"Made {', '.join(made)} in {instance / 'keys'}." if made else "All secrets exist.")


@main.command()
def migrate() -> None:
    """Bring the database to the shape this code knows."""
    from lms import db, schema

    application()
    before = schema.present(db.database())
    schema.upgrade(db.database())
    after = schema.present(db.database())
    click.echo("The database is up to date." if before == after else f"Migrated to {after}.")


@main.command()
def serve() -> None:
    """Serve on LMS_BIND with LMS_WORKERS processes."""
    from lms.serving import serve as run

    try:
        run(config.load())
    except config.ConfigurationError as problem:
        raise OneSentence(str(problem)) from None


@main.command()
def doctor() -> None:
    """Look at settings, database, keys, clock and disk; a line each, non-zero on trouble."""
    from lms.doctor import examine

    trouble = False
    for line in examine():
        click.echo(f"{'ok     ' if line.well else 'TROUBLE'} {line.what}")
        trouble = trouble or not line.well
    sys.exit(1 if trouble else 0)


@main.command()
def publish() -> None:
    """Freeze the courses and quizzes as the current release, if they have no problem."""
    from lms import clock, db
    from lms.content.compiling import compile_tree
    from lms.content.publishing import publish as freeze

    app = application()
    compiled = compile_tree(app.config["LMS_SETTINGS"].content)
    for problem in compiled.problems:
        click.echo(str(problem), err=True)
    if compiled.problems:
        raise OneSentence(
            f"{len(compiled.problems)} problems; nothing was published, the last release stays."
        )
    with db.transaction() as session:
        release, new = freeze(
            session,
            compiled.documents,
            compiled.files,
            now=clock.now(),
            writings=compiled.writings,
        )
    click.echo(f"Release {release}: {len(compiled.documents)} documents, {new} new.")


@main.group(cls=Verbs, elsewhere=OF_PEOPLE)
def people() -> None:
    """Invite and import people."""
