"""Certificates that were made by hand are found, every one, whatever was forged about them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from lms import db
from lms.assessment.models import Attempt, AttemptResult
from lms.certification import ending
from lms.certification.auditing import audit
from lms.certification.making import Desk, free_index
from lms.certification.models import Certificate, CertificateEvent
from tests.certification import deeds
from tests.certification.conftest import Certify, Ready
from tests.conftest import Moment
from tests.world import World


def flawed(app: Flask) -> set[str]:
    with app.app_context():
        return {flaw.serial for flaw in audit(db.session())}


def test_what_the_application_did_has_no_flaw(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    first, second = certified("aida"), certified("bota")
    deeds.end(app, world, now, desk, first, ending.suspend, "inquiry")
    deeds.end(app, world, now, desk, first, ending.lift, "cleared")
    third = deeds.replace(app, world, now, desk, first)
    deeds.end(app, world, now, desk, second, ending.revoke, "mistake")
    deeds.certify(app, world, now, desk, login="bota")
    now.move(days=340)
    deeds.sit_again(app, world, now)
    deeds.certify(app, world, now, desk)
    assert third
    assert flawed(app) == set()


def _insert(session: Any, row: dict[str, Any], **forged: object) -> str:
    made = {**row, "serial": uuid.uuid4().hex[:26].upper(), "token_sha256": uuid.uuid4().hex * 2}
    made |= {"status_index": free_index(session), **forged}
    session.execute(sa.insert(Certificate).values(**made))
    return str(made["serial"])


def _of(session: Any, attempt_id: uuid.UUID, **forged: object) -> None:
    session.execute(sa.update(Attempt).where(Attempt.id == attempt_id).values(**forged))


def _result(session: Any, attempt_id: uuid.UUID, **forged: object) -> None:
    by = AttemptResult.attempt_id == attempt_id
    session.execute(sa.update(AttemptResult).where(by).values(**forged))


FORGERIES: dict[str, Callable[[Any, dict[str, Any], World], object]] = {
    "an exam that was failed": lambda s, row, _: _result(s, row["attempt_id"], passed=False),
    "the exam of somebody else": lambda s, row, w: _of(
        s, row["attempt_id"], account_id=w.ids["bota"]
    ),
    "a quiz that is no exam": lambda s, row, _: _of(s, row["attempt_id"], quiz_kind="practice"),
    "an exam passed later": lambda s, row, _: _result(
        s, row["attempt_id"], at=row["issued_at"] + timedelta(hours=1)
    ),
    "revoked by hand": lambda s, row, _: s.execute(
        sa.update(Certificate).values(revoked_at=row["issued_at"], revoked_reason="mistake")
    ),
    "suspended by hand": lambda s, row, _: s.add(
        CertificateEvent(
            serial=row["serial"],
            number=1,
            at=row["issued_at"],
            kind="suspended",
            reason="inquiry",
        )
    ),
    "replaced by nothing": lambda s, row, _: s.execute(
        sa.update(Certificate).values(replaced_at=row["issued_at"], replaced_as="renewal")
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_certificate_that_was_tampered_with_is_found(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify, forgery: str
) -> None:
    serial = certified()
    assert flawed(app) == set()
    with app.app_context(), db.transaction() as session:
        row = dict(
            session.execute(sa.select(Certificate.__table__).where(Certificate.serial == serial))
            .one()
            ._mapping
        )
        FORGERIES[forgery](session, row, world)
    assert flawed(app) == {serial}


def test_every_certificate_made_by_sql_is_found_and_no_other(
    app: Flask, world: World, now: Moment, desk: Desk, ready: Ready
) -> None:
    """A hundred rows put beside genuine ones, resting on exams that are real, failed or foreign."""
    attempts = {login: ready(login) for login in ("aida", "bota", "dana")}
    failed = deeds.sit_again(app, world, now, "bota", passed=False)
    genuine = {deeds.certify(app, world, now, desk, login=login).serial for login in ("aida",)}
    spare = deeds.prepare(app, world, now, desk, login="bota").row
    assert spare is not None
    made = set()
    with app.app_context(), db.transaction() as session:
        for number in range(100):
            basis = (attempts["bota"], attempts["aida"], attempts["dana"], failed)[number % 4]
            programme = f"forged-{number}"  # or the tables would keep a second one out
            made.add(_insert(session, spare, attempt_id=basis, programme=programme))
    assert flawed(app) == made
    assert not made & genuine


def test_the_command_names_each_and_fails(
    app: Flask, certified: Certify, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms import cli
    from lms.certification.commands import certificates

    certified()
    monkeypatch.setattr(cli, "application", lambda: app)
    with app.app_context():
        well = CliRunner().invoke(certificates, ["audit"])
        assert (well.exit_code, well.output) == (0, "No certificate has a flaw.\n")
        with db.transaction() as session:
            session.execute(sa.update(AttemptResult).values(passed=False))
        found = CliRunner().invoke(certificates, ["audit"])
    assert found.exit_code == 1
    assert "rests on no exam" in found.output
