"""Keys that give themselves away: what somebody earns who knows nothing and guesses cleverly.

A guesser sees the words and the order of the options as they stand in the file. Each way of
guessing is played on all questions with options of a bank, in one language, and compared with
ticking at random. Where a way leaves several options open, one of them is taken at random: the
figure is the mean of what they earn, so that it is exact and needs no chance.

The questions of joint exercises are played together, as one bank: an exercise of its own has too
few for a share. What is graded *best* is right there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from lms.content.context import Document
from lms.content.rendering import plain

# What a way of guessing may earn above chance, as a share of the points, before it is a finding.
MARGIN = 0.05
# Options whose lengths differ by less than this share, or by so few letters, look equally long.
SEEN, SEEN_LETTERS = 0.1, 6

JOINT = "joint exercises"

_KINDS = ("single", "truefalse", "multiple", "spot")
_ONE = ("single", "truefalse")
_WORD = re.compile(r"[^\W\d_]+")
# Words of this many letters and more say what a sentence is about; endings are cut off.
_TELLING, _STEM = 4, 5

_ABSOLUTE = {
    "en": {"always", "never", "only", "all", "every", "nobody", "nothing", "none", "any", "must"},
    "ru": {"всегда", "никогда", "только", "все", "всё", "каждый", "никто", "ничего", "любой"},
    "kk": {"әрқашан", "ешқашан", "тек", "барлық", "барлығы", "әрбір", "ешкім", "ештеңе", "кез"},
}
_ALL_OF_THEM = re.compile(
    r"\b(?:(?:all|none|both|each) of (?:the above|these|them)"
    r"|вс[её] (?:перечисленн|сказанн|эт)\w*|(?:ничего|ничто) из \w+|оба варианта"
    r"|(?:осының|аталғанның|жоғарыдағының) (?:бәрі|барлығы)|бәрі де|ешқайсысы)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Guess:
    """What a way of guessing earns in a bank: ``score`` and ``chance`` are shares of the points."""

    bank: str
    language: str
    way: str
    score: float
    chance: float
    questions: int

    @property
    def gain(self) -> float:
        return self.score - self.chance

    @property
    def tells(self) -> bool:
        """Whether this way earns more than is let pass."""
        return self.gain > MARGIN + 1e-9


@dataclass(frozen=True)
class Options:
    """A question as the guesser sees it: what is asked, the options in the order of the file."""

    one: bool
    asked: str
    words: Mapping[str, str]
    right: frozenset[str]

    def earned(self, ticked: Iterable[str]) -> float:
        """The share of the points for these ticks, by the rules of the type of question."""
        chosen = frozenset(ticked)
        if self.one:
            return float(len(chosen) == 1 and chosen <= self.right)
        found = len(chosen & self.right) - len(chosen - self.right)
        return max(0, found) / len(self.right)

    def at_random(self) -> float:
        """What ticking blindly earns on average: one box, or any of them where several may be."""
        if self.one:
            return len(self.right) / len(self.words)
        sets = [s for n in range(1, len(self.words) + 1) for s in combinations(self.words, n)]
        return sum(self.earned(ticked) for ticked in sets) / len(sets)


# A way of guessing: the options left open, of which one is ticked, or a set ticked together.
Way = Callable[[Options, str], "Sequence[str] | frozenset[str]"]


def guesses(documents: Iterable[Document]) -> Iterator[Guess]:
    """Play every way on every bank and language, and on the joint exercises of each.

    Of the documents of the compiler the questions and joint exercises count.
    """
    banks: dict[tuple[str, str], list[Options]] = {}
    for document in documents:
        if document["kind"] == "question" and document["type"] in _KINDS:
            for language in document["texts"]:
                seen = _seen(document, language)
                banks.setdefault((document["bank"], language), []).append(seen)
        elif document["kind"] == "joint":
            for language in document["texts"]:
                banks.setdefault((JOINT, language), []).extend(_seen_jointly(document, language))
    for (bank, language), seen_ones in banks.items():
        chance = sum(one.at_random() for one in seen_ones) / len(seen_ones)
        for name, way in WAYS.items():
            score = sum(_earned(one, way(one, language)) for one in seen_ones) / len(seen_ones)
            yield Guess(bank, language, name, score, chance, len(seen_ones))


def _seen(document: Document, language: str) -> Options:
    text = document["texts"][language]
    return Options(
        document["type"] in _ONE,
        f"{text['title']} {plain(text['prompt_html'])}",
        {part: plain(text["parts"][part]["html"]) for part in document["key"]["options"]},
        frozenset(document["key"]["right"]),
    )


def _seen_jointly(document: Document, language: str) -> Iterator[Options]:
    """The questions before the scenes, and what each side is asked in each scene."""
    texts = document["texts"][language]
    for asked in document["questions"]:
        yield _graded(texts["questions"][asked["id"]], asked["options"])
    for scene in document["scenes"]:
        for side, options in scene["parts"].items():
            yield _graded(texts["scenes"][scene["id"]]["parts"][side], options)


def _graded(text: Document, options: Sequence[Document]) -> Options:
    words = {one["letter"]: plain(text["options"][one["letter"]]["html"]) for one in options}
    best = [one["letter"] for one in options if one["grade"] == "best"]
    # One card is held up, so that one answer is given, whichever of the best it is.
    return Options(True, f"{text['title']} {plain(text['html'])}", words, frozenset(best))


def _earned(one: Options, guess: Sequence[str] | frozenset[str]) -> float:
    if isinstance(guess, frozenset):
        return one.earned(guess)
    return sum(one.earned([ticked]) for ticked in guess) / len(guess)


def _most(values: Mapping[str, float]) -> list[str]:
    top = max(values.values())
    return [part for part, value in values.items() if value >= top - 1e-9]


def _seen_apart(length: int, lengths: Mapping[str, int]) -> bool:
    """Whether a reader sees that this is not the longest."""
    top = max(lengths.values())
    return top - length >= max(SEEN_LETTERS, SEEN * top)


def _longest(one: Options, _: str) -> list[str]:
    lengths = {part: len(words) for part, words in one.words.items()}
    return [part for part, length in lengths.items() if not _seen_apart(length, lengths)]


def _shortest(one: Options, _: str) -> list[str]:
    lengths = {part: len(words) for part, words in one.words.items()}
    least = min(lengths.values())
    return [p for p, length in lengths.items() if length - least < max(SEEN_LETTERS, SEEN * length)]


def _longer_ones(one: Options, language: str) -> Sequence[str] | frozenset[str]:
    if one.one:
        return _longest(one, language)
    lengths = {part: len(words) for part, words in one.words.items()}
    if max(lengths.values()) - min(lengths.values()) < SEEN_LETTERS:
        return [*one.words]
    mean = sum(lengths.values()) / len(lengths)
    return frozenset(part for part, length in lengths.items() if length > mean)


def _at(position: int) -> Way:
    def way(one: Options, _: str) -> list[str]:
        parts = [*one.words]
        return [parts[min(position, len(parts) - 1)]]

    return way


def _last(one: Options, _: str) -> list[str]:
    return [[*one.words][-1]]


def stems(words: str) -> set[str]:
    """The beginnings of the telling words, so that endings do not hide that a word comes again."""
    found = _WORD.findall(words.casefold().replace("ё", "е"))
    return {word[:_STEM] for word in found if len(word) >= _TELLING}


def _echo(one: Options, _: str) -> list[str]:
    asked = stems(one.asked)
    return _most({part: len(stems(words) & asked) for part, words in one.words.items()})


def _sober(one: Options, language: str) -> list[str]:
    absolute = _ABSOLUTE[language]
    sober = [
        part
        for part, words in one.words.items()
        if not absolute.intersection(_WORD.findall(words.casefold()))
    ]
    return sober or [*one.words]


def _odd(one: Options, _: str) -> list[str]:
    """The option built unlike the others: its first letter, its end, figures in it."""
    built = {
        part: (
            words[:1].isupper(),
            words[-1:] if words[-1:] in ".!?…:;" else "",
            any(c.isdigit() for c in words),
        )
        for part, words in one.words.items()
    }
    times = Counter(built.values())
    return _most({part: -times[form] for part, form in built.items()})


def _all_of_them(one: Options, _: str) -> Sequence[str] | frozenset[str]:
    """The option that says so; where several may be ticked, every box."""
    said = [part for part, words in one.words.items() if _ALL_OF_THEM.search(words)]
    if said:
        return said
    return [*one.words] if one.one else frozenset(one.words)


def _together(one: Options, language: str) -> list[str]:
    hints: Counter[str] = Counter()
    for way in (_longest, _echo, _sober, _odd):
        left = way(one, language)
        for part in left:
            hints[part] += 60 // len(left)
    return _most({part: hints[part] for part in one.words})


WAYS: Mapping[str, Way] = {
    "the longest": _longest,
    "the shortest": _shortest,
    "all longer ones": _longer_ones,
    "the first": _at(0),
    "the second": _at(1),
    "the third": _at(2),
    "the last": _last,
    "words of the question": _echo,
    "nothing absolute": _sober,
    "the odd form": _odd,
    "all of the above": _all_of_them,
    "hints together": _together,
}
