"""Text made comparable: folded answers, look-alike logins, alphabets and word stems."""

import re
import unicodedata

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


def fold(text: str) -> str:
    """Make two spellings of the same words equal: width, case, spaces and ё/е do not count.

    Folding twice changes nothing.

    Source: docs/authoring.md, "A bank".
    """
    # Casefolding can undo the composition it was given, hence the second normalisation.
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _visible(text)).casefold())
    return _SPACES.sub(" ", _visible(once.casefold()).replace("ё", "е")).strip()


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
