"""A verifier written from docs/certificates.md alone, with nothing but the standard library.

It shares no line with the product: if the two ever disagree, one of them or the page is wrong. It
is also an example for whoever writes their own. Slow (Ed25519 in plain whole numbers, RFC 8032).
"""

from __future__ import annotations

import gzip
import hashlib
from datetime import date, timedelta
from typing import Any

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
PURPOSES, LANGUAGES = ("training", "deployment"), ("en", "ru", "kk")


class Refused(Exception):
    pass


def need(holds: bool) -> None:
    if not holds:
        raise Refused


# --- base45 --------------------------------------------------------------------------------------


def base45(text: str) -> bytes:
    need(all(sign in ALPHABET for sign in text))
    found = b""
    for at in range(0, len(text), 3):
        values = [ALPHABET.index(sign) for sign in text[at : at + 3]]
        need(len(values) > 1)
        number = sum(value * 45**place for place, value in enumerate(values))
        size = len(values) - 1
        need(number < 256**size)
        found += number.to_bytes(size, "big")
    return found


# --- Ed25519 -------------------------------------------------------------------------------------


def plus(a: Point, b: Point) -> Point:
    m, n = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = plus(found, point)
        point, number = plus(point, point), number >> 1
    return found


def point(packed: bytes) -> Point:
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    need(y < P)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    need((x * x - square) % P == 0 and not (x == 0 and sign))
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def base() -> Point:
    y = 4 * pow(5, P - 2, P) % P
    return point(y.to_bytes(32, "little"))


def check_signature(public: bytes, message: bytes, signature: bytes) -> None:
    s = int.from_bytes(signature[32:], "little")
    need(s < L)
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    a, b = times(s, base()), plus(point(signature[:32]), times(h, point(public)))
    need((a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0)


# --- deterministic CBOR: whole numbers, bytes, text, lists and maps ------------------------------


def item(packed: bytes, at: int) -> tuple[Any, int]:
    need(at < len(packed))
    kind, short = packed[at] >> 5, packed[at] & 31
    at += 1
    need(short < 28)
    if short < 24:
        number = short
    else:
        size = 1 << short - 24
        need(at + size <= len(packed))
        number = int.from_bytes(packed[at : at + size], "big")
        need(number >= (24, 256, 65536, 2**32)[short - 24])  # the shortest way only
        at += size
    if kind == 0:
        return number, at
    if kind in (2, 3):
        need(at + number <= len(packed))
        piece = packed[at : at + number]
        try:
            return (piece if kind == 2 else piece.decode()), at + number
        except UnicodeDecodeError:
            raise Refused from None
    if kind == 4:
        entries = []
        for _ in range(number):
            entry, at = item(packed, at)
            entries.append(entry)
        return entries, at
    need(kind == 5)
    found: dict[int, Any] = {}
    for _ in range(number):
        key, at = item(packed, at)
        need(type(key) is int and all(key > earlier for earlier in found))
        found[key], at = item(packed, at)
    return found, at


def signed_map(prefix: str, text: str, keys: dict[bytes, bytes]) -> tuple[dict[int, Any], bytes]:
    need(text.startswith(prefix))
    packed = base45(text[len(prefix) :])
    need(len(packed) > 68)
    named = packed[-68:-64]
    need(named in keys)
    check_signature(keys[named], prefix.encode() + packed[:-64], packed[-64:])
    found, end = item(packed, 0)
    need(type(found) is dict and end == len(packed) - 68)
    return found, named


# --- certificates and lists ----------------------------------------------------------------------


def verify_token(token: str, keys: dict[bytes, bytes]) -> dict[str, Any]:
    need(len(token) <= 300)
    found, named = signed_map("OBS1:", token, keys)
    kinds = {1: bytes, 2: str, 9: bytes, 10: bytes, 11: bytes}
    need(set(found) in ({*range(1, 12)}, {*range(1, 13)}))
    need(all(type(value) is kinds.get(key, int) for key, value in found.items()))
    need([len(found[key]) for key in (1, 9, 10, 11)] == [16, 12, 16, 16])
    small = set("abcdefghijklmnopqrstuvwxyz0123456789")
    need(len(found[2]) <= 32)
    need(all(word and set(word) <= small for word in found[2].split("-")))
    need(1 <= found[3] <= 9 and found[4] < 2 and found[5] < 3 and found[8] < 131_072)
    need(found[6] <= found[7] <= found[6] + 1830 and (12 in found) == (found[4] == 1))
    need(found[6] <= found.get(12, found[6]) <= found[6] + 1830)
    need(found[6] < 2_900_000)
    zero = date(2020, 1, 1)
    days = {key: zero + timedelta(days=found[key]) for key in (6, 7, 12) if key in found}
    return {
        "serial": found[1],
        "programme": found[2],
        "level": found[3],
        "purpose": PURPOSES[found[4]],
        "language": LANGUAGES[found[5]],
        "issued_on": days[6],
        "valid_until": days[7],
        "status_index": found[8],
        "release": found[9],
        "name_salt": found[10],
        "name_hash": found[11],
        "election_on": days.get(12),
        "key": named,
    }


def is_revoked(claims: dict[str, Any], text: str, keys: dict[bytes, bytes]) -> bool:
    found, _named = signed_map("OBL1:", text, keys)
    need(set(found) == {1, 2, 3, 4} and claims["key"] in found[3])
    bits = gzip.decompress(found[4])
    need(len(bits) == 16_384)
    place = claims["status_index"]
    return bool(bits[place // 8] & 0x80 >> place % 8)


# --- keys under a root ---------------------------------------------------------------------------


def verify_key_list(text: str, root: dict[bytes, bytes]) -> dict[str, Any]:
    need(len(text) <= 4 * 1024 * 1024)
    found, _named = signed_map("OBK1:", text, root)
    need(set(found) == {1, 2, 3} and type(found[1]) is type(found[2]) is int and found[1] > 0)
    need(1_577_836_800 <= found[2] <= 253_402_300_799)
    need(type(found[3]) is list)
    keys: dict[bytes, tuple[Any, ...]] = {}
    for entry in found[3]:
        need(type(entry) is list and len(entry) == 5)
        public, first, last, withdrawn, marks = entry
        need(type(public) is bytes and len(public) == 32 and type(marks) is bytes)
        need(all(type(number) is int for number in (first, last, withdrawn)))
        need(first <= last <= 2_900_000 and withdrawn in (0, 1) and len(marks) % 12 == 0)
        several = [marks[at : at + 12] for at in range(0, len(marks), 12)]
        need(several == sorted(set(several)) and (withdrawn == 1 or not several))
        named = hashlib.sha256(public).digest()[:4]
        need(all(named > earlier for earlier in keys))
        keys[named] = (public, first, last, withdrawn, set(several))
    return {"number": found[1], "signed_at": found[2], "keys": keys}


def accept(token: str, claims: dict[str, Any], listed: dict[str, Any]) -> str:
    """``accepted``, ``withdrawn`` or ``days``."""
    _public, first, last, withdrawn, marks = listed["keys"][claims["key"]]
    if withdrawn and hashlib.sha256(token.encode()).digest()[:12] not in marks:
        return "withdrawn"
    begins = (claims["issued_on"] - date(2020, 1, 1)).days
    return "accepted" if first - 90 <= begins <= last + 90 else "days"
