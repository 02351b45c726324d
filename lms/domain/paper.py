"""Sheets on paper that are read back by typing: a strip of marks in which no slip goes unseen.

Beside each box of a printed sheet stands what to type if it is ticked: a letter for the mark and a
check character, such as ``A7``. The check character depends on the sheet, the line and the mark,
linearly modulo 31, a prime. So any one wrong character, any two marks that changed places, a mark
left out or typed twice, and a strip of the line above or below are all refused.

Source: beyond the peers 14.
"""

from collections.abc import Sequence

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"  # 31 signs: Crockford's without I, L, O, U and Z
MARKS = "ABCDEFGH"  # A is the best mark of a line, so that one ticks downwards
MOST_LINES = 30
# What a person writes or types for a look-alike, in Latin and in Cyrillic.
LOOKALIKES = str.maketrans("OILUАВЕКМНРСТХУІЅ", "011VABEKMHPCTXY1S")
_PER_LINE, _PER_MARK = 3, 11
CODE_LENGTH = 8


class Unreadable(ValueError):
    """The strip is not one of this sheet: ``line`` (from 1) does not fit; 0 for its length."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def check_character(code: str) -> str:
    """The check character of a sheet's code: a weighted sum modulo 31."""
    return ALPHABET[sum(n * ALPHABET.index(c) for n, c in enumerate(code, start=1)) % 31]


def read_code(typed: str) -> str | None:
    """The code of a sheet as typed, however it is spaced; None when it cannot be one."""
    text = _signs(typed)
    if len(text) != CODE_LENGTH + 1 or any(c not in ALPHABET for c in text):
        return None
    return text[:-1] if check_character(text[:-1]) == text[-1] else None


def shown_code(code: str) -> str:
    """The code as printed: two groups of four and its check character."""
    return f"{code[:4]}-{code[4:]}-{check_character(code)}"


def pair(code: str, line: int, mark: int, top: int) -> str:
    """What to type when ``mark`` is ticked on a line (from 0) with the best mark ``top``."""
    place = top - mark
    seed = sum((n + 7) * ALPHABET.index(c) for n, c in enumerate(code))
    return MARKS[place] + ALPHABET[(seed + _PER_LINE * line + _PER_MARK * place) % 31]


def read_strip(code: str, tops: Sequence[int], typed: str) -> tuple[int, ...]:
    """The marks of every line, from the strip as typed. Raises Unreadable; never guesses."""
    text = _signs(typed)
    if len(text) != 2 * len(tops):
        raise Unreadable(0)
    marks = []
    for line, top in enumerate(tops):
        given = text[2 * line : 2 * line + 2]
        fitting = [mark for mark in range(top + 1) if pair(code, line, mark, top) == given]
        if not fitting:
            raise Unreadable(line + 1)
        marks.append(fitting[0])
    return tuple(marks)


def _signs(typed: str) -> str:
    text = typed.upper().translate(LOOKALIKES)
    return "".join(c for c in text if c not in " -–—·.,;/|\u00a0\t\r\n")
