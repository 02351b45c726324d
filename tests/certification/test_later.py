"""What becomes of a certificate: suspended, lifted, replaced, renewed; each in its order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.certification import ending, histories, lists, queries, tokens
from lms.certification.auditing import audit
from lms.certification.making import Desk
from lms.certification.models import Certificate, CertificateEvent
from lms.domain.certification import HOLDS, Status, status_at
from lms.domain.errors import Missing, NotYours, TooLate
from tests.certification import deeds
from tests.certification.conftest import Certify
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

SignedInAs = Callable[[str], Page]


def status_of(app: Flask, serial: str, at: Moment) -> Status:
    with app.app_context():
        return status_at(histories.every(db.session())[serial], at())


def listed(app: Flask, desk: Desk, serial: str) -> bool:
    """Whether the newest signed list says that this certificate does not count."""
    with app.app_context():
        newest = queries.newest_list(db.session())
        place = db.session().get_one(Certificate, serial).status_index
    assert newest is not None
    return place in lists.verify(newest.body.decode(), desk.keys.public).revoked


def test_a_suspended_certificate_is_listed_until_it_is_lifted(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify, page: Page
) -> None:
    serial = certified()
    deeds.end(app, world, now, desk, serial, ending.suspend, "inquiry")
    assert status_of(app, serial, now) is Status.SUSPENDED
    assert listed(app, desk, serial)
    assert "is suspended" in page.get(f"/verify/{serial}").text
    now.move(days=1)
    deeds.end(app, world, now, desk, serial, ending.lift, "cleared")
    assert status_of(app, serial, now) is Status.VALID
    assert not listed(app, desk, serial)
    assert "Genuine" in page.get(f"/verify/{serial}").text


@pytest.mark.parametrize(
    ("before", "deed", "reason", "code"),
    [
        ((), ending.lift, "cleared", "not-suspended"),
        ((ending.suspend,), ending.suspend, "inquiry", "suspended"),
        ((ending.revoke,), ending.suspend, "inquiry", "revoked"),
        ((ending.revoke,), ending.lift, "cleared", "revoked"),
        ((ending.revoke,), ending.revoke, "mistake", "revoked"),
    ],
)
def test_a_deed_out_of_order_is_refused_with_its_reason(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    certified: Certify,
    before: tuple[Callable[..., bool], ...],
    deed: Callable[..., bool],
    reason: str,
    code: str,
) -> None:
    serial = certified()
    for earlier in before:
        why = "mistake" if earlier is ending.revoke else "inquiry"
        deeds.end(app, world, now, desk, serial, earlier, why)
    with pytest.raises(TooLate) as refused:
        deeds.end(app, world, now, desk, serial, deed, reason)
    assert refused.value.args[0] == code


def test_a_replaced_certificate_gives_way_to_one_for_the_same_days(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify, page: Page
) -> None:
    old = certified()
    now.move(days=40)
    new = deeds.replace(app, world, now, desk, old, name="Әсел Өтеғұлова")
    with app.app_context():
        rows = {row.serial: row for row in db.session().scalars(_EVERY)}
    assert rows[new].follows == old
    for name in ("valid_until", "attempt_id", "release_id", "programme", "purpose", "account_id"):
        assert getattr(rows[new], name) == getattr(rows[old], name)
    assert rows[new].claims["release"] == rows[old].claims["release"]
    assert status_of(app, old, now) is Status.REPLACED
    assert status_of(app, new, now) is Status.VALID
    assert listed(app, desk, old)
    assert not listed(app, desk, new)
    assert "replaced by a corrected one" in page.get(f"/verify/{old}").text
    claims = tokens.verify(deeds.token_of(app, desk, new), desk.keys.public).claims
    assert claims.names("Әсел Өтеғұлова")
    with pytest.raises(TooLate):
        deeds.replace(app, world, now, desk, old)


def test_what_rests_on_nothing_is_not_replaced(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    with app.app_context(), db.transaction() as session:
        session.execute(sa.text("UPDATE attempt_results SET passed = :no"), {"no": False})
    with pytest.raises(TooLate):
        deeds.replace(app, world, now, desk, serial)


def test_a_renewal_asks_for_the_exam_again_and_loses_no_day(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    old = certified()
    now.move(days=335)  # thirty days before its last
    with pytest.raises(Missing) as missing:
        deeds.certify(app, world, now, desk)
    assert [(need.kind, need.id) for need in missing.value.args[0]] == [("quiz-again", "exam")]
    deeds.sit_again(app, world, now, passed=False)
    with pytest.raises(Missing):
        deeds.certify(app, world, now, desk)
    deeds.sit_again(app, world, now)
    new = deeds.certify(app, world, now, desk).serial
    with app.app_context():
        rows = {row.serial: row for row in db.session().scalars(_EVERY)}
    assert (rows[new].cause, rows[new].follows) == ("renewal", old)
    assert rows[old].valid_until.isoformat() == "2027-03-01"
    assert rows[new].valid_until.isoformat() == "2028-03-01"
    assert status_of(app, old, now) is Status.VALID, "the old paper holds to its last day"
    assert not listed(app, desk, old)
    now.move(days=31)
    assert status_of(app, old, now) is Status.EXPIRED
    assert status_of(app, new, now) is Status.VALID


def test_after_a_long_lapse_scenarios_are_played_again_too(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    certified()
    now.move(days=365 + 91)
    deeds.sit_again(app, world, now)
    with pytest.raises(Missing) as missing:
        deeds.certify(app, world, now, desk)
    assert [need.kind for need in missing.value.args[0]] == ["scenario-again"]


def test_a_certificate_for_an_election_is_not_renewed_past_it(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified(purpose="deployment")
    now.move(days=40)  # within thirty days of its last
    deeds.sit_again(app, world, now)
    assert deeds.certify(app, world, now, desk, purpose="deployment").serial == serial


def test_a_suspended_certificate_stands_in_the_way_of_another(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify, signed_in_as: SignedInAs
) -> None:
    serial = certified()
    deeds.end(app, world, now, desk, serial, ending.suspend, "exam")
    now.move(days=400)
    deeds.sit_again(app, world, now)
    assert deeds.certify(app, world, now, desk).serial == serial
    person = f"/cohorts/{world.ids['North one']}/people/{world.ids['aida']}"
    assert "it is suspended" in signed_in_as("tamara").get(f"{person}/certify").text


def test_nobody_does_anything_to_their_own_certificate(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    with app.app_context(), db.transaction() as session:
        session.execute(
            sa.text("UPDATE certificates SET issued_by = :by, account_id = :mine"),
            {"by": world.ids["kairat"].hex, "mine": world.ids["tamara"].hex}
            if session.get_bind().dialect.name == "sqlite"
            else {"by": world.ids["kairat"], "mine": world.ids["tamara"]},
        )
    for deed, reason in ((ending.suspend, "inquiry"), (ending.revoke, "mistake")):
        with pytest.raises(NotYours):
            deeds.end(app, world, now, desk, serial, deed, reason)


def test_pages_suspend_lift_and_replace_in_two_steps(
    app: Flask, now: Moment, certified: Certify, signed_in_as: SignedInAs
) -> None:
    serial = certified()
    trainer = signed_in_as("tamara").get(f"/certificates/{serial}/suspend?reason=inquiry")
    assert "Suspend this certificate?" in trainer.text
    trainer.submit("/suspend")
    assert "Suspended. The page for checking says so." in trainer.text
    trainer.get(f"/certificates/{serial}/replace", status=409)
    trainer.get(f"/certificates/{serial}/lift?reason=cleared").submit("/lift")
    assert "The certificate counts again" in trainer.text
    trainer.get(f"/certificates/{serial}/replace").submit(
        "/replace", {"name": "", "language": "en", "reason": "name"}, status=422
    )
    trainer.submit("/replace", {"name": "Айда Қ.", "language": "en", "reason": "name"})
    assert trainer.path != f"/certificates/{serial}"
    assert "the old one no longer counts" in trainer.text
    assert "Issued in place of another" in trainer.text
    signed_in_as("kairat").get(f"/certificates/{serial}/replace", status=403)
    assert "Replaced by a corrected one" in trainer.get(f"/certificates/{serial}").text


_EVERY = sa.select(Certificate).execution_options(scope="all")


def test_sixty_four_who_certify_revoke_suspend_and_replace_at_once_leave_one_outcome(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    actor = deeds.actor_of(app, world, "tamara")

    def deed(number: int) -> object:
        act, reason = ((ending.revoke, "mistake"), (ending.suspend, "inquiry"))[number % 2]
        with app.app_context(), db.transaction() as session:
            return act(session, actor, serial, reason, now=now(), keys=desk.keys)

    found = deeds.at_once(64, deed)
    done = Counter(str(one) for one in found)
    assert done["True"] in (1, 2), done  # suspended once at most, then revoked once
    assert done["True"] + done["revoked"] + done["suspended"] + done["busy"] == 64
    assert status_of(app, serial, now) is Status.REVOKED
    with app.app_context():
        numbers = db.session().scalars(sa.select(CertificateEvent.number)).all()
    assert numbers in ([], [1])


def test_sixty_four_who_replace_and_renew_one_certificate_leave_one_that_follows(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    old = certified()
    now.move(days=340)
    deeds.sit_again(app, world, now)
    actor = deeds.actor_of(app, world, "tamara")
    with app.app_context():
        rows = [
            deeds.actions.prepare_replacement(
                db.session(), actor, old, deeds.NAME, "en", now=now(), desk=desk
            )
            for _ in range(2)
        ]
    renewals = [deeds.prepare(app, world, now, desk) for _ in range(2)]
    random.Random(5).shuffle(rows)

    def deed(number: int) -> object:
        if number % 2:
            return deeds.write(app, world, now, desk, renewals[number % 4 // 2]).serial
        prepared = rows[number % 4 // 2]
        with app.app_context(), db.transaction() as session:
            return deeds.actions.replace_with(
                session, actor, prepared, "name", now=now(), desk=desk
            )

    deeds.at_once(64, deed)
    with app.app_context():
        found = db.session().scalars(_EVERY).all()
        standing = [status_at(h, now()) for h in histories.every(db.session()).values()]
    assert sum(row.follows == old for row in found) == 1
    held = [row for row in found if row.revoked_at is None and row.replaced_at is None]
    assert len(held) == 1
    assert 1 <= sum(one in HOLDS for one in standing) <= 2  # a renewed paper holds to its last day


def test_sixty_four_who_certify_revoke_and_replace_at_once_agree_on_what_became_of_it(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    """A third renews, a third revokes, a third replaces: whoever comes first, the rest is told."""
    old = certified()
    now.move(days=340)
    deeds.sit_again(app, world, now)
    actor = deeds.actor_of(app, world, "tamara")
    renewal = deeds.prepare(app, world, now, desk)
    with app.app_context():
        replacement = deeds.actions.prepare_replacement(
            db.session(), actor, old, deeds.NAME, "en", now=now(), desk=desk
        )

    def deed(number: int) -> object:
        if number % 3 == 0:
            return f"renewed {deeds.write(app, world, now, desk, renewal).serial}"
        with app.app_context(), db.transaction() as session:
            if number % 3 == 1:
                ending.revoke(session, actor, old, "mistake", now=now(), keys=desk.keys)
                return "revoked now"
            return deeds.actions.replace_with(
                session, actor, replacement, "name", now=now(), desk=desk
            )

    done = Counter(str(one) for one in deeds.at_once(64, deed))
    with app.app_context():
        found = {row.serial: row for row in db.session().scalars(_EVERY)}
        assert audit(db.session()) == []
    row = found[old]
    revoked, replaced = row.revoked_at is not None, row.replaced_as == "replacement"
    assert done["revoked now"] == revoked
    assert done[replacement[0]["serial"]] == replaced
    assert not (revoked and replaced)
    # Renewed once at most; revoking the paper before does not take the renewal away.
    assert len(found) == 1 + replaced + (row.replaced_as == "renewal")
    assert revoked or row.replaced_at is not None
