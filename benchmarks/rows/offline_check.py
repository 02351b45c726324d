"""Certificates checked without a network: beside the bare Ed25519 signature."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.bench import Bench, Line, share
from lms.certification import tokens
from lms.certification.signing import KEY_ID_BYTES, SIGNATURE_BYTES, IssuingKey, decode45

TOKENS = 2_000


def run(bench: Bench) -> list[Line]:
    key = IssuingKey(Ed25519PrivateKey.generate())
    keys = {key.id: key.public}
    made = [tokens.issue(_claims(number), key) for number in range(TOKENS)]
    signed = [decode45(token.removeprefix(tokens.PREFIX)) for token in made]
    parts = [
        (one[-SIGNATURE_BYTES:], tokens.PREFIX.encode() + one[:-SIGNATURE_BYTES]) for one in signed
    ]
    assert all(one[-SIGNATURE_BYTES - KEY_ID_BYTES : -SIGNATURE_BYTES] == key.id for one in signed)
    floor = _best(bench.rounds, parts, lambda part: key.public.verify(*part))
    ours = _best(bench.rounds, made, lambda token: tokens.verify(token, keys))
    return [
        Line(
            "offline check",
            "CPU for each token beside the bare signature",
            floor,
            ours,
            share(ours["cpu_ms"], floor["cpu_ms"]),
            "for comparison",
            None,
            "security C-82 measured 4,280 a second for each core",
        )
    ]


def _claims(number: int) -> tokens.Claims:
    salt = number.to_bytes(16, "big")
    return tokens.Claims(
        serial=salt,
        programme="precinct-observer",
        level=1,
        purpose="training",
        language="kk",
        issued_on=date(2026, 3, 1),
        valid_until=date(2027, 3, 1),
        status_index=number,
        release=b"r" * tokens.RELEASE_BYTES,
        name_salt=salt,
        name_hash=salt,
    )


def _best(
    rounds: int, some: Sequence[object], check: Callable[[object], object]
) -> dict[str, float]:
    """The best round: what disturbs a machine only slows it."""
    best = float("inf")
    for _round in range(rounds):
        began = time.process_time()
        for one in some:
            check(one)
        best = min(best, time.process_time() - began)
    return {"per_second": round(len(some) / best, 0), "cpu_ms": round(1000 * best / len(some), 4)}
