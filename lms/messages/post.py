"""Handing letters to a mail server. One connection for all that is due; nothing is kept here.

What a letter says and to whom is the caller's. It carries no mark of this machine: the greeting and
the number of a letter name the sender's domain. Source: beyond the peers 24; stack, "email".
"""

from __future__ import annotations

import secrets
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime

from lms import clock
from lms.config import Smtp

SECONDS = 15.0  # a server that does not answer for so long is taken to be away
PERMANENT = 500  # from here on a reply code means: never


class Away(Exception):
    """The mail server cannot be reached, does not let us in, or breaks off. Try again later."""


class Refused(Exception):
    """The server takes no letter to this address, now or later."""


class Later(Exception):
    """The server does not take the letter to this address now; others it may."""


class Post:
    """An open line to the mail server."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server, self._sender = server, sender

    def send(self, to: str, subject: str, body: str) -> None:
        """Hand over one letter. Raises Refused and Later for this address, Away for all of them."""
        try:
            letter = _letter(self._sender, to, subject, body)
            self._server.send_message(letter, self._sender, [to])
        except (ValueError, MessageError):
            raise Refused from None
        except smtplib.SMTPRecipientsRefused as problem:
            code = next(iter(problem.recipients.values()))[0]
            raise (Refused if code >= PERMANENT else Later) from None
        except smtplib.SMTPSenderRefused:  # it is we who are not wanted, whoever it is for
            raise Away from None
        except smtplib.SMTPResponseException as problem:
            raise (Refused if problem.smtp_code >= PERMANENT else Later) from None
        except (smtplib.SMTPException, OSError):
            raise Away from None


def _letter(sender: str, to: str, subject: str, body: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = f"<{secrets.token_hex(16)}@{_domain(sender)}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(body)
    return letter


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]


@contextmanager
def line(about: Smtp) -> Iterator[Post]:
    """A line to the server, secured and signed in as the settings say. Raises Away."""
    context, ours = ssl.create_default_context(), _domain(about.sender)
    server: smtplib.SMTP
    try:
        if about.security == "tls":
            server = smtplib.SMTP_SSL(
                about.host, about.port, local_hostname=ours, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(about.host, about.port, local_hostname=ours, timeout=SECONDS)
    except (smtplib.SMTPException, OSError) as problem:
        raise Away(type(problem).__name__) from None
    try:
        try:
            if about.security == "starttls":
                server.starttls(context=context)
            if about.user:
                server.login(about.user, about.password)
        except (smtplib.SMTPException, OSError) as problem:
            raise Away(type(problem).__name__) from None
        yield Post(server, about.sender)
        with suppress(smtplib.SMTPException, OSError):  # every letter was answered for already
            server.quit()
    finally:
        server.close()
