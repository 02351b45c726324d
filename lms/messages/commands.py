"""The job that hands letters to the mail server; meant to run every few minutes."""

from __future__ import annotations

import uuid

import click
from flask_babel import force_locale
from flask_babel import gettext as _

from lms import clock, config, db
from lms.messages import letters
from lms.messages.post import Away, Later, Post, Refused, line
from lms.privacy import vault

AT_ONCE = 50


@click.group("messages")
def messages_command() -> None:
    """Telling people by e-mail that a message waits."""


@messages_command.command("deliver")
def deliver_command() -> None:
    """Hand what is due to the mail server. Run it every few minutes, also two at once."""
    from lms.cli import application

    app = application()
    smtp = app.config["LMS_SETTINGS"].smtp
    if smtp is None:
        click.echo("E-mail is off (LMS_SMTP_HOST).")
        return
    number, away = deliver(smtp)
    click.echo(f"Handed over: {number}.")
    if away:
        left, _since = letters.waiting(db.session())
        raise click.ClickException(
            f"The mail server is away or breaks off ({away}); {left} wait and are tried again."
        )


def deliver(smtp: config.Smtp) -> tuple[int, str | None]:
    """Send all that is due: how many were handed over, and what kept the rest from it, if
    anything did. No transaction is open while the server is spoken to."""
    number = 0
    while True:
        with db.transaction() as session:
            some = letters.take(session, AT_ONCE, vault=vault(), now=clock.now())
        if not some:
            return number, None
        left = [letter.account_id for letter in some]
        try:
            with line(smtp) as post:
                for letter in some:
                    number += _hand_over(post, letter)
                    left.remove(letter.account_id)
        except Away as problem:
            _put_back(left)
            return number, str(problem) or "it broke off"


def _hand_over(post: Post, letter: letters.Letter) -> int:
    subject, body = words(letter.language)
    try:
        post.send(letter.to, subject, body)
    except Later:
        _put_back([letter.account_id])
        return 0
    except Refused:
        with db.transaction() as session:
            letters.refused(session, letter.account_id, now=clock.now())
        return 0
    with db.transaction() as session:
        letters.sent(session, letter.account_id, now=clock.now())
    return 1


def _put_back(people: list[uuid.UUID]) -> None:
    with db.transaction() as session:
        letters.put_back(session, people, now=clock.now())


def words(language: str) -> tuple[str, str]:
    """(subject, body) of every letter. Neutral: no name, no place, no task, no link."""
    with force_locale(language):
        return _("A message"), "\n\n".join(
            (
                _("There is a message for you. Open the page the way you usually do."),
                _("To get no more letters like this one, take your address out there."),
            )
        )
