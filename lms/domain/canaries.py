"""Figures in a question's story that differ from account to account: a leak tells whose it was.

The number of a station and the minutes of an hour decide nothing in the questions that name them as
their own; each account reads different ones, always the same. A text that turns up elsewhere is
then compared with what everybody read.

Source: security, C-75 (items that exist for one account).
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence

_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_NUMBER = re.compile(r"[1-9]\d{2,5}")
_TAG = re.compile(r"(<[^<>]*>)")
_WORD = re.compile(r"\w+")
# So many words on each side of a figure make its place in a text.
BESIDE = 3
Readings = Mapping[int, frozenset[str]]


def is_sample(text: str) -> bool:
    """Whether a figure may differ between accounts: a time like 19:05, or 3 to 6 digits."""
    return bool(_TIME.fullmatch(text) or _NUMBER.fullmatch(text))


def ways(sample: str) -> int:
    """How many figures may stand in place of this one: 60 for a time, whose hour stays."""
    return 60 if ":" in sample else 9 * int(10 ** (len(sample) - 1))


def figures(samples: Sequence[str], secret: bytes) -> tuple[str, ...]:
    """The figures of one account in place of these, drawn from its ``secret`` alone."""
    found = []
    for number, sample in enumerate(samples):
        digest = hmac.digest(secret, f"{number}:{sample}".encode(), hashlib.sha256)
        drawn = int.from_bytes(digest) % ways(sample)
        least = 0 if ":" in sample else 10 ** (len(sample) - 1)
        found.append(f"{sample[:3]}{drawn:02}" if ":" in sample else str(least + drawn))
    return tuple(found)


def told(text: str, samples: Sequence[str], given: Sequence[str]) -> str:
    """The same text with ``given`` in place of the samples, all at once and whole figures only."""
    if not samples:
        return text
    by_sample = dict(zip(samples, given, strict=True))
    return _places(samples).sub(lambda found: by_sample[found[0]], text)


def told_in_html(html: str, samples: Sequence[str], given: Sequence[str]) -> str:
    """The same for a page: what stands in tags stays."""
    if not samples:
        return html
    parts = _TAG.split(html)
    return "".join(part if part.startswith("<") else told(part, samples, given) for part in parts)


def stands(text: str, sample: str) -> bool:
    """Whether a text has this figure."""
    return bool(_places([sample]).search(text))


def _places(samples: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, samples), key=len, reverse=True)
    return re.compile(rf"(?<![\d:])(?:{'|'.join(longest_first)})(?![\d:]|[.,]\d)")


def readings(leak: str, wording: str, samples: Sequence[str]) -> Readings:
    """What a leaked text has in place of each sample of a wording; numbers of samples to figures.

    A figure counts where the words around it are those of the wording, whatever the spaces, signs
    and case. Nothing where the text does not repeat the question.
    """
    found: dict[int, set[str]] = {}
    words = _words(leak)
    for number, sample in enumerate(samples):
        for before, after in _contexts(_words(wording), sample):
            for place in _matches(words, before, after, sample):
                found.setdefault(number, set()).add(words[place])
    return {number: frozenset(seen) for number, seen in found.items()}


def _words(text: str) -> list[str]:
    """The words of a text, folded; a time is one word."""
    found = re.finditer(rf"(?<![\d:])(?:{_TIME.pattern})(?![\d:])|{_WORD.pattern}", text)
    return [one[0].casefold().replace("ё", "е") for one in found]


def _contexts(words: Sequence[str], sample: str) -> Iterator[tuple[list[str], list[str]]]:
    for place, word in enumerate(words):
        if word == sample:
            yield list(words[max(0, place - BESIDE) : place]), list(words[place + 1 :][:BESIDE])


def _matches(
    words: Sequence[str], before: Sequence[str], after: Sequence[str], sample: str
) -> Iterator[int]:
    """Where the words on both sides are these; other figures beside the place may differ."""
    form = _TIME if ":" in sample else _NUMBER
    for place, word in enumerate(words):
        start = place - len(before)
        if start < 0 or not form.fullmatch(word) or len(word) != len(sample):
            continue
        beside = [*words[start:place], *words[place + 1 : place + 1 + len(after)]]
        wanted = [*before, *after]
        if len(beside) == len(wanted) and all(
            one == other or (is_sample(one) and is_sample(other))
            for one, other in zip(beside, wanted, strict=True)
        ):
            yield place


def fits(own: Sequence[str], found: Readings) -> bool:
    """Whether every figure that was found may be this account's."""
    return all(own[number] in seen for number, seen in found.items())


def odds(samples: Sequence[str], found: Readings) -> int:
    """One account in so many would fit by chance, for what was found of one question."""
    product = 1
    for number, seen in found.items():
        product *= max(1, ways(samples[number]) // len(seen))
    return product
