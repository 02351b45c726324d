"""``lms certificates log …``: checkpoints to hand out, proofs, and what a witness checks."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from lms import clock
from lms.certification import keys as key_files
from lms.certification import logbook, tokens
from lms.certification.keys import NoKey
from lms.certification.pinned import Trouble, Trust, pinned
from lms.certification.signing import NotGenuine

UNKNOWN = 5
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group("log")
def log() -> None:
    """The log that commits to every certificate, so that none can be made or lost unseen."""


@log.command()
@click.argument("file", type=_NEW_FILE)
def checkpoint(file: Path) -> None:
    """Write the checkpoint of the log as it is now to FILE, to be kept outside.

    Certificates that were issued before there was a log are entered first.
    """
    from lms import db, trail
    from lms.certification import queries
    from lms.certification.sealing import open_token
    from lms.cli import application
    from lms.config import Settings
    from lms.domain.errors import NotThere
    from lms.privacy import CannotOpen, vault

    settings: Settings = application().config["LMS_SETTINGS"]
    now = clock.now()
    try:
        ring = key_files.keyring(settings.keys)
        with db.transaction() as session:
            subject = "log:checkpoint"
            trail.record(session, "checkpoint", actor_id=None, subject=subject, now=now)
            for serial in logbook.unlogged(session):
                sealed = queries.sealed_token(session, serial)
                try:
                    token = open_token(vault(), *sealed) if sealed else ""
                except CannotOpen:
                    continue  # an erased person's token is gone; the audit names it
                logbook.append(session, serial, token)
            found = logbook.make_checkpoint(session, ring, now=now)
    except NoKey as problem:
        raise Trouble(str(problem)) from None
    except NotThere:
        raise Trouble("The log is empty; nothing has been certified yet.") from None
    file.write_text(found.body + "\n", "ascii")
    click.echo(
        f"Checkpoint of {found.size} certificates, {found.at:%Y-%m-%d %H:%M} UTC, in {file}."
    )


@log.command()
@click.argument("old", type=_FILE)
@click.argument("file", type=_NEW_FILE)
def since(old: Path, file: Path) -> None:
    """Write to FILE what shows that the newest checkpoint continues OLD, for a witness."""
    from lms import db
    from lms.cli import application
    from lms.config import Settings

    settings: Settings = application().config["LMS_SETTINGS"]
    before = _read(old, key_files.keyring(settings.keys).public)
    try:
        found = logbook.continuation(db.session(), before.size)
    except IndexError:
        raise Trouble(
            "This log is shorter than that checkpoint; it is another, or it was cut."
        ) from None
    file.write_text(json.dumps(found, indent=1) + "\n", "ascii")
    click.echo(f"Written to {file}.")


@log.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@pinned
def witness(old: Path, new: Path, trust: Trust) -> None:
    """Say whether NEW (made by `log since`) continues the checkpoint OLD. Needs no network.

    Exit code 5 when it does not: the log was rewritten. Keep both files, and ask.
    """
    # The old one was believed when it was handed out, whatever became of its key since.
    before = _read(old, trust.public)
    try:
        text = new.read_text("utf-8", "replace")
        after = logbook.check_continuation(before, text, trust.believed)
    except NotGenuine as problem:
        word = "the log was REWRITTEN" if problem.reason == "fork" else "it is not genuine"
        click.echo(f"UNKNOWN: {word}.")
        sys.exit(UNKNOWN)
    click.echo(f"CONTINUES: {before.size} certificates then, {after.size} on {after.at:%Y-%m-%d}.")


@log.command()
@click.argument("file", type=_FILE)
@pinned
def verify(file: Path, trust: Trust) -> None:
    """Say since when the certificate of a proof was in the log. Needs no network."""
    try:
        token, found = logbook.check_proof(file.read_text("utf-8", "replace"), trust.believed)
        verified = tokens.verify(token, trust.public)
        trust.must_accept(verified)
    except NotGenuine:
        click.echo("UNKNOWN: this proof proves nothing.")
        sys.exit(UNKNOWN)
    serial = tokens.serial_shown(tokens.serial_text(verified.claims.serial))
    click.echo(f"PROVED: {serial} was one of {found.size} on {found.at:%Y-%m-%d %H:%M} UTC.")


def _read(path: Path, public) -> logbook.Checkpoint:  # type: ignore[no-untyped-def]  # the same
    try:
        return logbook.read(path.read_text("utf-8", "replace"), public)
    except NotGenuine:
        raise Trouble(f"{path} is not a checkpoint that a known key has signed.") from None
