"""A tree of hashes over a list that only grows: one root commits to everything in it.

As in RFC 6962 and RFC 9162, 2.1: a leaf is ``SHA-256(00 + entry)``, a node ``SHA-256(01 + left +
right)``, and a list is split at the largest power of two below its length. Who has an old root can
check that a newer list begins with the old one, and who has an entry can check that it is in a
list, each with a few dozen hashes and without the list. Source: beyond the peers 23, security C-85.
"""

from collections.abc import Sequence
from hashlib import sha256

Hash = bytes
EMPTY: Hash = sha256(b"").digest()


def leaf(entry: bytes) -> Hash:
    """The hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def _node(left: Hash, right: Hash) -> Hash:
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below a size of 2 or more."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[Hash]) -> Hash:
    """The hash that commits to all these leaves and their order."""
    if not leaves:
        return EMPTY
    # Level by level: an odd one at the end moves up unchanged, which is the same tree.
    level = list(leaves)
    while len(level) > 1:
        pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def inclusion(leaves: Sequence[Hash], index: int) -> tuple[Hash, ...]:
    """The hashes that lead from one leaf to the root, the nearest first.

    Raises IndexError for a leaf that is not there.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path: list[Hash] = []
    level, at = list(leaves), index
    while len(level) > 1:
        if at ^ 1 < len(level):
            path.append(level[at ^ 1])
        pairs = [_node(level[one], level[one + 1]) for one in range(0, len(level) - 1, 2)]
        level, at = pairs + level[len(pairs) * 2 :], at // 2
    return tuple(path)


def is_included(found: Hash, index: int, size: int, path: Sequence[Hash], expected: Hash) -> bool:
    """Whether a leaf stands at a place of the list of this size and root.

    Source: RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    at, last, left = index, size - 1, list(path)
    while last:
        if at & 1 or at == last:
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
            if not left:
                return False
            found = _node(left.pop(0), found)
        else:
            if not left:
                return False
            found = _node(found, left.pop(0))
        at, last = at >> 1, last >> 1
        if not at and not last:
            break
    return not left and found == expected


def consistency(leaves: Sequence[Hash], before: int) -> tuple[Hash, ...]:
    """The hashes that show that a list begins with its own first ``before`` leaves.

    Raises IndexError unless 0 < before <= the length of the list.
    """
    if not 0 < before <= len(leaves):
        raise IndexError(before)
    return tuple(_subproof(leaves, before, known=True))


def _subproof(leaves: Sequence[Hash], before: int, *, known: bool) -> list[Hash]:
    size = len(leaves)
    if before == size:
        return [] if known else [root(leaves)]
    middle = _split(size)
    if before <= middle:
        return [*_subproof(leaves[:middle], before, known=known), root(leaves[middle:])]
    rest = _subproof(leaves[middle:], before - middle, known=False)
    return [*rest, root(leaves[:middle])]


def is_consistent(before: int, old: Hash, size: int, new: Hash, proof: Sequence[Hash]) -> bool:
    """Whether the list of this size and root begins with the one of ``before`` and ``old``.

    Nothing is before the first entry: any list continues an empty one, with an empty proof.
    Source: RFC 9162, 2.1.4.2.
    """
    if before == 0:
        return old == EMPTY and not proof
    if not 0 < before <= size:
        return False
    if before == size:
        return not proof and old == new
    left = list(proof)
    if before & (before - 1) == 0:
        left.insert(0, old)
    if not left:
        return False
    at, last = before - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = left.pop(0)
    for found in left:
        if not last:
            return False
        if at & 1 or at == last:
            first, second = _node(found, first), _node(found, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = _node(second, found)
        at, last = at >> 1, last >> 1
    return not last and first == old and second == new
