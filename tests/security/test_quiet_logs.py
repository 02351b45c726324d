"""What the logs say: fixed sentences, and nothing of people, whatever happens.

Source: security C-90.
"""

from __future__ import annotations

import ast
import io
import json
import logging
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

import lms
from lms import db
from lms.accounts import actions
from lms.accounts.models import Account
from lms.learning import progress
from lms.web.logs import ALLOWED, QuietFormatter
from tests.conftest import START
from tests.journeys.site import Site
from tests.security.seeding import ANONYMOUS, Seeded

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

CANARY = "Қанарейка-Canary-4711"
FIELDS = {"at", "level", "logger", "what", "exception", "where", *ALLOWED}


class Written:
    """Every line of the log, as the quiet formatter writes it."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def check(self) -> None:
        text = self.stream.getvalue()
        for told in (CANARY, "Canary", "4711", "10.11.12.13", "Mozilla", "secret-query"):
            assert told not in text, text
        for line in self.lines:
            assert set(line) <= FIELDS


@pytest.fixture
def written() -> Iterator[Written]:
    """All loggers through the quiet formatter, at the level that says most."""
    found, root = Written(), logging.getLogger()
    handler = logging.StreamHandler(found.stream)
    handler.setFormatter(QuietFormatter())
    before, level = root.handlers[:], root.level
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG)
    yield found
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def failing(seeded: Seeded) -> Seeded:
    """The seeded world as it runs in earnest: a failure of ours becomes a page."""
    seeded.app.config["PROPAGATE_OURS"] = False
    return seeded


def visit(seeded: Seeded, login: str, method: str, path: str, data: object = None) -> int:
    return (
        seeded.client(login)
        .open(
            path,
            method=method,
            data=data,
            headers={"User-Agent": "Mozilla/Canary"},
            environ_overrides={"REMOTE_ADDR": "10.11.12.13"},
        )
        .status_code
    )


def test_nothing_that_people_do_and_type_reaches_the_log(
    seeded: Seeded, written: Written, capfd: pytest.CaptureFixture[str]
) -> None:
    token, mine = seeded.tokens[ANONYMOUS], seeded.tokens["tamara"]
    typed = {"csrf_token": token, "login": CANARY, "secret": CANARY, "code": CANARY}
    visit(seeded, ANONYMOUS, "POST", "/sign-in", typed)
    visit(seeded, ANONYMOUS, "POST", "/join", typed)
    visit(seeded, ANONYMOUS, "POST", "/join/account", typed)
    visit(seeded, ANONYMOUS, "POST", "/verify", {"token": CANARY, "name": CANARY})
    visit(seeded, ANONYMOUS, "GET", f"/verify/{CANARY}?secret-query={CANARY}")
    visit(seeded, "aida", "GET", f"/search?q={CANARY}&secret-query=1")
    visit(seeded, "aida", "POST", "/my/pledge", {"name": CANARY})
    listed = (io.BytesIO(f"name\n{CANARY}\n".encode()), f"{CANARY}.csv")
    path = seeded.address("/cohorts/<North one>/import")
    visit(seeded, "tamara", "POST", path, {"csrf_token": mine, "file": listed})
    path = seeded.address("/cohorts/<North one>/people/<bota>/certify")
    fields = {"csrf_token": mine, "name": CANARY, "language": "en", "purpose": "training"}
    visit(seeded, "tamara", "POST", path, fields)
    visit(seeded, "tamara", "GET", f"/{CANARY}")
    written.check()
    out, err = capfd.readouterr()
    assert CANARY not in out + err


@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError, UnicodeError, OSError])
def test_a_failure_of_ours_tells_its_type_and_place_and_not_its_message(
    kind: type[Exception], failing: Seeded, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_more: object) -> None:
        name = CANARY  # a local variable, too, must not be told
        raise kind(f"could not do it for {name}")

    monkeypatch.setattr(progress, "search", fail)
    answer = failing.client("aida").get(f"/search?q={CANARY}")
    assert answer.status_code == 500
    page = answer.get_data(as_text=True)
    assert CANARY not in page
    assert "could not" not in page
    (line,) = [line for line in written.lines if line["level"] == "ERROR"]
    assert line["exception"] == kind.__name__
    assert line["endpoint"] == "learning.search"
    assert str(line["reference"]) in page
    assert any("learning/views.py" in str(place) for place in line["where"])  # type: ignore[attr-defined]
    written.check()


def test_what_the_database_complains_about_is_not_quoted(
    failing: Seeded, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its messages carry the statement and what was to be written."""

    def clash(*_given: object, **_more: object) -> None:
        raise IntegrityError(f"INSERT {CANARY}", {"login": CANARY}, ValueError(CANARY))

    def away(*_given: object, **_more: object) -> None:
        raise OperationalError(f"SELECT {CANARY}", {"login": CANARY}, ValueError(CANARY))

    monkeypatch.setattr(progress, "search", clash)
    assert failing.client("aida").get(f"/search?q={CANARY}").status_code == 409
    monkeypatch.setattr(progress, "search", away)
    assert failing.client("aida").get(f"/search?q={CANARY}").status_code == 503
    written.check()
    assert len(written.lines) >= 2


