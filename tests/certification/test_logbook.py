"""The log of certificates: entries with each issue, checkpoints, proofs, witnesses, and forgers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from lms import cli, db
from lms.certification import keys as key_files
from lms.certification import logbook, tokens
from lms.certification.auditing import audit
from lms.certification.commands import certificates
from lms.certification.logbook.commands import log
from lms.certification.making import Desk
from lms.certification.models import LogCheckpoint, LogEntry
from lms.certification.signing import NotGenuine
from lms.domain.errors import TooLate
from tests.certification import deeds
from tests.certification.builders import a_key, claims
from tests.certification.conftest import Certify
from tests.conftest import Moment
from tests.page import Page
from tests.world import World


def checkpoint(app: Flask, desk: Desk, now: Moment) -> str:
    with app.app_context(), db.transaction() as session:
        return logbook.make_checkpoint(session, desk.keys, now=now()).body


def proof(app: Flask, desk: Desk, serial: str) -> str:
    token = deeds.token_of(app, desk, serial)
    with app.app_context():
        return json.dumps(logbook.proof_of(db.session(), serial, token, desk.keys))


def sizes() -> list[int]:
    """How many entries each checkpoint covers, the first one first. Inside the application."""
    return list(db.session().scalars(sa.select(LogCheckpoint.size).order_by(LogCheckpoint.size)))


def test_each_issue_is_entered_and_the_first_makes_a_checkpoint(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    first = certified("aida")
    second = certified("bota")
    third = deeds.replace(app, world, now, desk, second)
    with app.app_context():
        rows = db.session().execute(
            sa.select(LogEntry.serial, LogEntry.place).order_by(LogEntry.place)
        )
        assert [tuple(row) for row in rows] == [(first, 0), (second, 1), (third, 2)]
        assert sizes() == [1]
        assert logbook.unlogged(db.session()) == []
    now.move(days=1)
    deeds.certify(app, world, now, desk, login="aida", purpose="deployment")
    with app.app_context():
        assert sizes() == [1, 4]


def test_a_holder_proves_that_it_was_there_by_then(
    app: Flask,
    now: Moment,
    desk: Desk,
    certified: Certify,
    signed_in_as: Callable[[str], Page],
    tmp_path: Path,
) -> None:
    first, second = certified("aida"), certified("bota")
    with pytest.raises(TooLate):
        proof(app, desk, second)
    signed_in_as("bota").get(f"/certificates/{second}/proof", status=409)
    checkpoint(app, desk, now)
    for serial in (first, second):
        token, found = logbook.check_proof(proof(app, desk, serial), desk.keys.public)
        assert token == deeds.token_of(app, desk, serial)
        assert found.at == now()
    answer = signed_in_as("bota").get(f"/certificates/{second}/proof").answer
    file, ring = tmp_path / "proof.json", tmp_path / "keys.pub"
    file.write_bytes(answer.data)
    ring.write_bytes(key_files.public_text(desk.keys.public.values()))
    said = CliRunner().invoke(log, ["verify", str(file), "--key", str(ring)])
    assert said.exit_code == 0
    assert tokens.serial_shown(second) in said.output


def test_a_token_signed_with_a_stolen_key_is_in_no_log(
    app: Flask, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    assert desk.keys.issuing is not None
    stolen = tokens.issue(claims(), desk.keys.issuing)
    assert tokens.verify(stolen, desk.keys.public), "its signature holds"
    found = json.loads(proof(app, desk, serial))
    for change in (
        {"token": stolen},
        {"place": 1},
        {"salt": found["path"][0] if found["path"] else "AAAA"},
        {"path": [*found["path"], "AAAA"]},
        {"checkpoint": logbook.signed(logbook.Checkpoint(9, b"\x01" * 32, now()), a_key(9))},
        {"checkpoint": "nothing"},
        {"path": None},
        {"place": "0"},
    ):
        with pytest.raises(NotGenuine):
            logbook.check_proof(json.dumps(found | change), desk.keys.public)
    for content in ("", "[]", "{}", "null", "\x00"):
        with pytest.raises(NotGenuine):
            logbook.check_proof(content, desk.keys.public)


def test_a_witness_sees_a_log_grow_and_a_log_rewritten(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    certified("aida")
    certified("bota")
    old = logbook.read(checkpoint(app, desk, now), desk.keys.public)
    now.move(days=2)
    deeds.certify(app, world, now, desk, login="aida", purpose="deployment")
    checkpoint(app, desk, now)

    def seen() -> logbook.Checkpoint:
        with app.app_context():
            content = json.dumps(logbook.continuation(db.session(), old.size))
        return logbook.check_continuation(old, content, desk.keys.public)

    assert (old.size, seen().size) == (2, 3)
    with app.app_context(), db.transaction() as session:
        session.execute(sa.delete(LogCheckpoint))
        session.execute(sa.update(LogEntry).where(LogEntry.place == 1).values(leaf=b"\x07" * 32))
    checkpoint(app, desk, now)  # the forger signs anew, with the mission's own key
    with pytest.raises(NotGenuine) as refused:
        seen()
    assert refused.value.reason == "fork"


def test_what_was_rewritten_after_a_checkpoint_is_found_on_the_machine_too(
    app: Flask, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    with app.app_context():
        assert logbook.first_break(db.session()) is None
        with db.transaction() as session:
            session.execute(sa.update(LogEntry).values(leaf=b"\x00" * 32))
        assert logbook.first_break(db.session()) == 1
        with db.transaction() as session:
            session.execute(sa.delete(LogEntry))
        assert logbook.first_break(db.session()) == 1
        assert [flaw.what for flaw in audit(db.session())] == ["it is not in the log"]
        assert serial


def test_commands_enter_what_is_missing_and_serve_a_witness(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    certified: Certify,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(cli, "application", lambda: app)
    old, new, ring = (tmp_path / name for name in ("old", "new", "keys.pub"))
    ring.write_bytes(key_files.public_text(desk.keys.public.values()))
    certified("aida")
    with app.app_context():
        with db.transaction() as session:
            session.execute(sa.delete(LogCheckpoint))
            session.execute(sa.delete(LogEntry))
        made = CliRunner().invoke(log, ["checkpoint", str(old)])
        assert made.exit_code == 0, made.output
    certified("bota")
    with app.app_context():
        assert CliRunner().invoke(log, ["checkpoint", str(new)]).exit_code == 0
        assert CliRunner().invoke(log, ["since", str(old), str(new)]).exit_code == 0
        assert CliRunner().invoke(certificates, ["audit"]).exit_code == 0
    said = CliRunner().invoke(log, ["witness", str(old), str(new), "--key", str(ring)])
    assert said.output.startswith("CONTINUES: 1 certificates then, 2 on")
    new.write_text(new.read_text().replace('"path": [', '"path": ["AAAA", '))
    said = CliRunner().invoke(log, ["witness", str(old), str(new), "--key", str(ring)])
    assert (said.exit_code, "REWRITTEN" in said.output) == (5, True)
