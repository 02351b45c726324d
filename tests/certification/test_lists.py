"""The signed revocation list: complete, dated, numbered, and refused after any change."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.certification import lists
from lms.certification.signing import NotGenuine, decode45, encode45, newest, shown, sign
from tests.certification.builders import a_key

KEY = a_key()
KEYS = {KEY.id: KEY.public}
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def a_list(number: int = 1, at: datetime = AT, revoked: tuple[int, ...] = (5, 131_071)) -> str:
    return lists.publish(number, at, revoked, KEY)


@given(st.sets(st.integers(0, 131_071), max_size=300), st.integers(1, 10**9))
@settings(max_examples=50, deadline=None)
def test_what_is_published_is_read_back(revoked: set[int], number: int) -> None:
    found = lists.verify(lists.publish(number, AT, revoked, KEY), KEYS)
    assert found == lists.RevocationList(number, AT, frozenset({KEY.id}), frozenset(revoked))


def test_the_first_place_is_the_highest_bit() -> None:
    payload = decode45(lists.publish(1, AT, [0, 9], KEY)[5:])[:-68]
    bits = gzip.decompress(cbor2.loads(payload)[4])
    assert len(bits) == 16_384
    assert bits[:2] == bytes([0b1000_0000, 0b0100_0000])
    assert not any(bits[2:])


def test_a_list_of_fifty_fits_a_qr_and_survives_paper() -> None:
    text = lists.publish(7, AT, range(0, 131_072, 2622), KEY)
    assert len(text) < 700
    printed = "\n".join(shown(text)[at : at + 60] for at in range(0, len(text), 60)).lower()
    assert len(lists.verify_typed(printed, KEYS).revoked) == 50


def test_a_full_list_can_still_be_read() -> None:
    assert len(lists.verify(lists.publish(1, AT, range(131_072), KEY), KEYS).revoked) == 131_072


def test_a_later_list_counts_whatever_the_order() -> None:
    old, new = (lists.verify(a_list(n, AT + timedelta(days=n)), KEYS) for n in (1, 2))
    assert newest([new, old]) == new == newest([old, new])
    assert new.is_newer_than(old)
    assert not old.is_newer_than(new)
    assert newest([]) is None


def test_a_list_grows_old() -> None:
    found = lists.verify(a_list(), KEYS)
    assert not found.is_older_than(7, AT + timedelta(days=7))
    assert found.is_older_than(7, AT + timedelta(days=7, seconds=1))


def test_every_small_change_is_refused() -> None:
    text = a_list()
    signed = decode45(text[5:])
    accepted = []
    for at in range(len(signed)):
        for bit in range(8):
            bent = bytearray(signed)
            bent[at] ^= 1 << bit
            try:
                accepted.append(lists.verify(lists.PREFIX + encode45(bytes(bent)), KEYS))
            except NotGenuine:
                continue
    assert accepted == []
    for end in range(len(text)):
        with pytest.raises(NotGenuine):
            lists.verify(text[:end], KEYS)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (1, 0),
        (1, "1"),
        (2, -5),
        (2, 10**18),
        (2, 0),
        (3, [b"long!"]),
        (3, 5),
        (4, b"not gzip"),
        (4, gzip.compress(b"\0" * 16_383, mtime=0)),
        (4, gzip.compress(b"\0" * 50_000_000, mtime=0)),
        (4, gzip.compress(b"\0" * 16_384, mtime=0) + b"more"),
        (4, gzip.compress(b"\0" * 16_384, mtime=0)[:-3]),
        (5, "more"),
    ],
)
def test_a_signature_over_a_list_that_cannot_be_is_refused(key: int, value: object) -> None:
    found = cbor2.loads(decode45(a_list()[5:])[:-68]) | {key: value}
    with pytest.raises(NotGenuine, match=r"claims|format"):
        lists.verify(sign(lists.PREFIX, cbor2.dumps(found, canonical=True), KEY), KEYS)


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_signed_bytes_are_refused_without_falling_over(payload: bytes) -> None:
    with pytest.raises(NotGenuine):
        lists.verify(sign(lists.PREFIX, payload, KEY), KEYS)


@pytest.mark.parametrize("place", [-1, 131_072])
def test_a_place_outside_the_list_is_not_published(place: int) -> None:
    with pytest.raises(ValueError):
        lists.publish(1, AT, [place], KEY)


def test_a_list_covers_the_keys_it_names() -> None:
    other = a_key(2)
    found = lists.verify(lists.publish(1, AT, [], KEY, [other.id]), KEYS)
    assert found.speaks_of(KEY.id)
    assert found.speaks_of(other.id)
    assert not lists.verify(a_list(), KEYS).speaks_of(other.id)
