"""``lms certificates``: checking with no network, database or settings, and looking after keys."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from lms import config, db, trail
from lms.certification import lists, tokens
from lms.certification.commands import certificates
from lms.certification.keys import keyring, public_text
from lms.config import ROOT
from tests.certification.builders import NAME, a_key, claims
from tests.certification.test_printing import a_pdf, a_sheet
from tests.conftest import START, Moment

KEY = a_key()
INDEX = claims().status_index
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, now: Moment, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command on a machine with no network and nothing but a file of public keys."""
    (tmp_path / "keys.pub").write_bytes(public_text([KEY.public]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LMS_INSTANCE", str(tmp_path / "nowhere"))
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("the network was asked"))

    def call(*arguments: str, key: bool = True) -> Result:
        keys = ["--key", "keys.pub"] if key else []
        return CliRunner().invoke(certificates, ["verify", *arguments, *keys])

    return call


def a_list(revoked: tuple[int, ...] = (), *, number: int = 1, days_old: int = 0) -> str:
    at = START - timedelta(days=days_old)
    Path(f"{number}.list").write_text(lists.publish(number, at, revoked, KEY) + "\n", "ascii")
    return f"{number}.list"


def a_token(**stated: object) -> str:
    return tokens.issue(claims(**stated), KEY)


def test_a_genuine_certificate_is_shown_with_every_claim(run: Run) -> None:
    found = run(a_token(), "--list", a_list())
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "GENUINE on 2026-03-01",
        "  serial       34CNK6-ET39D-9NPRV-BEDXR-72WKK",
        "  programme    precinct-observer",
        "  level        1",
        "  purpose      training completed",
        "  language     kk",
        "  issued on    2026-03-01",
        "  valid until  2027-03-01",
        "  content      727272727272727272727272",
        "  key          34750f98",
    ]
    assert found.stderr == ""


def test_a_certificate_for_deployment_names_its_election(run: Run) -> None:
    found = run(a_token(purpose="deployment", election_on=date(2026, 4, 19)))
    assert "  purpose      may be deployed\n" in found.stdout
    assert "  election     2026-04-19 (law: clock B)\n" in found.stdout


def test_a_pdf_a_text_file_and_a_wrapped_text_say_the_same(run: Run, app: Flask) -> None:
    token = a_sheet().token
    Path("c.pdf").write_bytes(a_pdf(app))
    Path("c.txt").write_text(token.replace(" ", "_").lower()[:120] + "\n", "utf-8")
    Path("c.txt").write_text(
        "\n".join(token.replace(" ", "_")[at : at + 60] for at in range(0, 300, 60)), "utf-8"
    )
    answers = {run(subject).stdout for subject in (token, "c.pdf", "c.txt")}
    assert len(answers) == 1
    assert answers.pop().startswith("GENUINE on 2026-03-01\n")


def test_expired_and_not_yet(run: Run) -> None:
    for day, word, code in (
        ("2027-03-01", "GENUINE", 0),
        ("2027-03-02", "EXPIRED", 3),
        ("2026-02-28", "NOT VALID YET", 3),
    ):
        found = run(a_token(), "--day", day, "--list", a_list())
        assert found.stdout.startswith(f"{word} on {day}\n")
        assert found.exit_code == code


def test_revoked_even_when_expired(run: Run) -> None:
    for day in ("2026-03-01", "2028-01-01"):
        found = run(a_token(), "--list", a_list((INDEX,)), "--day", day)
        assert found.stdout.startswith("REVOKED on ")
        assert found.exit_code == 4


def test_the_newest_of_several_lists_counts(run: Run) -> None:
    old, new = a_list(), a_list((INDEX,), number=2)
    assert run(a_token(), "--list", old).exit_code == 0
    assert run(a_token(), "--list", new, "--list", old).exit_code == 4
    assert run(a_token(), "--list", old, "--list", new).exit_code == 4


@pytest.mark.parametrize(
    ("days_old", "options", "warns"),
    [
        (0, [], False),
        (8, [], True),
        (8, ["--stale-after", "30"], True),  # still from before the certificate was issued
        (-2, [], True),
    ],
)
def test_a_list_too_old_or_from_the_future_is_warned_of(
    run: Run, days_old: int, options: list[str], warns: bool
) -> None:
    found = run(a_token(), "--list", a_list(days_old=days_old), *options)
    assert found.exit_code == 0
    assert ("warning: list 1 is of" in found.stderr) is warns


def test_without_a_list_it_says_that_revocation_was_not_checked(run: Run) -> None:
    found = run(a_token())
    assert found.exit_code == 0
    assert "revocation was not checked" in found.stderr


