"""The trail: what is changed afterwards shows, and every deed that promises an entry leaves one.

Source: security C-88 and C-89.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db, trail
from lms.trail import FIRST, Entry, digest_of, first_break
from lms.web.access import audience_of
from tests.security import batches, deeds_rooms, judging, reviewing
from tests.security.forms import FORMS
from tests.security.seeding import ANONYMOUS, Seeded
from tests.security.test_assignment import fields_of

LENGTH = 40
TAMPERINGS = 2000


def a_chain(length: int = LENGTH) -> list[Entry]:
    """So many honest entries."""
    entries, previous = [], FIRST
    for number in range(1, length + 1):
        entry = Entry(
            number=number,
            at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=number),
            actor_id=uuid.UUID(int=number % 5) if number % 5 else None,
            deed=("certify", "revoke", "finish-exam")[number % 3],
            subject=f"certificate:{number}",
            facts={"passed": bool(number % 2), "earned": number},
            previous=previous,
        )
        previous = entry.digest = digest_of(entry)
        entries.append(entry)
    return entries


# --- tampering, C-88 -----------------------------------------------------------------------------


def edited(chain: list[Entry], random: Random) -> None:
    entry = random.choice(chain)
    name = random.choice(["at", "actor_id", "deed", "subject", "facts", "previous", "digest"])
    value: object = {
        "at": entry.at + timedelta(microseconds=random.choice([-1, 1, 10**6, 10**9])),
        "actor_id": uuid.UUID(int=random.getrandbits(128)) if random.random() < 0.8 else None,
        "deed": random.choice(["", "Certify", "certify ", "join"]),
        "subject": entry.subject + random.choice(["0", " ", "\u200b"]),
        "facts": {**entry.facts, random.choice(["passed", "more"]): random.choice([0, "1", None])},
        "previous": random.choice(chain).digest[::-1],
        "digest": entry.digest[:-1] + ("0" if entry.digest[-1] != "0" else "1"),
    }[name]
    if getattr(entry, name) == value:
        value = "something else" if name != "actor_id" else uuid.uuid4()
    setattr(entry, name, value)


def edited_and_signed_again(chain: list[Entry], random: Random) -> None:
    """The digest of the changed entry is made to fit; that of the next one does not any more."""
    entry = random.choice(chain[:-1])
    entry.facts = {**entry.facts, "passed": "yes"}
    entry.digest = digest_of(entry)


def deleted(chain: list[Entry], random: Random) -> None:
    del chain[random.randrange(len(chain) - 1)]


def deleted_and_counted_again(chain: list[Entry], random: Random) -> None:
    del chain[random.randrange(len(chain) - 1)]
    for number, entry in enumerate(chain, start=1):
        entry.number = number


def cut_at_the_front(chain: list[Entry], random: Random) -> None:
    del chain[: random.randrange(1, len(chain) - 1)]


def swapped(chain: list[Entry], random: Random) -> None:
    one, other = random.sample(range(len(chain)), 2)
    chain[one], chain[other] = chain[other], chain[one]


def swapped_in_words(chain: list[Entry], random: Random) -> None:
    """Two entries keep their places and digests, and trade what they say."""
    one, other = random.sample(chain, 2)
    one.subject, other.subject = other.subject, one.subject


def repeated(chain: list[Entry], random: Random) -> None:
    chain.insert(random.randrange(len(chain)), random.choice(chain))


def invented(chain: list[Entry], random: Random) -> None:
    at = random.randrange(len(chain) - 1)
    before = chain[at]
    entry = Entry(
        number=before.number + 1,
        at=before.at,
        actor_id=None,
        deed="certify",
        subject="certificate:mine",
        facts={},
        previous=before.digest,
    )
    entry.digest = digest_of(entry)
    chain.insert(at + 1, entry)


WAYS: tuple[Callable[[list[Entry], Random], None], ...] = (
    edited,
    edited_and_signed_again,
    deleted,
    deleted_and_counted_again,
    cut_at_the_front,
    swapped,
    swapped_in_words,
    repeated,
    invented,
)


def test_an_honest_trail_has_no_break() -> None:
    assert first_break(a_chain()) is None
    assert first_break([]) is None


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_trail_that_was_changed_afterwards_is_found_out(
    way: Callable[[list[Entry], Random], None],
) -> None:
    """Two thousand times in all, at random places, with a fixed seed."""
    random = Random(f"2019 {way.__name__}")
    for _ in range(-(-TAMPERINGS // len(WAYS))):
        chain = a_chain(random.randrange(5, 20))
        way(chain, random)
        assert first_break(chain) is not None


def test_the_first_break_is_named() -> None:
    chain = a_chain()
    chain[16].deed = "join"
    assert first_break(chain) == 17


def test_entries_cut_off_at_the_end_are_found_only_beside_an_older_count() -> None:
    """The limit of a chain by itself, and why its head is to be written down elsewhere."""
    assert first_break(a_chain()[:-5]) is None
    assert a_chain()[-1].digest != a_chain()[-6].digest


def test_a_trail_reads_from_the_database_as_it_was_written(seeded: Seeded) -> None:
    with seeded.app.app_context():
        entries = list(db.session().scalars(sa.select(Entry).order_by(Entry.number)))
    assert len(entries) > 10
    assert first_break(entries) is None


def test_a_trail_tampered_with_in_the_database_is_found_out(seeded: Seeded) -> None:
    with seeded.app.app_context():
        with db.transaction() as session:
            session.get_one(Entry, 5).facts = {"passed": True}
        entries = list(db.session().scalars(sa.select(Entry).order_by(Entry.number)))
    assert first_break(entries) == 5


def test_an_entry_and_its_deed_are_kept_together_or_not_at_all(seeded: Seeded) -> None:
    def entries() -> int:
        return db.session().scalar(sa.select(sa.func.count()).select_from(Entry)) or 0

    with seeded.app.app_context():
        before = entries()
        with pytest.raises(RuntimeError), db.transaction() as session:
            trail.record(session, "certify", actor_id=None, subject="x", now=datetime.now(tz=UTC))
            raise RuntimeError
        assert entries() == before


# --- promises, C-89 ------------------------------------------------------------------------------

# Endpoint → the deed that one use of it is recorded as. Written by hand.
PROMISED = {
    "accounts.change_secret": "change-secret",
    "learning.sign_pledge": "sign-pledge",
    "drills.begin_certifying": "begin-drawn-runs",
    "cohorts.confirm_import": "import-people",
    "cohorts.invite": "invite",
    "cohorts.issue_code": "issue-code",
    "certification.certify_post": "certify",
    "certification.revoke": "revoke",
    "certification.suspend": "suspend-certificate",
    "certification.lift": "lift-certificate",
    "certification.replace_post": "replace",
    "certification.announce_change": "announce-change",
    "certification.draw_codes": "draw-codes",
    "assessment.close_quiz": "close-quiz",
    "assessment.propose": "propose-correction",
    "assessment.apply_correction": "apply-correction",
    "assessment.trace_leak": "trace-leak",
    "assessment.ask_undo": "ask-undo-correction",
    "assessment.undo_correction": "undo-correction",
    **judging.PROMISED,
    **deeds_rooms.PROMISED,
    **batches.PROMISED,
    **reviewing.PROMISED,
}


@dataclass(frozen=True)
class Refused:
    """A use of an endpoint that is refused: by whom, where, with what, and the answer."""

    endpoint: str
    login: str
    address: str
    status: int
    fields: Mapping[str, str] = field(default_factory=dict)
    token: bool = True


ELSEWHERE = (judging, deeds_rooms, batches, reviewing)
NOT_MINE = "/cohorts/<South one>"
APPLIED = "/corrections/<applied correction of North>"
PERSON = "/cohorts/<North one>/people/<bota>"
HER_PAGE = "/cohorts/<North one>/people/<aida>"
HER_FILE = f"{HER_PAGE}/attempts/<attempt of aida>/files/<file of aida>"
ITS_CERTIFICATE = "/certificates/<certificate of aida>"
REFUSALS = (
    Refused("accounts.change_secret", "aida", "/account/secret", 422),
    Refused("accounts.change_secret", "aida", "/account/secret", 422, {"old": "x", "secret": "y"}),
    Refused("accounts.change_secret", "aida", "/account/secret", 400, token=False),
    Refused("learning.sign_pledge", "asel", "/my/pledge", 403),
    Refused("learning.sign_pledge", "timur", "/my/pledge", 400, token=False),
    Refused("drills.begin_certifying", "asel", "/certifying/drawn/start", 403),
    Refused("drills.begin_certifying", "aida", "/certifying/absent/start", 404),
    Refused("cohorts.confirm_import", "tamara", "/cohorts/<North one>/import/confirm", 422),
    Refused("cohorts.confirm_import", "tamara", f"{NOT_MINE}/import/confirm", 404),
    Refused("cohorts.confirm_import", "aida", "/cohorts/<North one>/import/confirm", 403),
    Refused("cohorts.invite", "tamara", f"{NOT_MINE}/invite", 404),
    Refused("cohorts.invite", "oleg", "/cohorts/<North one>/invite", 403),
    Refused("cohorts.issue_code", "tamara", "/cohorts/<North one>/people/<aida>/code", 409),
    Refused("cohorts.issue_code", "tamara", "/cohorts/<North one>/people/<dana>/code", 404),
    Refused("cohorts.issue_code", "arman", "/cohorts/<North one>/people/<nadia>/code", 403),
    Refused("certification.certify_post", "tamara", f"{PERSON}/certify", 422),
    Refused("certification.certify_post", "kairat", f"{PERSON}/certify", 403),
    Refused("certification.certify_post", "timur", f"{PERSON}/certify", 404),
    Refused(
        "certification.certify_post",
        "timur",
        "/cohorts/<North two>/people/<dana>/certify",
        409,  # its sources are not confirmed for the day of that election
        {"name": "A Name", "language": "en", "purpose": "deployment"},
    ),
    Refused("certification.revoke", "tamara", "/certificates/<certificate of aida>/revoke", 422),
    Refused("certification.revoke", "tamara", "/certificates/<certificate of erik>/revoke", 404),
    Refused("certification.revoke", "aida", "/certificates/<certificate of aida>/revoke", 403),
    Refused("certification.suspend", "tamara", "/certificates/<certificate of aida>/suspend", 422),
    Refused("certification.suspend", "tamara", "/certificates/<certificate of erik>/suspend", 404),
    Refused(
        "certification.lift",
        "tamara",
        "/certificates/<certificate of aida>/lift",
        409,  # it is not suspended
        {"reason": "cleared"},
    ),
    Refused("certification.lift", "aida", "/certificates/<certificate of aida>/lift", 403),
    Refused("certification.announce_change", "kairat", "/law-changes/src-confirmed", 422),
    Refused("certification.announce_change", "kairat", "/law-changes/no-such-source", 404),
    Refused("certification.announce_change", "tamara", "/law-changes/src-confirmed", 403),
    Refused("certification.draw_codes", "aida", f"{ITS_CERTIFICATE}/codes", 422),
    Refused("certification.draw_codes", "aida", f"{ITS_CERTIFICATE}/codes", 422, {"name": "X"}),
    Refused("certification.draw_codes", "tamara", f"{ITS_CERTIFICATE}/codes", 404),
    Refused("certification.replace_post", "kairat", f"{ITS_CERTIFICATE}/replace", 403),
    Refused("certification.replace_post", "timur", f"{ITS_CERTIFICATE}/replace", 404),
    Refused("certification.replace_post", "tamara", f"{ITS_CERTIFICATE}/replace", 422),
    Refused("assessment.close_quiz", "tamara", "/cohorts/<North one>/exams", 422),
    Refused("assessment.close_quiz", "timur", "/cohorts/<North one>/exams", 404),
    Refused("assessment.grant", "tamara", f"{HER_PAGE}/exams", 422),
    Refused("assessment.grant", "aida", f"{HER_PAGE}/exams", 403),
    Refused("assessment.clear_repair", "aida", f"{HER_PAGE}/repairs/<repair of aida>", 403),
    Refused("assessment.clear_repair", "timur", f"{HER_PAGE}/repairs/<repair of aida>", 404),
    Refused("assessment.reopen", "tamara", f"{HER_PAGE}/attempts/<attempt of aida>/reopen", 422),
    Refused("assessment.reopen", "aida", f"{HER_PAGE}/attempts/<attempt of aida>/reopen", 403),
    Refused("assessment.hand_in", "tamara", f"{HER_PAGE}/attempts/<attempt of aida>/hand-in", 422),
    Refused("assessment.take_in", "tamara", f"{HER_FILE}/take-in", 409),  # it is her own
    Refused("assessment.take_in", "timur", f"{HER_FILE}/take-in", 404),
    Refused("assessment.take_in", "aida", f"{HER_FILE}/take-in", 403),
    Refused("assessment.refuse_file", "kairat", f"{HER_FILE}/refuse", 422),
    Refused("assessment.refuse_file", "timur", f"{HER_FILE}/refuse", 404),
    Refused("assessment.mark_essay", "tamara", "/essays/<essay of aida>", 422),
    Refused("assessment.mark_essay", "timur", "/essays/<essay of aida>", 404),
    Refused("assessment.propose", "tamara", "/questions/q-film", 422),
    Refused("assessment.propose", "aida", "/questions/q-film", 403),
    Refused(
        "assessment.apply_correction", "tamara", "/corrections/<correction of North>/apply", 403
    ),
    Refused("assessment.apply_correction", "zhan", "/corrections/<correction of North>/apply", 404),
    Refused("assessment.trace_leak", "kairat", "/questions/leaks", 422),
    Refused("assessment.trace_leak", "tamara", "/questions/leaks", 403),
    Refused("assessment.ask_undo", "tamara", f"{APPLIED}/ask-undo", 422),
    Refused("assessment.ask_undo", "zhan", f"{APPLIED}/ask-undo", 404),
    Refused(
        "assessment.undo_correction",
        "kairat",
        "/corrections/<correction of North>/undo",
        409,  # it is not in force
    ),
    *(Refused(*refused) for room in ELSEWHERE for refused in room.REFUSED),
)


def last_entries(app: Flask, count: int) -> list[Entry]:
    with app.app_context():
        found = db.session().scalars(sa.select(Entry).order_by(Entry.number.desc()).limit(count))
        return list(found)


def newest(app: Flask) -> int:
    return next((entry.number for entry in last_entries(app, 1)), 0)


def test_every_endpoint_that_promises_an_entry_is_tried_here(app: Flask) -> None:
    promised = {name for name in app.view_functions if "." in name and audience_of(app, name).audit}
    assert promised == set(PROMISED) == {refused.endpoint for refused in REFUSALS}


@pytest.mark.any_database
@pytest.mark.parametrize("endpoint", PROMISED)
def test_a_deed_leaves_exactly_one_entry(endpoint: str, seeded: Seeded) -> None:
    form = next(f for f in FORMS if f.endpoint == endpoint)
    fields = fields_of(seeded, form)
    before = newest(seeded.app)
    data = {"csrf_token": seeded.tokens[form.login], **fields}
    answer = seeded.client(form.login).post(seeded.address(form.address), data=data)
    assert answer.status_code in (200, 303)
    (entry,) = last_entries(seeded.app, newest(seeded.app) - before)
    assert entry.deed == PROMISED[endpoint]
    assert str(entry.actor_id) == seeded.ids[form.login]


@pytest.mark.any_database
@pytest.mark.parametrize("refused", REFUSALS, ids=lambda r: f"{r.endpoint}-{r.status}-{r.login}")
def test_a_refused_deed_leaves_exactly_one_entry_that_says_so(
    refused: Refused, seeded: Seeded
) -> None:
    before = newest(seeded.app)
    token = {"csrf_token": seeded.tokens[refused.login]} if refused.token else {}
    answer = seeded.client(refused.login).post(
        seeded.address(refused.address), data={**refused.fields, **token}
    )
    assert answer.status_code == refused.status
    (entry,) = last_entries(seeded.app, newest(seeded.app) - before)
    assert entry.deed == "refused"
    assert entry.subject == f"endpoint:{refused.endpoint}"
    assert entry.facts == {"status": refused.status}
    assert str(entry.actor_id) == seeded.ids[refused.login]


def test_a_stranger_cannot_make_the_trail_grow(seeded: Seeded) -> None:
    before = newest(seeded.app)
    for refused in REFUSALS:
        for token in ({}, {"csrf_token": seeded.tokens[ANONYMOUS]}):
            answer = seeded.client(ANONYMOUS).post(seeded.address(refused.address), data=token)
            assert answer.status_code in (303, 400)
    assert newest(seeded.app) == before


def test_exams_and_joining_leave_their_line_too(seeded: Seeded) -> None:
    with seeded.app.app_context():
        deeds = set(db.session().scalars(sa.select(Entry.deed)))
    assert {"start-exam", "finish-exam", "sign-pledge", "certify", "suspend"} <= deeds


def test_no_entry_holds_a_name_or_free_words(seeded: Seeded) -> None:
    with seeded.app.app_context():
        entries = list(db.session().scalars(sa.select(Entry)))
    for entry in entries:
        text = f"{entry.subject} {entry.facts}".lower()
        for name in ("aida", "tamara", "printed", seeded.secret):
            assert name not in text


def test_the_trail_is_read_by_the_auditor_alone(seeded: Seeded) -> None:
    for login in seeded.people:
        status = seeded.client(login).get("/admin/trail").status_code
        assert status == (200 if login == "asel" else 403)
    page = seeded.client("asel").get("/admin/trail").get_data(as_text=True)
    assert "Aida" not in page
    assert "tamara" not in page
