"""Kill -9 of the whole server while people answer: nothing acknowledged is lost, nothing doubled.

Source: security RT-1. LMS_CRASH_CYCLES sets how often (50 by default).
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from lms import clock, config, create_app, db
from lms.accounts import actions, secrets
from lms.accounts.codes import new_passphrase
from lms.accounts.models import Account, RoleHeld
from lms.domain.folding import skeleton
from lms.domain.permissions import Place, Role
from lms.privacy import vault
from tests.journeys.site import Site
from tests.reliability.sitters import Sitter

pytestmark = pytest.mark.slow
SEED = int(os.environ.get("LMS_SEED", "20190609"))
CYCLES = int(os.environ.get("LMS_CRASH_CYCLES", "50"))
# In every tenth cycle the whole server is killed, in the fifth between them every process that
# answers, and otherwise one of the two: another server takes two seconds to start, and another
# process has to read again whatever it needs.
WHOLE_EVERY, ALL_WORKERS_EVERY = 10, 5
PEOPLE = 6


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[Site]:
    found = Site.like(prepared, tmp_path / "site")
    yield found
    found.stop()


def people_of(site: Site) -> list[tuple[str, str]]:
    """Eight more trainees of a demo cohort, with logins and passphrases."""
    app = create_app(config.load(site.environ))
    made = []
    with app.app_context(), db.transaction() as session:
        place = session.query(RoleHeld).filter_by(role=Role.TRAINEE).first()
        assert place is not None
        assert place.organisation_id is not None
        where = Place(place.organisation_id, place.cohort_id)
        for number in range(PEOPLE):
            login, secret = f"sitter-{chr(97 + number)}", new_passphrase()
            account: Account = actions.add_account(session, vault=vault(), language="en")
            account.login, account.login_skeleton = login, skeleton(login)
            account.secret_hash = secrets.hash_secret(secret)
            actions.add_role(session, account.id, Role.TRAINEE, where, now=clock.now())
            made.append((login, secret))
    db_engine = app.extensions["lms.db"].engine
    db_engine.dispose()
    return made


def test_no_acknowledged_answer_is_lost_and_none_is_doubled(
    site: Site, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(SEED)
    options = {
        slug: list(question.parts)
        for slug, question in site.books.questions.items()
        if question.kind in ("single", "truefalse")
    }
    sitters = [Sitter(site.port, login, secret, options) for login, secret in people_of(site)]
    site.start()
    for sitter in sitters:
        sitter.begin("final-exam")
    questions = {sitter.login: sitter.questions() for sitter in sitters}
    for cycle in range(CYCLES):
        stop = threading.Event()
        threads = [
            threading.Thread(
                target=sitter.answer_until,
                args=(stop, questions[sitter.login], random.Random(chance.random())),
            )
            for sitter in sitters
        ]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.02, 0.3))
        everything = cycle % WHOLE_EVERY == 0
        if everything:
            site.stop(signal.SIGKILL)
        elif cycle % ALL_WORKERS_EVERY == 0:
            site.kill_workers()
        else:
            site.kill_one_worker()
        stop.set()
        for thread in threads:
            thread.join()
        lost = lost_answers(site, sitters, whole=everything)
        assert not lost, f"cycle {cycle}: acknowledged, then gone: {lost}"
        if everything:
            site.start()
        for sitter in sitters:
            sitter.retry()
    site.stop()
    assert_exactly_once(site, sitters)
    acknowledged = sum(len(sitter.journal) for sitter in sitters)
    record_property("kills", CYCLES)
    record_property("answers", acknowledged)
    record_property("lost", 0)
    record_property("doubled", 0)


def stored(site: Site, *, whole: bool = True) -> dict[str, list[str]]:
    """Attempt → the keys of its answers, as they stand in the file. ``whole``: and is it sound?"""
    with sqlite.connect(f"file:{site.folder / 'lms.sqlite'}?mode=ro", uri=True) as base:
        rows = base.execute(
            "SELECT attempt_id, client_key FROM attempt_steps WHERE kind = 'answer' "
            "ORDER BY attempt_id, sequence"
        ).fetchall()
        if whole:
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    base.close()
    found: dict[str, list[str]] = {}
    for attempt, key in rows:
        found.setdefault(attempt, []).append(key)
    return found


def lost_answers(site: Site, sitters: list[Sitter], *, whole: bool) -> list[str]:
    kept = stored(site, whole=whole)
    return [
        sent.key
        for sitter in sitters
        for sent in sitter.journal
        if sent.acknowledged
        and sent.key.replace("-", "") not in kept.get(sitter.attempt.replace("-", ""), [])
    ]


def assert_exactly_once(site: Site, sitters: list[Sitter]) -> None:
    """After all retries every answer that was ever sent stands once, in the order of sending."""
    kept = stored(site)
    for sitter in sitters:
        sent = [one.key.replace("-", "") for one in sitter.journal]
        assert kept[sitter.attempt.replace("-", "")] == sent
