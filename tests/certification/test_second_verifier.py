"""Two verifiers that share no line agree on what is genuine, what is not, what is revoked."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from lms.certification import lists, tokens
from lms.certification.signing import ALPHABET, NotGenuine
from tests.certification import second_verifier as second
from tests.certification.builders import a_key, claims

KEY = a_key()
OURS = {KEY.id: KEY.public}
THEIRS = {KEY.id: KEY.public.public_bytes_raw()}


def some_claims(chance: random.Random) -> tokens.Claims:
    issued = date(2020, 1, 1) + timedelta(days=chance.randrange(4000))
    purpose = chance.choice(tokens.PURPOSES)
    return claims(
        serial=chance.randbytes(16),
        programme=chance.choice(("a", "precinct-observer", "long-term-observer-24-b")),
        level=chance.randint(1, 9),
        purpose=purpose,
        language=chance.choice(tokens.LANGUAGES),
        issued_on=issued,
        valid_until=issued + timedelta(days=chance.randrange(1800)),
        status_index=chance.choice((0, 23, 24, 255, 256, 65_535, 65_536, 131_071)),
        release=chance.randbytes(12),
        name_salt=chance.randbytes(16),
        name_hash=chance.randbytes(16),
        election_on=issued + timedelta(days=60) if purpose == "deployment" else None,
    )


def answers(token: str) -> tuple[object, object]:
    """What the product says and what the other verifier says; None for not genuine."""
    try:
        found = tokens.verify(token, OURS)
        ours: object = asdict(found.claims) | {"key": found.key_id}
    except NotGenuine:
        ours = None
    try:
        theirs: object = second.verify_token(token, THEIRS)
    except second.Refused:
        theirs = None
    return ours, theirs


def test_they_agree_on_genuine_tokens_claim_by_claim() -> None:
    chance = random.Random(1)
    for _ in range(150):
        ours, theirs = answers(tokens.issue(some_claims(chance), KEY))
        assert ours is not None
        assert ours == theirs


def test_they_agree_that_changed_tokens_are_not_genuine() -> None:
    chance = random.Random(2)
    for _ in range(250):
        token = tokens.issue(some_claims(chance), KEY)
        at = chance.randrange(len(token))
        bent = token[:at] + chance.choice(ALPHABET) + token[at + chance.randrange(2) :]
        if bent != token:
            assert answers(bent) == (None, None)


def test_they_agree_on_what_is_revoked() -> None:
    chance = random.Random(3)
    revoked = set(chance.sample(range(tokens.LIST_POSITIONS), 500)) | {0, 131_071}
    text = lists.publish(5, datetime(2026, 3, 1, tzinfo=UTC), revoked, KEY)
    found = lists.verify(text, OURS)
    for _ in range(20):
        one = some_claims(chance)
        theirs = second.verify_token(tokens.issue(one, KEY), THEIRS)
        listed = one.status_index in found.revoked
        assert second.is_revoked(theirs, text, THEIRS) == listed


def test_the_example_in_the_docs_is_the_golden_token() -> None:
    from lms.config import ROOT

    page = (ROOT / "docs" / "certificates.md").read_text("utf-8")
    token = tokens.issue(claims(), KEY)
    for piece in (token, tokens.packed(claims()).hex(), KEY.id.hex()):
        assert piece in page
