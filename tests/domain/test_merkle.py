"""The tree of hashes: known roots, proofs that hold, and none that should not."""

from __future__ import annotations

import os
import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain import merkle

# From the test vectors of the certificate-transparency reference implementation: the leaves, and
# the root after each.
INPUTS = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def leaves(count: int, salt: int = 0) -> list[bytes]:
    return [merkle.leaf(f"{salt}:{number}".encode()) for number in range(count)]


def test_the_roots_are_those_of_the_reference() -> None:
    found = [merkle.leaf(bytes.fromhex(one)) for one in INPUTS]
    assert [merkle.root(found[:size]).hex() for size in range(1, 9)] == list(ROOTS)
    assert merkle.root([]) == sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_shown_to_be_there_and_nowhere_else(size: int) -> None:
    found = leaves(size)
    root = merkle.root(found)
    for index, one in enumerate(found):
        path = merkle.inclusion(found, index)
        assert merkle.is_included(one, index, size, path, root)
        assert not merkle.is_included(merkle.leaf(b"else"), index, size, path, root)
        assert not merkle.is_included(one, (index + 1) % size, size, path, root) or size == 1
        assert not merkle.is_included(one, index, size, (*path, root), root)
        assert not path or not merkle.is_included(one, index, size, path[1:], root)
    with pytest.raises(IndexError):
        merkle.inclusion(found, size)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_beginning_is_shown_to_be_one(size: int) -> None:
    found = leaves(size)
    root = merkle.root(found)
    for before in range(1, size + 1):
        old, proof = merkle.root(found[:before]), merkle.consistency(found, before)
        assert merkle.is_consistent(before, old, size, root, proof)
        assert not merkle.is_consistent(before, merkle.leaf(b"forged"), size, root, proof)
        assert not merkle.is_consistent(before, old, size, merkle.leaf(b"forged"), proof)
        assert not merkle.is_consistent(before, old, size, root, (*proof, root))
    assert merkle.is_consistent(0, merkle.EMPTY, size, root, ())
    assert not merkle.is_consistent(size + 1, root, size, root, ())


def test_a_fork_is_found_every_time() -> None:
    """A list that was rewritten somewhere never passes for the continuation of what was seen."""
    deep = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
    chance = random.Random(int(os.environ.get("LMS_SEED") or 23))
    for history in range(10_000 if deep else 300):
        size = chance.randrange(2, 90)
        before = chance.randrange(1, size)
        seen = leaves(size, history)
        old = merkle.root(seen[:before])
        forked = list(seen)
        for _ in range(chance.choice((1, 1, 2))):
            forked[chance.randrange(before)] = merkle.leaf(chance.randbytes(8))
        if chance.random() < 0.3:
            del forked[chance.randrange(before)]
        honest = merkle.consistency(seen, before)
        assert merkle.is_consistent(before, old, size, merkle.root(seen), honest)
        for proof in (honest, merkle.consistency(forked, min(before, len(forked)))):
            assert not merkle.is_consistent(before, old, len(forked), merkle.root(forked), proof)


@given(st.integers(1, 60), st.data())
def test_a_bent_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    found = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    path = list(merkle.inclusion(found, index))
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        path[at] = bytes([path[at][0] ^ 1]) + path[at][1:]
        assert not merkle.is_included(found[index], index, size, path, merkle.root(found))
