"""The ``lms`` command."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask

from lms import config


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
    """The commands; a database that does not answer is a sentence, not a traceback."""

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


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
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


@main.group()
def people() -> None:
    """Invite and import people."""


def _register() -> None:
    from lms.assessment.commands import attempts
    from lms.certification.commands import certificates, sources
    from lms.certification.logbook.commands import log
    from lms.certification.root.commands import root_group
    from lms.cohorts.commands import import_people, invite, organisations
    from lms.content.commands import check
    from lms.counts.commands import counts
    from lms.demo.commands import load_demo
    from lms.drills.commands import booklet_command, preview_command
    from lms.exchange.commands import questions
    from lms.learning.commands import card
    from lms.messages.commands import messages_command
    from lms.reviews.commands import translations
    from lms.signoffs.commands import erase
    from lms.statistics.commands import statistics
    from lms.statistics.simulating import simulation

    main.add_command(check)
    main.add_command(counts)
    main.add_command(attempts)
    main.add_command(load_demo)
    certificates.add_command(log)
    certificates.add_command(root_group)
    main.add_command(card)
    main.add_command(preview_command)
    main.add_command(booklet_command)
    main.add_command(certificates)
    main.add_command(statistics)
    main.add_command(simulation)
    main.add_command(questions)
    main.add_command(sources)
    main.add_command(erase)
    main.add_command(messages_command)
    main.add_command(organisations)
    main.add_command(translations)
    people.add_command(invite)
    people.add_command(import_people)


_register()
