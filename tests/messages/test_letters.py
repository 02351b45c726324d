"""E-mail that says no more than that a message waits: off by default, quiet, and lost by no dead
server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import config, db
from lms.config import Smtp
from lms.domain.languages import LANGUAGES
from lms.messages import commands, letters
from lms.messages.models import LetterDue, LetterWish
from lms.messages.post import Away, line
from lms.privacy import vault
from tests.conftest import Moment
from tests.messages.mail_server import PASSWORD, USER, MailServer, certificate, mail_server
from tests.messages.test_messages import written
from tests.page import Page
from tests.world import World

Browse = Callable[[str], Page]
Wish = Callable[[str, str], None]
AIDA, BOTA = "aida@example.org", "bota@example.net"
# What no letter may say, in any language: what this is about, who one is, a way in.
FORBIDDEN = re.compile(
    r"observ|elect|precinct|poll|vote|commission|certificat|train|http|/|\d|"
    r"наблюд|выбор|участ|голос|комисси|сертифик|трен|обуч|"
    r"байқа|сайла|учаск|дауыс|комисси|сертифик|трен|оқы",
    re.IGNORECASE,
)


def a_server(found: MailServer, **changes: object) -> Smtp:
    plain = Smtp("127.0.0.1", found.port, "none", "", "", "post@quiet.example")
    return replace(plain, **changes)  # type: ignore[arg-type]  # as Smtp's


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


@pytest.fixture
def smtp(server: MailServer, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Smtp:
    """The machine is told of this server."""
    found = a_server(server)
    settings = replace(app.config["LMS_SETTINGS"], smtp=found)
    monkeypatch.setitem(app.config, "LMS_SETTINGS", settings)
    return found


@pytest.fixture
def wished(smtp: Smtp, world: World, signed_in_as: Browse, now: Moment) -> Wish:
    def wish(login: str, to: str) -> None:
        signed_in_as(login).get("/messages/letters").submit("/messages/letters", {"to": to})

    return wish


def deliver(app: Flask, smtp: Smtp) -> tuple[int, str | None]:
    with app.app_context():
        return commands.deliver(smtp)


def rows(app: Flask, of: type) -> int:
    with app.app_context():
        counted = sa.select(sa.func.count()).select_from(of).execution_options(scope="all")
        return db.session().scalar(counted) or 0


def test_nothing_is_sent_until_one_asks_for_it(
    app: Flask, world: World, signed_in_as: Browse, server: MailServer, smtp: Smtp, now: Moment
) -> None:
    written(signed_in_as("tamara"), world, "aida", "bota")
    assert deliver(app, smtp) == (0, None)
    assert server.came == []


def test_without_a_mail_server_no_address_is_taken(
    app: Flask,
    world: World,
    signed_in_as: Browse,
    now: Moment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = replace(app.config["LMS_SETTINGS"], smtp=None)
    monkeypatch.setitem(app.config, "LMS_SETTINGS", settings)
    page = signed_in_as("aida").get("/messages/")
    assert "by e-mail" not in page.text
    assert "This site sends no e-mail." in page.get("/messages/letters").text
    page.post("/messages/letters", {"to": AIDA}, status=409)
    assert rows(app, LetterWish) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_says_that_a_message_waits_and_nothing_else(
    app: Flask,
    world: World,
    signed_in_as: Browse,
    server: MailServer,
    smtp: Smtp,
    wished: Wish,
    language: str,
) -> None:
    wished("aida", AIDA)
    signed_in_as("aida").post(f"/languages/{language}")
    written(signed_in_as("tamara"), world, "aida", words="Precinct 17 at six.")
    assert deliver(app, smtp) == (1, None)
    [(to, letter)] = server.came
    assert to == letter["To"] == AIDA
    body = letter.get_content()  # type: ignore[attr-defined]  # of an EmailMessage
    assert not FORBIDDEN.search(letter["Subject"] + body), body
    told = {name for name, _value in letter.items()}
    assert told == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip
    assert letter["Message-ID"].endswith("@quiet.example>")
    assert server.greetings == ["quiet.example"]  # and not the name of this machine
    assert {"en": "message", "ru": "сообщение", "kk": "хабарлама"}[language] in body


def test_many_messages_are_one_letter_and_one_a_day(
    app: Flask,
    world: World,
    signed_in_as: Browse,
    server: MailServer,
    smtp: Smtp,
    wished: Wish,
    now: Moment,
) -> None:
    wished("aida", AIDA)
    for words in ("One.", "Two."):
        written(signed_in_as("tamara"), world, "aida", words=words)
    assert deliver(app, smtp) == (1, None)
    written(signed_in_as("tamara"), world, "aida", words="Three.")
    now.move(hours=1)
    assert deliver(app, smtp) == (0, None)
    now.move(days=1)
    assert deliver(app, smtp) == (1, None)
    assert len(server.came) == 2


def test_what_was_read_meanwhile_needs_no_letter(
    app: Flask,
    world: World,
    signed_in_as: Browse,
    server: MailServer,
    smtp: Smtp,
    wished: Wish,
) -> None:
    wished("aida", AIDA)
    written(signed_in_as("tamara"), world, "aida")
    signed_in_as("aida").get("/messages/").submit("/read")
    assert deliver(app, smtp) == (0, None)
    assert rows(app, LetterDue) == 0


def test_a_dead_server_loses_nothing(
    app: Flask,
    world: World,
    signed_in_as: Browse,
    server: MailServer,
    smtp: Smtp,
    wished: Wish,
    now: Moment,
) -> None:
    wished("aida", AIDA)
    wished("bota", BOTA)
    written(signed_in_as("tamara"), world, "aida", "bota")
    with mail_server() as gone:
        dead = a_server(gone)
    assert deliver(app, dead) == (0, "ConnectionRefusedError")
    assert deliver(app, smtp) == (0, None)  # not at once: the next try waits
    now.move(minutes=6)
    server.breaks_after = 1  # takes one letter, and hangs up in the second
    assert deliver(app, smtp)[0] == 1
    server.breaks_after = None
    now.move(minutes=11)
    assert deliver(app, smtp) == (1, None)
    assert sorted(to for to, _letter in server.came) == [AIDA, BOTA]
    assert rows(app, LetterDue) == 0


def test_a_process_that_dies_after_taking_leaves_the_letter_to_the_next(
    app: Flask,
    world: World,
    signed_in_as: Browse,
    server: MailServer,
    smtp: Smtp,
    wished: Wish,
    now: Moment,
) -> None:
    wished("aida", AIDA)
    written(signed_in_as("tamara"), world, "aida")
    with app.app_context(), db.transaction() as session:
        assert len(letters.take(session, 10, vault=vault(), now=now())) == 1
    assert deliver(app, smtp) == (0, None)
    now.move(minutes=16)
    assert deliver(app, smtp) == (1, None)


def test_an_address_that_is_refused_is_said_to_its_owner_and_tried_no_more(
    app: Flask,
    world: World,
    signed_in_as: Browse,
    server: MailServer,
    smtp: Smtp,
    wished: Wish,
) -> None:
    wished("aida", AIDA)
    wished("bota", BOTA)
    server.refuses[AIDA] = "550 no such box"
    server.refuses[BOTA] = "451 come again later"
    written(signed_in_as("tamara"), world, "aida", "bota")
    assert deliver(app, smtp)[0] == 0
    assert rows(app, LetterDue) == 1  # the one that may come again
    aida = signed_in_as("aida").get("/messages/letters")
    assert "The last letter could not be delivered" in aida.text
    aida.submit("/messages/letters/end")
    assert rows(app, LetterWish) == 1


@pytest.mark.parametrize(
    "to",
    ["", "aida", "aida@", "a@b", "aida@example.org\nBcc: x@y.example", "a b@c.example", "<a@b.c>"],
)
def test_an_address_that_cannot_be_one_is_asked_for_again(
    app: Flask, world: World, signed_in_as: Browse, smtp: Smtp, now: Moment, to: str
) -> None:
    page = signed_in_as("aida").get("/messages/letters")
    page.submit("/messages/letters", {"to": to}, status=422)
    assert rows(app, LetterWish) == 0


def test_the_address_is_sealed(app: Flask, world: World, smtp: Smtp, wished: Wish) -> None:
    wished("aida", AIDA)
    with app.app_context():
        asked = sa.select(LetterWish.deliver_to_sealed).execution_options(scope="all")
        assert b"aida" not in db.session().scalars(asked).one()


def test_the_line_is_secured_and_signed_in_and_only_to_whom_we_trust(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    with mail_server(context=context) as server:
        about = a_server(server, security="starttls", user=USER, password=PASSWORD)
        with pytest.raises(Away), line(about):
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        with line(about) as post:
            post.send(AIDA, "A message", "There is one.")
        with pytest.raises(Away), line(replace(about, password="wrong")):
            pass
    assert [to for to, _letter in server.came] == [AIDA]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"LMS_SMTP_FROM": ""}, "LMS_SMTP_FROM"),
        ({"LMS_SMTP_FROM": "nobody"}, "LMS_SMTP_FROM"),
        ({"LMS_SMTP_SECURITY": "ssl"}, "LMS_SMTP_SECURITY"),
        ({"LMS_SMTP_SECURITY": "none"}, "LMS_SMTP_SECURITY"),
        ({"LMS_SMTP_PORT": "mail"}, "LMS_SMTP_PORT"),
        ({"LMS_SMTP_USER": "lms"}, "LMS_SMTP_PASSWORD"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_with_its_name(
    settings: config.Settings, given: dict[str, str], word: str
) -> None:
    environ = {
        "LMS_INSTANCE": str(settings.instance),
        "LMS_CONTENT": str(settings.content),
        "LMS_SMTP_HOST": "mail.example.org",
        "LMS_SMTP_FROM": "post@quiet.example",
    }
    assert config.load(environ).smtp is not None
    with pytest.raises(config.ConfigurationError, match=word):
        config.load({**environ, **given})


def test_the_secret_of_the_mail_server_is_shown_nowhere(settings: config.Settings) -> None:
    found = replace(
        settings, smtp=Smtp("mail.example.org", 587, "starttls", "lms", "s3cret-7", "a@b.example")
    )
    assert "s3cret-7" not in repr(found)
    assert "s3cret-7" not in str(found.shown())
    assert found.shown()["e-mail"] == "mail.example.org:587, starttls"
    assert replace(settings, smtp=None).shown()["e-mail"] == "off"


def test_the_time_between_tries_grows_up_to_a_day(
    app: Flask,
    world: World,
    smtp: Smtp,
    wished: Wish,
    signed_in_as: Browse,
    now: Moment,
) -> None:
    wished("aida", AIDA)
    written(signed_in_as("tamara"), world, "aida")
    with mail_server() as gone:
        dead = a_server(gone)
    waits = []
    for _try in range(12):
        assert deliver(app, dead)[1]
        with app.app_context():
            asked = sa.select(LetterDue.next_at).execution_options(scope="all")
            due = db.session().scalars(asked).one()
        waits.append(due - now())
        now.move(seconds=(due - now()).total_seconds())
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert waits == sorted(waits)
    assert waits[-1] <= timedelta(days=1)