def test_the_list_of_another_mission_revokes_nothing(run: Run) -> None:
    other = a_key(2)
    Path("keys.pub").write_bytes(public_text([KEY.public, other.public]))
    Path("other.list").write_text(lists.publish(9, START, [INDEX], other))
    found = run(a_token(), "--list", "other.list")
    assert found.exit_code == 0
    assert "another mission" in found.stderr


def test_what_is_not_genuine_is_unknown(run: Run) -> None:
    good = a_token()
    for subject in (
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        tokens.issue(claims(), a_key(2)),
        "no-such-file.pdf",
        "",
        "x" * 5000,
        "a\0b",
    ):
        found = run(subject)
        assert found.exit_code == 5, subject
        assert found.stdout.startswith("UNKNOWN: ")


def test_a_changed_list_is_not_believed(run: Run) -> None:
    text = Path(a_list()).read_text()
    Path("bent.list").write_text(text.replace(text[40], "0" if text[40] != "0" else "1", 1))
    Path("binary.list").write_bytes(b"\xff\xfe\x00")
    for name in ("bent.list", "binary.list"):
        found = run(a_token(), "--list", name)
        assert found.exit_code == 5
        assert "not a genuine revocation list" in found.stdout


def test_a_name_is_checked_when_asked(run: Run) -> None:
    assert "name         fits" in run(a_token(), "--name", NAME.upper()).stdout
    assert "name         DOES NOT FIT" in run(a_token(), "--name", "Somebody Else").stdout


def test_trouble_is_one_sentence(run: Run) -> None:
    Path("empty.pdf").write_bytes(b"%PDF-1.7")
    Path("keys2.pub").write_text("nothing")
    for arguments in (["empty.pdf"], [a_token(), "--day", "tomorrow"]):
        found = run(*arguments)
        assert found.exit_code == 2
        assert found.stderr.startswith("Error: ")
    assert run(a_token(), "--key", "keys2.pub", key=False).exit_code == 2


def test_keys_of_the_machine_are_found_by_themselves(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "instance" / "keys"
    folder.mkdir(parents=True)
    monkeypatch.setenv("LMS_INSTANCE", str(tmp_path / "instance"))
    made = CliRunner().invoke(certificates, ["new-key"])
    assert made.exit_code == 0, made.output
    (private,) = folder.glob("issuing-*.key")
    assert private.stat().st_mode & 0o077 == 0
    assert "PRIVATE" not in made.output
    (folder / "issuing-34750f98.pub").write_bytes(public_text([KEY.public]))
    assert run(a_token(), key=False).exit_code == 0
    given = CliRunner().invoke(certificates, ["public-key", "all.pub"])
    assert given.exit_code == 0
    assert Path("all.pub").read_text().count("BEGIN PUBLIC KEY") == 2


def test_new_key_without_an_instance_says_what_to_do(run: Run) -> None:
    found = CliRunner().invoke(certificates, ["new-key"])
    assert found.exit_code == 2
    assert "lms init" in found.stderr


def test_verifying_reads_no_settings_and_opens_no_database(tmp_path: Path) -> None:
    """In a process of its own, with settings that would stop the application."""
    (tmp_path / "keys.pub").write_bytes(public_text([KEY.public]))
    probe = "from lms.certification.commands import certificates as run; run()"
    arguments = ["verify", a_token(), "--key", "keys.pub", "--day", "2026-03-02"]
    done = subprocess.run(
        [sys.executable, "-c", probe, *arguments],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "LMS_BIND": "nonsense", "LMS_DATABASE_URL": "nonsense"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("GENUINE on 2026-03-02\n")


def test_an_exported_list_is_numbered_dated_and_in_the_trail(
    app: Flask, settings: config.Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.cli.application", lambda: app)
    ring = keyring(settings.keys)
    with app.app_context():
        for number in (1, 2):
            done = CliRunner().invoke(certificates, ["export-list", "out.list", "--qr", "out.svg"])
            assert done.exit_code == 0, done.output
            found = lists.verify_typed(Path("out.list").read_text(), ring.public)
            assert (found.number, found.issued_at) == (number, START)
        entries = db.session().scalars(sa.select(trail.Entry)).all()
    assert [entry.deed for entry in entries] == ["publish-list", "publish-list"]
    assert Path("out.svg").read_text("utf-8").count("<svg") == 1


def test_a_list_knows_its_day() -> None:
    at = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
    found = lists.verify(lists.publish(3, at, [], KEY), {KEY.id: KEY.public})
    assert (found.number, found.issued_at) == (3, at)