def test_a_real_clash_in_the_database_is_not_quoted_either(
    failing: Seeded, written: Written
) -> None:
    with failing.app.app_context(), pytest.raises(IntegrityError), db.transaction() as session:
        for _ in range(2):
            session.add(Account(login=CANARY, login_skeleton=CANARY, language="en"))
        session.flush()
    logging.getLogger("sqlalchemy.engine").error("failed for %s", CANARY, exc_info=True)
    written.check()


def test_what_a_library_says_is_kept_back_and_its_name_told(written: Written) -> None:
    logging.getLogger("werkzeug").warning("GET /search?q=%s from 10.11.12.13", CANARY)
    logging.getLogger("gunicorn.error").error(f"boom {CANARY}")
    logging.getLogger("lms.errors").info("failed", extra={"login": CANARY, "ip": "10.11.12.13"})
    written.check()
    assert [line["what"] for line in written.lines] == ["library message"] * 2 + ["failed"]


MALFORMED = (
    f"GET /search?q={CANARY} HTTP/1.1\r\n{CANARY}: 1\r\n\r\n",
    f"{CANARY}\r\n\r\n",
    f"GET /{CANARY * 300} HTTP/1.1\r\n\r\n",
    f"POST /sign-in HTTP/1.1\r\nContent-Length: {CANARY}\r\n\r\n",
    f"POST /sign-in HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n",
)


def test_a_server_quotes_no_request_that_it_cannot_read(
    prepared: Path, tmp_path: Path, written: Written
) -> None:
    site = Site.like(prepared, tmp_path / "site")
    site.start()
    try:
        for request in MALFORMED:
            with socket.create_connection(("127.0.0.1", site.port), timeout=10) as line:
                line.sendall(request.encode())
                assert line.recv(12)[9:] in (b"400", b"414")
    finally:
        site.stop()
    written.stream.write((site.folder / "server.log").read_text("utf-8"))
    written.check()
    assert "127.0.0.1" not in written.stream.getvalue()
    assert len(written.lines) >= len(MALFORMED)


def test_every_line_of_ours_is_a_fixed_sentence() -> None:
    """A sentence put together from pieces could carry a name; pieces go into allowed fields."""
    root, calls = Path(lms.__file__).parent, 0
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            if not (isinstance(owner, ast.Name) and owner.id in ("log", "logger", "logging")):
                continue
            if node.func.attr in ("debug", "info", "warning", "error", "exception", "critical"):
                calls += 1
                where = f"{path.relative_to(root)}:{node.lineno}"
                assert isinstance(node.args[0], ast.Constant), where
                assert len(node.args) == 1, f"{where}: values belong into allowed fields"
    assert calls >= 3


def test_the_log_keeps_no_stack_of_values(failing: Seeded, written: Written) -> None:
    """The traceback of Python would show source lines; the place is enough to mend a fault."""
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("lms.errors").exception("failed", stack_info=True)
    written.check()
    assert sys.exc_info() == (None, None, None)


def test_suspending_and_inviting_are_quiet(app: Flask, seeded: Seeded, written: Written) -> None:
    with app.app_context(), db.transaction() as session:
        account = session.scalars(sa.select(Account).where(Account.login_skeleton == "aida")).one()
        account.login = CANARY
        actions.suspend(session, None, account.id, now=START)
    written.check()
