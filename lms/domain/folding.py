"""Text made comparable: folded answers, look-alike logins, the alphabet, the stems of words."""

import re
import unicodedata
from collections.abc import Callable

_SPACES = re.compile(r"\s+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def _visible(text: str) -> str:
    """Turn control characters into spaces and drop what is invisible or half a character."""
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if category == "Cc":
            kept.append(" ")
        elif category not in ("Cf", "Cs"):
            kept.append(char)
    return "".join(kept)


def clean(text: str) -> str:
    """The text as typed, without control and zero-width characters and outer spaces.

    What is left can be stored by every database and shown back to the person.
    """
    return _SPACES.sub(" ", _visible(text)).strip()


def clean_lines(text: str) -> str:
    """A text of several lines, each cleaned; never more than one empty line between two."""
    lines = [clean(line) for line in text.splitlines()]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept).strip()


def fold(text: str) -> str:
    """Make two spellings of the same words equal: width, case, spaces and ё/е do not count.

    Folding twice changes nothing.

    Source: docs/authoring.md, "A bank".
    """
    before = None
    # Each step may uncover more: a lower case that composes, an accent that was on ё.
    while text != before:
        before = text
        text = unicodedata.normalize("NFKC", _visible(text)).casefold().replace("ё", "е")
        text = _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    return text


def fold_answer(text: str) -> str:
    """Fold a typed answer; punctuation and quotation marks around it do not count either."""
    folded = fold(text)
    return _EDGES.sub("", folded) or folded


# Lower-case letters that pass for a Latin one at a glance, upright or in italics; the letters of
# the Kazakh alphabet fall together with the one they grow out of. Of the digits only nought
# and one: observer2 and observer3 are two people.
_LOOK_ALIKES = str.maketrans(
    {
        **dict(zip("01|", "oll", strict=True)),
        **dict(zip("авгеикмнопрстухьіјѕԁԛԝ", "abreukmhonpctyxbijsdqw", strict=True)),
        **dict(zip("әғқңөұүһҗҳӏ", "erkhoyyhжxl", strict=True)),
        **dict(zip("αβγεηικνορτυχωσς", "abyenikvoptuxwoc", strict=True)),
        **dict(zip("ıɡɑəǝɵøłđħƙŋɩʏ", "igaeeooldhknly", strict=True)),
    }
)


def skeleton(login: str) -> str:
    """What a login looks like, so that two that can be mistaken for each other are one.

    Width, case, accents, outer spaces and invisible characters do not count, and Cyrillic,
    Kazakh and Greek letters and digits become the Latin letter they resemble: ``aigerim``
    with a Cyrillic ``а`` is ``aigerim``. Two logins with one skeleton cannot both exist. It is for
    comparing only and is never shown. The skeleton of a skeleton is itself.

    Source: security, C-43.
    """
    text, before = login, None
    # Each step may uncover more to fold (a decomposed letter, a new case); two are the rule.
    while text != before:
        before = text
        text = unicodedata.normalize("NFKD", _visible(text)).casefold()
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not _is_mark(c))
        text = _SPACES.sub(" ", text.translate(_LOOK_ALIKES)).strip()
    return text


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me")


KAZAKH = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
LATIN = "abcdefghijklmnopqrstuvwxyz"

# What the standard library cannot do: the stem of a word of a language, both lower case.
Stemmer = Callable[[str, str], str]

SortKey = tuple[tuple[int, ...], str]

_GROUP = 1000
_CYRILLIC_PLACE = {letter: place for place, letter in enumerate(KAZAKH)}


def sort_key(text: str, language: str) -> SortKey:
    """What to sort names and titles by: the alphabet of the reader, not the order of codes.

    Case and outer spaces do not count, and digits come before letters. In Kazakh and Russian
    the Cyrillic letters come first and ә follows а (the Kazakh alphabet keeps the order of the
    Russian one, with ё after е); in English the Latin ones do. Accents on Latin letters count
    only between words that are otherwise the same.
    """
    folded = unicodedata.normalize("NFC", " ".join(text.casefold().split()))
    cyrillic, latin = (4, 3) if language == "en" else (3, 4)
    places = []
    for letter in folded:
        base = unicodedata.normalize("NFD", letter)[0]
        if letter in _CYRILLIC_PLACE:
            places.append(cyrillic * _GROUP + _CYRILLIC_PLACE[letter])
        elif base in LATIN:
            places.append(latin * _GROUP + LATIN.index(base))
        elif letter.isdigit():
            places.append(2 * _GROUP + unicodedata.digit(letter, 0))
        elif letter.isalpha():
            places.append(5 * _GROUP + ord(letter))
        else:
            places.append(_GROUP)
    return tuple(places), folded


_VOWELS = frozenset("аәеёиоөуұүыіэюя")
_SHORTEST_STEM = 3
# Endings that follow one another after a stem: plural, possessive, case. Vowel harmony and
# the sound before give each its variants. The longest that fits goes first. (As a table in text:
# seventy quoted words would not be read.)
_ENDINGS = sorted(
    """
    лар лер дар дер тар тер
    ым ім ың ің ы і сы сі м ң мыз міз ымыз іміз ңыз ңіз ыңыз іңіз
    ның нің дың дің тың тің ны ні ды ді ты ті ын ін сын сін
    ға ге қа ке на не да де та те нда нде дан ден тан тен нан нен мен бен пен
    дағы дегі тағы тегі ндағы ндегі
    """.split(),  # noqa: SIM905
    key=len,
    reverse=True,
)
_AFTER_VOWELS = frozenset({"сы", "сі", "сын", "сін"})
_OPEN_SYLLABLES = ("а", "ә", "е", "о", "ө", "я", "шы", "ші")
# A voiceless last sound is voiced before a vowel: жәшік, but жәшігі.
_UNVOICED = str.maketrans("гғб", "кқп")


def stem(word: str, language: str, stemmer: Stemmer | None = None) -> str:
    """The part of a word that its forms share, for finding and never for showing.

    Kazakh endings are taken off here, one after another. For another language ``stemmer`` is
    asked; without one the folded word is its own stem. Stems of different words may be the same.
    """
    folded = fold(word)
    if language == "kk":
        return _kazakh_stem(folded)
    return stemmer(folded, language) if stemmer else folded


def _kazakh_stem(word: str) -> str:
    before = ""
    while word != before:
        before = word
        # The soft sign comes and goes: бюллетень, but бюллетені.
        word = word.rstrip("ьъ")
        ending = next((e for e in _ENDINGS if word.endswith(e) and _may_end(word, e)), "")
        word = word.removesuffix(ending)
    return word[:-1] + word[-1:].translate(_UNVOICED)


def _may_end(word: str, ending: str) -> bool:
    rest = word.removesuffix(ending)
    if len(rest) < _SHORTEST_STEM or _VOWELS.isdisjoint(rest):
        return False
    # комиссия-сы and бақылаушы-сы, but дауыс-ы: с belongs to the ending only after these.
    return ending not in _AFTER_VOWELS or rest.endswith(_OPEN_SYLLABLES)
