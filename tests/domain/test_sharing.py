"""A secret in three pieces: two give it back, one says nothing."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain import sharing

SECRETS = st.binary(min_size=1, max_size=64).flatmap(
    lambda secret: st.tuples(st.just(secret), st.binary(min_size=len(secret), max_size=len(secret)))
)


@given(SECRETS)
def test_any_two_pieces_give_the_secret(given: tuple[bytes, bytes]) -> None:
    secret, chance = given
    pieces = sharing.split(secret, chance)
    for one, other in permutations(pieces, 2):
        assert sharing.joined({one: pieces[one], other: pieces[other]}) == secret


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_piece_fits_every_secret_equally_well(number: int) -> None:
    """All secrets by all chances, for one byte: each piece comes once from each secret."""
    for secret in range(0, 256, 15):
        pieces = [sharing.split(bytes([secret]), bytes([c]))[number] for c in range(256)]
        assert len(set(pieces)) == 256


def test_the_field_is_that_of_aes() -> None:
    # FIPS 197, 4.2: {57} x {83} = {c1}
    assert sharing._times(0x57, 0x83) == 0xC1
    assert all(sharing._times(one, sharing._inverse(one)) == 1 for one in range(1, 256))


@pytest.mark.parametrize(
    "pieces",
    [{}, {1: b"a"}, {1: b"a", 2: b"bc"}, {0: b"a", 1: b"b"}, {1: b"a", 2: b"b", 3: b"c"}],
)
def test_anything_but_two_pieces_of_one_length_is_refused(pieces: dict[int, bytes]) -> None:
    with pytest.raises(ValueError):
        sharing.joined(pieces)


def test_as_much_chance_as_secret_is_needed() -> None:
    with pytest.raises(ValueError):
        sharing.split(b"ab", b"c")
