"""Working a confirmed batch off: everybody is certified, or it is written down why not.

Each person is settled in a short transaction of their own, by the same deeds as one alone. So the
work may be killed at any moment and taken up again, two may do it at once, and somebody who stands
in two batches is certified once.
"""

from __future__ import annotations

import logging
import secrets
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lms import clock, db
from lms.accounts import queries as accounts
from lms.certification import actions
from lms.certification.keys import NoKey
from lms.certification.making import Desk
from lms.certification.models import BatchPerson, CertificateBatch
from lms.certification.printing import Unprintable
from lms.certification.sealing import open_name
from lms.content import publishing
from lms.domain.errors import Missing, NotThere, NotYours, TooLate
from lms.privacy import CannotOpen

# How long the work may be silent before somebody else takes it up.
LEASE = timedelta(seconds=20)
TRIES = 5
log = logging.getLogger("lms.errors")


_at_work: WeakSet[threading.Thread] = WeakSet()


def start(app: Flask, batch_id: uuid.UUID, desk: Desk) -> None:
    """Work a batch off beside the pages of this process. If the process dies, it waits."""
    thread = threading.Thread(target=_run, args=(app, batch_id, desk), daemon=True)
    _at_work.add(thread)
    thread.start()


def wait_for_all() -> None:
    """Until no batch is worked off in this process any more."""
    for thread in list(_at_work):
        thread.join()


def _run(app: Flask, batch_id: uuid.UUID, desk: Desk) -> None:
    with app.app_context():
        try:
            go_on(batch_id, desk)
        except Exception:  # what a page would answer with 500: nobody is asked here
            log.exception("failed", extra={"reference": secrets.token_hex(4), "endpoint": "batch"})


def go_on(batch_id: uuid.UUID, desk: Desk, after: Callable[[int], None] = lambda _n: None) -> int:
    """Settle everybody of a confirmed batch who still waits; gives how many were settled here.

    Opens its own transactions. Does nothing while somebody else is at it. Without a key the work
    stops and everybody waits on. ``after`` is told the count so far.
    """
    if not _taken(batch_id):
        return 0
    settled = 0
    waiting = sa.select(BatchPerson.account_id).where(
        BatchPerson.batch_id == batch_id, BatchPerson.outcome.is_(None)
    )
    for account_id in list(db.session().scalars(waiting.order_by(BatchPerson.account_id))):
        try:
            settled += _settle(batch_id, account_id, desk)
        except NoKey:
            break
        after(settled)
    with db.transaction() as session:
        session.execute(
            sa.update(CertificateBatch)
            .where(CertificateBatch.id == batch_id)
            .values(busy_until=None)
        )
    return settled


def _taken(batch_id: uuid.UUID) -> bool:
    """Take a batch up, unless somebody has it."""
    now = clock.now()
    with db.transaction() as session:
        done: Any = session.execute(
            sa.update(CertificateBatch)
            .where(
                CertificateBatch.id == batch_id,
                CertificateBatch.begun_at.is_not(None),
                sa.or_(CertificateBatch.busy_until.is_(None), CertificateBatch.busy_until < now),
            )
            .values(busy_until=now + LEASE)
        )
        return bool(done.rowcount)


def _settle(batch_id: uuid.UUID, account_id: uuid.UUID, desk: Desk) -> bool:
    """Certify one person, or write down why not. False when somebody else just did. Raises NoKey.

    Whatever else goes wrong with one person must not stop the work on all who come after.
    """
    for _attempt in range(TRIES):
        try:
            return _certified(batch_id, account_id, desk)
        except actions.IndexTaken:
            continue
        except Missing as refused:
            needs = [[need.kind, need.id] for need in refused.items]  # type: ignore[attr-defined]  # Need
            return _note(batch_id, account_id, "failed", problem="missing", needs=needs)
        except TooLate as refused:
            return _note(batch_id, account_id, "failed", problem=refused.reason[:40])
        except (NotThere, CannotOpen):
            return _note(batch_id, account_id, "failed", problem="gone")
        except NotYours:
            return _note(batch_id, account_id, "failed", problem="not-yours")
        except Unprintable:
            return _note(batch_id, account_id, "failed", problem="letters")
        except ValueError:
            return _note(batch_id, account_id, "failed", problem="language")
        except (NoKey, OperationalError):
            raise  # nobody can be certified now: all wait on
        except Exception:
            log.exception("failed", extra={"reference": secrets.token_hex(4), "endpoint": "batch"})
            return _note(batch_id, account_id, "failed", problem="fault")
    return _note(batch_id, account_id, "failed", problem="changed")


def _certified(batch_id: uuid.UUID, account_id: uuid.UUID, desk: Desk) -> bool:
    now, session = clock.now(), db.session()
    batch = session.get_one(CertificateBatch, batch_id)
    person = session.get_one(BatchPerson, (batch_id, account_id))
    if person.outcome is not None or person.name_sealed is None or batch.begun_by is None:
        return False
    actor = accounts.actor_of(session, batch.begun_by)
    if actor is None:
        raise NotYours
    books, key = publishing.current(session), accounts.person_key(session, account_id)
    prepared = actions.prepare(
        session,
        actor,
        account_id,
        batch.cohort_id,
        batch.purpose,
        open_name(desk.vault, account_id, key, person.name_sealed),
        person.language,
        now=now,
        library=books,
        desk=desk,
    )
    with db.transaction() as writing:
        if not _waits(writing, batch_id, account_id):
            return False
        issued = actions.certify(writing, actor, prepared, now=now, library=books, desk=desk)
        outcome = "issued" if issued.is_new else "there"
        _write(writing, batch_id, account_id, outcome, serial=issued.serial)
    return True


def _note(batch_id: uuid.UUID, account_id: uuid.UUID, outcome: str, **facts: Any) -> bool:
    with db.transaction() as session:
        if not _waits(session, batch_id, account_id):
            return False
        _write(session, batch_id, account_id, outcome, **facts)
    return True


def _waits(session: Session, batch_id: uuid.UUID, account_id: uuid.UUID) -> bool:
    """Whether this person is still to be settled; held against everybody else if so."""
    asked = (
        sa.select(BatchPerson.outcome)
        .where(BatchPerson.batch_id == batch_id, BatchPerson.account_id == account_id)
        .with_for_update()
    )
    return session.execute(asked).one().outcome is None


def _write(
    session: Session, batch_id: uuid.UUID, account_id: uuid.UUID, outcome: str, **facts: Any
) -> None:
    """Settle somebody: the name is forgotten. And say that the work goes on."""
    session.execute(
        sa.update(BatchPerson)
        .where(BatchPerson.batch_id == batch_id, BatchPerson.account_id == account_id)
        .values(outcome=outcome, name_sealed=None, **facts)
    )
    session.execute(
        sa.update(CertificateBatch)
        .where(CertificateBatch.id == batch_id)
        .values(busy_until=clock.now() + LEASE)
    )
