"""Everybody follows every link there is, in each language: whole pages, quiet headers, no change.

Source: security C-12, C-22, C-23, C-25.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import sqlalchemy as sa
from flask.sessions import SecureCookieSessionInterface
from werkzeug.test import TestResponse

from lms import db, schema
from lms.accounts.models import Account, DeviceSession
from lms.web.assets import asset
from lms.web.headers import POLICY
from tests.conftest import Moment
from tests.page import Sheet, check_sheet
from tests.security.forms import LANGUAGES, SKIP
from tests.security.seeding import ANONYMOUS, Seeded, changed, rows_of
from tests.security.table import EVERYBODY, ROWS
from tests.security.test_bad_input import speak

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

WALKERS = (ANONYMOUS, "aida", "oleg", "tamara", "kairat", "asel", "arman")
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
# Told by every answer, whatever it is; a file has stricter words of its own.
FILES_POLICY = {POLICY, "default-src 'none'; sandbox"}


def crawl(seeded: Seeded, login: str, language: str) -> Iterator[tuple[str, TestResponse]]:
    """Every address that this person can reach by following links, with its answer."""
    client = seeded.client(login)
    seen, left = {"/", "/sign-in", "/join"}, ["/", "/sign-in", "/join"]
    while left:
        address = left.pop()
        answer = client.get(address, headers={"Accept-Language": language})
        yield address, answer
        found = [answer.headers["Location"]] if answer.status_code == 303 else []
        if answer.mimetype == "text/html" and answer.status_code == 200:
            found += Sheet(answer.get_data(as_text=True)).links
        for link in found:
            target = urldefrag(urljoin(address, link)).url
            parts = urlsplit(target)
            if not parts.netloc and parts.path.startswith("/") and target not in seen:
                seen.add(target)
                left.append(target)


def _walks() -> Iterator[object]:
    """Everybody in one of the languages, whichever it is; in all three in the deep run."""
    for at, (login, language) in enumerate(product(WALKERS, LANGUAGES)):
        yield pytest.param(login, language, marks=[pytest.mark.deep] * (at % 3 != at // 3 % 3))


def secrets_of(seeded: Seeded) -> set[str]:
    """What must stand in no answer: hashes, digests, keys and sealed bytes, in hex and as text."""
    found = set()
    for rows in rows_of(seeded.app).values():
        for row in rows:
            for name, value in row.items():
                if isinstance(value, bytes) and name != "body":
                    found |= {value.hex(), str(value)}
                elif name == "secret_hash" and value:
                    found.add(value)
    return found


@pytest.mark.parametrize(("login", "language"), list(_walks()))
def test_every_page_one_can_reach_is_whole_quiet_and_changes_nothing(
    login: str, language: str, seeded: Seeded
) -> None:
    speak(seeded.app, language)
    secrets, before = secrets_of(seeded), rows_of(seeded.app)
    pages = 0
    for address, answer in crawl(seeded, login, language):
        pages += 1
        # A trainer sees no key while the question is on their own paper; the page says so.
        # A pocket card is refused while it does not fit, or while a rule on it is not settled; the
        # proof that a certificate is in the log waits for the log's next checkpoint.
        closed = address.startswith(("/questions/", "/my/card")) or address.endswith("/proof")
        closed = closed and answer.status_code == 409
        assert closed or answer.status_code in (200, 303), f"{address}: {answer.status_code}"
        text = answer.get_data(as_text=answer.mimetype.startswith("text/"))
        taken_away = "attachment" in answer.headers.get("Content-Disposition", "")
        if answer.mimetype == "text/html" and answer.status_code == 200 and not taken_away:
            sheet = Sheet(text)
            check_sheet(sheet, address)
            assert sheet.lang == language, address
            assert SKIP[language] in text or address == "/leave", address
        if isinstance(text, str):
            assert not [s for s in secrets if s in text], f"a secret at {address}"
        headers_are_told(address, answer)
        answer.close()
    assert pages >= 5
    assert not changed(before, rows_of(seeded.app))


def headers_are_told(address: str, answer: TestResponse) -> None:
    for name, value in HEADERS.items():
        told = answer.headers.get(name)
        wanted = FILES_POLICY if name == "Content-Security-Policy" else {value}
        assert told in wanted, f"{address}: {name} is {told}"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin"):
        assert name not in answer.headers, f"{address}: {name}"


def test_every_answer_carries_the_headers_refusals_too(seeded: Seeded) -> None:
    for row in ROWS:
        for pattern in row.reach:
            for login in (ANONYMOUS, "aida", "tamara"):
                client, address = seeded.client(login), seeded.address(pattern)
                answer = client.open(address, method=row.method)
                headers_are_told(address, answer)
                answer.close()


def test_personal_answers_are_not_kept_by_anybody(seeded: Seeded) -> None:
    """Only the files of the house and the pictures of lessons, named by their content, may be."""
    kept = {"assets.static", "assets.icon", "learning.content_file"}
    for row in ROWS:
        if row.method != "GET" or row.endpoint.startswith("styleguide"):
            continue
        reached = [pattern for pattern, who in row.reach.items() if who]
        if not reached:  # nothing to see in a world of so few people
            continue
        address = seeded.address(reached[0])
        who = row.reach[reached[0]]
        login = next((one for one in who.split() if one in row.door.split()), ANONYMOUS)
        if EVERYBODY in (row.door, who):
            login = ANONYMOUS if row.door == EVERYBODY else row.door.split()[0]
        answer = seeded.client(login).get(address)
        assert answer.status_code in row.ok, address
        told = answer.headers["Cache-Control"]
        assert told.startswith("public") if row.endpoint in kept else told == "no-store", address
        answer.close()
    assert "immutable" in seeded.client(ANONYMOUS).get(asset("house.css")).headers["Cache-Control"]


# --- what looking may leave behind ---------------------------------------------------------------


def test_a_first_look_at_a_lesson_and_a_quiz_notes_nothing(seeded: Seeded) -> None:
    client, before = seeded.client("timur"), rows_of(seeded.app)
    for address in ("/courses/basics/seeing", "/quizzes/exam", "/scenarios/door", "/my/pledge"):
        assert client.get(address).status_code == 200
    assert not changed(before, rows_of(seeded.app))


def test_a_look_after_a_pause_notes_that_the_session_is_used_and_no_more(
    seeded: Seeded, now: Moment
) -> None:
    before = rows_of(seeded.app)
    now.move(minutes=4)
    seeded.client("aida").get("/account")
    assert not changed(before, rows_of(seeded.app))
    now.move(minutes=4)
    seeded.client("aida").get("/account")
    # A trainee's session cannot outlive its fourteen days; a trainer's moves on with its use.
    assert changed(before, rows_of(seeded.app)) == {("device_sessions", "seen_at")}
    seeded.client("tamara").get("/account")
    assert changed(before, rows_of(seeded.app)) == {
        ("device_sessions", "seen_at"),
        ("device_sessions", "expires_at"),
    }


def test_a_head_request_changes_as_little_as_its_get(seeded: Seeded) -> None:
    before = rows_of(seeded.app)
    for row in ROWS:
        if row.method == "GET" and row.door != "everybody":
            for pattern in row.reach:
                seeded.client("aida").head(seeded.address(pattern))
    assert not changed(before, rows_of(seeded.app))


# --- names of things -----------------------------------------------------------------------------

# Counted within a parent that cannot be guessed, or chained and public: nobody is found by them.
# The log is public and numbered on purpose: whoever checks it asks for every size.
NUMBERED = {"trail", "status_lists", "attempt_steps", "run_choices", "count_steps"}
NUMBERED |= {"log_entries", "log_checkpoints", "certificate_events"}
NUMBERED |= {"run_clocks", "run_papers", "joint_events"}


def test_nothing_is_named_by_a_number_that_could_be_counted_through() -> None:
    """Every other key is random or a digest, so that no address leads from one to the next."""
    for table in schema.metadata.sorted_tables:
        for column in table.primary_key.columns:
            counted = isinstance(column.type, sa.Integer)
            assert not counted or table.name in NUMBERED, f"{table.name}.{column.name}"


def test_a_session_is_kept_as_a_digest_and_its_secret_nowhere(seeded: Seeded) -> None:
    serializer = SecureCookieSessionInterface().get_signing_serializer(seeded.app)
    assert serializer is not None
    secret = serializer.loads(seeded.cookies["aida"])["_user_id"]
    assert len(secret) == 43  # 256 random bits
    with seeded.app.app_context():
        rows = db.session().scalars(
            sa.select(DeviceSession).where(
                DeviceSession.account_id
                == sa.select(Account.id).where(Account.login_skeleton == "aida").scalar_subquery()
            )
        )
        assert {len(row.digest) for row in rows} == {32}
    everything = repr(rows_of(seeded.app))
    assert secret not in everything
    for _address, answer in crawl(seeded, "aida", "en"):
        assert secret.encode() not in answer.get_data()
        answer.close()
