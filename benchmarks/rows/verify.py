"""Checking a certificate: at most 1.35 times a bare page with one look-up and one signature."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import sqlalchemy as sa

from benchmarks import load, servers, worlds
from benchmarks.bench import CLIENTS, Bench, Line, share
from benchmarks.load import Visit
from benchmarks.rows.pdf import Issued, issued, sheet
from lms import db
from lms.accounts.models import Account
from lms.assessment.models import AttemptResult
from lms.certification import printing
from lms.certification.keys import keyring
from lms.certification.models import Certificate
from lms.certification.sealing import seal_pdf, seal_token
from lms.certification.signing import SIGNATURE_BYTES, decode45
from lms.certification.tokens import PREFIX
from lms.privacy import vault

MOST_TIMES = 1.35
HOLDERS = 16


@dataclass(frozen=True)
class Question:
    """The same question as a stranger asks it of the product and of the floor."""

    product: bytes
    floor: bytes


def run(bench: Bench) -> list[Line]:
    held = _issue(bench)
    posted = [_posted(found) for found in held]
    looked_up = [_looked_up(found, signed=True) for found in held]
    unsigned = [_looked_up(found, signed=False) for found in held]
    environ = worlds.twin(bench.world)
    # A bare page as long as the product's.
    with servers.floor({**environ, "FLOOR_FILLER": "0"}) as bare:
        missing = _length(bench.product, posted[0].product) - _length(bare, posted[0].floor)
    assert missing >= 0, "the product's page is shorter than a bare one"
    lines = []
    with servers.floor({**environ, "FLOOR_FILLER": str(missing)}) as bare:
        for count in CLIENTS:
            clients = f"{count} client{'s' * (count > 1)}"
            for case, asked, aim in (
                (f"token, {clients}: CPU beside look-up, page, signature", posted, True),
                (f"serial, {clients}: CPU beside look-up, page, signature", looked_up, True),
                (f"serial, {clients}: CPU beside look-up and page", unsigned, False),
            ):
                lines.append(_compare(bench, bare, case, asked[:count], aim))
    return lines


def _compare(
    bench: Bench, bare: servers.Server, case: str, asked: list[Question], aim: bool
) -> Line:
    floor, ours = bench.duel(
        (bare, [lambda q=q: _visit(q.floor) for q in asked]),
        (bench.product, [lambda q=q: _visit(q.product) for q in asked]),
    )
    ratio = share(ours.cpu_ms, floor.cpu_ms)
    return Line(
        "certificate check",
        case,
        floor.figures(),
        ours.figures(),
        ratio,
        f"at most {MOST_TIMES}" if aim else "for comparison",
        ratio <= MOST_TIMES if aim else None,
    )


def _posted(found: Issued) -> Question:
    """The text of the code, as it is pasted."""
    return Question(
        load.post("/verify", {"token": found.token, "name": ""}),
        load.post("/signed", _bare_fields(found)),
    )


def _looked_up(found: Issued, *, signed: bool) -> Question:
    serial = found.printed["serial"]
    bare = f"/signed?{urlencode(_bare_fields(found))}" if signed else f"/verify/{serial}"
    return Question(load.get(f"/verify/{serial}"), load.get(bare))


def _bare_fields(found: Issued) -> dict[str, str]:
    signed = decode45(found.token.removeprefix(PREFIX))
    body = PREFIX.encode() + signed[:-SIGNATURE_BYTES]
    signature = signed[-SIGNATURE_BYTES:]
    return {
        "serial": found.printed["serial"],
        "body": body.hex(),
        "signature": signature.hex(),
    }


def _visit(request: bytes) -> Visit:
    yield request


def _length(server: servers.Server, request: bytes) -> int:
    """Of the page in bytes; it has to say that the certificate is good."""
    found: list[int] = []

    def visit() -> Visit:
        answer = yield request
        assert answer.status == 200, answer.head
        assert b"Steppe Lights" in answer.body, answer.body.decode()
        found.append(len(answer.body))

    load.run(server.port, [visit], visits=1)
    return found[0]


def _issue(bench: Bench) -> list[Issued]:
    """A certificate each for some people who passed something, with all that the table holds."""
    world = bench.world
    made = [issued(world, index) for index in range(HOLDERS)]
    cohort, people = world.cohorts["thousand"]
    key = keyring(world.settings.keys).must_issue()
    trainer = bench.trainer.id
    with world.app.app_context():
        drawn = printing.pdf(sheet(world, made[0]))
        with db.transaction() as session:
            attempt = session.scalar(sa.select(AttemptResult.attempt_id).limit(1))
            keys = dict(
                session.execute(
                    sa.select(Account.id, Account.person_key).where(
                        Account.id.in_(people[:HOLDERS])
                    )
                ).all()
            )
            rows = [
                _row(world, found, person, keys[person], drawn)
                | {
                    "cohort_id": cohort,
                    "attempt_id": attempt,
                    "issued_by": trainer,
                    "key_id": key.id.hex(),
                }
                for found, person in zip(made, people[:HOLDERS], strict=True)
            ]
            session.execute(sa.insert(Certificate), rows)
    return made


def _row(
    world: worlds.World, found: Issued, person: uuid.UUID, person_key: bytes, drawn: bytes
) -> dict[str, object]:
    claims = found.claims
    return {
        "serial": found.printed["serial"],
        "account_id": person,
        "programme": claims.programme,
        "purpose": claims.purpose,
        "release_id": world.library().release,
        "issued_at": world.now,
        "valid_from": claims.issued_on,
        "valid_until": claims.valid_until,
        "language": claims.language,
        "claims": found.printed,
        "token_sealed": seal_token(vault(), person, person_key, found.token),
        "token_sha256": hashlib.sha256(found.token.encode()).hexdigest(),
        "status_index": claims.status_index,
        "pdf_sealed": seal_pdf(vault(), person, person_key, drawn),
        "pdf_sha256": hashlib.sha256(drawn).hexdigest(),
    }
