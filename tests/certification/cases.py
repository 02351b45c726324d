"""Cases for verifiers that share no code: genuine, changed, forged and impossible, with what the
product says of each. Random, and the same for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import cbor2

from lms.certification import lists, tokens
from lms.certification.signing import ALPHABET, NotGenuine, sign
from lms.domain.certification import status
from tests.certification.builders import a_key
from tests.certification.test_second_verifier import some_claims

KEY, OTHER, STRANGER = a_key(1), a_key(2), a_key(9)
KEYS = {key.id: key.public for key in (KEY, OTHER)}
NAMES = ("Әсел Қуанышқызы", "Пётр Ёлкин", "ﬁne Name", "  Two   Words ")


def cases(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Each case: a text, a list (or none), a day, a name; and ``expected``."""
    chance = random.Random(seed)
    for number in range(count):
        claims = some_claims(chance)
        if number % 5 == 0:
            hashed = tokens.hash_of_name(chance.choice(NAMES), claims.name_salt)
            claims = tokens.Claims(**{**vars(claims), "name_hash": hashed})
        key = chance.choice((KEY, KEY, KEY, OTHER, STRANGER))
        text = _changed(chance, tokens.issue(claims, key), claims, key)
        day = claims.issued_on + timedelta(days=chance.randrange(-30, 1900))
        newest = _list(chance, claims)
        name = chance.choice(NAMES)
        yield {
            "text": text,
            "list": newest,
            "day": day.isoformat(),
            "name": name,
            "expected": _expected(text, newest, day, name),
        }


def _changed(chance: random.Random, text: str, claims: tokens.Claims, key: Any) -> str:
    at = chance.randrange(len(text))
    payload = tokens.packed(claims)
    bent = bytearray(payload)
    bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
    more = cbor2.dumps({**cbor2.loads(payload), 13: 0}, canonical=True)
    return {
        0: text[:at] + chance.choice(ALPHABET) + text[at + 1 :],
        1: text[:at],
        2: text + chance.choice(ALPHABET),
        3: text.replace(" ", "_").lower(),
        4: "\n".join(text[start : start + 60] for start in range(0, len(text), 60)),
        5: sign(tokens.PREFIX, bytes(bent), key),  # signed, and perhaps impossible
        6: sign(tokens.PREFIX, more, key),
        7: sign(tokens.PREFIX, payload + b"\x00", key),
        8: sign(tokens.PREFIX, chance.randbytes(chance.randrange(1, 120)), key),
        9: sign(lists.PREFIX, payload, key),
    }.get(chance.randrange(20), text)


def _list(chance: random.Random, claims: tokens.Claims) -> str | None:
    if chance.random() < 0.3:
        return None
    places = {chance.randrange(tokens.LIST_POSITIONS) for _ in range(5)}
    if chance.random() < 0.4:
        places.add(claims.status_index)
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return lists.publish(chance.randrange(1, 99), at, places, chance.choice((KEY, OTHER)))


def _expected(text: str, newest: str | None, day: date, name: str) -> str:
    """What the product says, as one text that is easy to compare."""
    try:
        found = tokens.verify_typed(text, KEYS)
    except NotGenuine as problem:
        return problem.reason
    claims = found.claims
    revoked = False
    if newest is not None:
        read = lists.verify(newest, KEYS)
        revoked = read.speaks_of(found.key_id) and claims.status_index in read.revoked
    word = status(claims.issued_on, claims.valid_until, day if revoked else None, day).value
    return json.dumps(
        [
            "listed" if word == "revoked" else word,
            tokens.serial_text(claims.serial),
            claims.programme,
            claims.level,
            claims.purpose,
            claims.language,
            claims.issued_on.isoformat(),
            claims.valid_until.isoformat(),
            claims.status_index,
            claims.release.hex(),
            claims.election_on.isoformat() if claims.election_on else None,
            found.key_id.hex(),
            claims.names(name),
        ],
        separators=(",", ":"),
    )


# What the page's own script says of the same case, in the same form; `own` leaves the browser's
# Ed25519 aside.
ANSWERS = """
async (given) => {
  if (given.own) verifier.useOwn();
  const keys = verifier.keys(given.keys);
  const found = [];
  for (const one of given.cases) {
    try {
      const claims = await verifier.typedToken(one.text, keys);
      const list = one.list ? await verifier.list(one.list, keys) : null;
      const c = claims;
      found.push(JSON.stringify([
        verifier.status(claims, list, one.day), c.serial, c.programme, c.level, c.purpose,
        c.language, c.issued_on, c.valid_until, c.status_index, c.release, c.election_on, c.key,
        verifier.names(claims, one.name),
      ]));
    } catch (problem) {
      found.push(problem instanceof verifier.Refused ? problem.message : "fell over: " + problem);
    }
  }
  return found;
}
"""


def given(some: list[dict[str, Any]], *, own: bool) -> dict[str, Any]:
    """What ``ANSWERS`` is asked."""
    keys = [key.public_bytes_raw().hex() for key in KEYS.values()]
    asked = [{name: one[name] for name in ("text", "list", "day", "name")} for one in some]
    return {"own": own, "keys": keys, "cases": asked}
