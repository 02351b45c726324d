"""A secret in three pieces of which any two give it back, and one alone says nothing.

Shamir's scheme, byte by byte over the field of 256 elements (that of AES): the secret is where a
random line crosses zero, each piece a point of that line. For every byte of one piece each value
of the secret fits exactly one line, so one piece fits every secret equally well.
Source: security C-84; A. Shamir, How to share a secret (1979).
"""

from collections.abc import Mapping

PIECES = 3
NEEDED = 2
_POLYNOMIAL = 0x11B


def _times(a: int, b: int) -> int:
    """Multiplication in the field, without looking at the values by branching on a table."""
    found = 0
    for bit in range(8):
        found ^= a * (b >> bit & 1)
        a = a << 1 ^ _POLYNOMIAL * (a >> 7)
    return found


def _inverse(a: int) -> int:
    """a to the 254th power; every element but zero has one."""
    found, square = 1, a
    for bit in range(1, 8):
        square = _times(square, square)
        if 254 >> bit & 1:
            found = _times(found, square)
    return found


def split(secret: bytes, chance: bytes) -> dict[int, bytes]:
    """The pieces by their number, 1 to 3. ``chance`` is as long as the secret, fresh and random.

    Raises ValueError when it is not as long.
    """
    if len(chance) != len(secret):
        raise ValueError("as much chance as there is secret")
    return {
        number: bytes(
            one ^ _times(slope, number) for one, slope in zip(secret, chance, strict=True)
        )
        for number in range(1, PIECES + 1)
    }


def joined(pieces: Mapping[int, bytes]) -> bytes:
    """The secret of which these are two pieces. Two pieces of different secrets give nonsense.

    Raises ValueError for anything but two different pieces of one length.
    """
    if len(pieces) != NEEDED or not set(pieces) <= set(range(1, PIECES + 1)):
        raise ValueError("two different pieces are needed")
    (a, first), (b, second) = pieces.items()
    if len(first) != len(second):
        raise ValueError("pieces of different secrets")
    # Lagrange at zero: f(0) = f(a) b/(a+b) + f(b) a/(a+b), where + is exclusive or.
    share = _inverse(a ^ b)
    return bytes(
        _times(one, _times(b, share)) ^ _times(other, _times(a, share))
        for one, other in zip(first, second, strict=True)
    )
