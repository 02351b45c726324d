"""What somebody wrote in a run: which signs of the expected elements stand in it. Advice, no mark.

A program can see that a time is there, not that it is the right one. An invented fact makes a paper
worth nothing, and only a person can see that.

Source: answers to removal, 7 (templates and the marking guide).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_PAPER = 4000
# What can be said in twenty seconds, at some two and a half words a second.
CALL_WORDS = 50
# One rule is named; more than two articles are a lecture.
MOST_ARTICLES = 2

# The points that the marking guide gives for each element.
POINTS: Mapping[str, int] = {
    "time": 1,
    "place": 1,
    "own": 2,
    "who": 1,
    "rule": 1,
    "witnesses": 1,
    "request": 1,
    "mark": 1,
    "tone": 1,
    "disagree": 1,
    "protest": 1,
    "safe": 1,
    "need": 1,
    "short": 1,
}
ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "application": ("time", "place", "own", "who", "rule", "request", "mark", "tone"),
    "act": ("time", "place", "own", "who", "rule", "witnesses", "request", "mark", "tone"),
    "objection": ("time", "disagree", "request", "protest", "tone"),
    "call": ("place", "time", "who", "safe", "need", "short", "tone"),
}

_SIGNS: Mapping[str, str] = {
    "time": r"(?<![\d:.])(?:[01]?\d|2[0-3])[:.][0-5]\d(?!\d|[:.]\d)",
    "place": r"(?:precinct|polling station|уик|участ\w*|учаск\w*|уск)\D{0,24}\d+"
    r"|\d+\D{0,3}(?:precinct|учаск\w*|участ\w*)",
    "own": r"\b(?:i|we)(?: \w+){0,2} (?:saw|heard|asked|counted|noted|was|were|am|are)\b"
    r"|\bsaw ourselves\b|\b(?:лично|сам[аи]?) (?:видел|наблюдал|слышал)\w*"
    r"|\b(?:я|мы)(?: \w+){0,2} (?:видел|слышал|наблюдал|попросил|обратил|просил|посчитал)\w*"
    r"|\b(?:видел|слышал|наблюдал|попросил|обратил|посчитал)(?:а|и|ась|ся|ись)?(?:\([а-я]+\))?"
    r"|\b(?:көрдім|көрдік|естідім|естідік|сұрадым|сұрадық|байқадым|байқадық|санадым)\b",
    "who": r"\b(?:chair\w*|member\w*|secretary|officer\w*|police\w*|deputy|guard)\b"
    r"|\b(?:председател|член|секретар|полици|полицейск|сотрудник|охранник|заместител)\w*"
    r"|\b(?:төраға|төрайым|мүше|хатшы|полици|күзетші|орынбасар)\w*",
    "witnesses": r"\bwitness\w*|\bсвидетел\w*|\bочевид\w*|\bкуә\w*",
    "request": r"\bi (?:ask|request|need|asked)\b|\bwe ask\b|\bplease\b|\bexplanation\b|\brefus\w*"
    r"|\bпрошу|\bпросим|\bпопросил\w*|\bтребу\w*|\bпояснени\w*|\bотказ\w*"
    r"|\bсұраймын|\bсұраймыз|\bсұрадым|\bөтінемін|\bтүсініктеме|\bбас тарт\w*",
    "mark": r"\b(?:received|incoming|not accepted|refused to (?:accept|take|sign))\b"
    r"|\bcopy refused\b"
    r"|\bвх\b|\bвходящ\w*|\bприня\w*|\bотметк\w*|\bполучил\w*|\bотказал\w*(?:сь)? (?:принять|от)"
    r"|\bкіріс\w*|\bқабылда\w*|\bалды\b|\bалынды\b",
    "disagree": r"\b(?:do not|don't) agree\b|\bdisagree\b|\bне соглас\w*|\bкеліспеймін|\bқарсымын",
    "protest": r"\bprotest\b|\bпротест\w*|\bнаразылық\w*",
    "safe": r"\b(?:un)?safe\b|\bcannot speak\b|\bbезопасн\w*|\bв безопасности|\bне могу говорить"
    r"|\bқауіпсіз\w*|\bсөйлей алмаймын",
    "need": r"\b(?:i )?(?:need|send|ask|please)\b|\bнуж\w*|\bпришлите|\bпрошу|\bпозвоните"
    r"|\bкерек\w*|\bжіберіңіз|\bсұраймын|\bқоңырау шал\w*",
}
_FOUND = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _SIGNS.items()}
_ARTICLE = re.compile(
    r"\b(?:article|art\.|rule|law)\s*\d*|\bкз-[\w-]+|\bkz-[\w-]+|\b(?:стать|ст\.|п\. ?\d|закон)\w*"
    r"|\b(?:бап|заң)\w*|\b\d+(?:-\d+)?-бап\w*",
    re.IGNORECASE,
)
_GUESS = re.compile(
    r"\b(?:probably|obviously|apparently|i think|they say|surely|must have)\b"
    r"|\b(?:наверн\w*|видимо|очевидно|по-видимому|говорят|кажется|думаю|якобы)\b"
    r"|\b(?:мүмкін|шамасы|дейді|сияқты|меніңше|әлбетте)\b",
    re.IGNORECASE,
)
_HEAT = re.compile(
    r"!{2,}|\b(?:thie(?:f|ves)|liar\w*|criminal\w*|crook\w*|idiot\w*|fraudster\w*|shameless\w*)\b"
    r"|\b(?:вор|воры|ворь[её]|лжец\w*|лгун\w*|преступник\w*|мошенник\w*|идиот\w*|бессовестн\w*)\b"
    r"|\b(?:ұры\w*|өтірікші\w*|қылмыскер\w*|алаяқ\w*|ұятсыз\w*)\b",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"\b[^\W\d_]{5,}\b")


@dataclass(frozen=True)
class Sign:
    """One expected element: what of the text stands for it, and why it may not be enough.

    ``found`` are the words that were taken for it, empty where nothing was. ``doubt`` is empty,
    or one of: guess (an inference beside what was seen), lecture (too many articles), heat (words
    that accuse), long (more than can be said in twenty seconds).
    """

    element: str
    points: int
    found: str
    doubt: str = ""

    @property
    def stands(self) -> bool:
        return bool(self.found) and not self.doubt


def advice(kind: str, text: str) -> tuple[Sign, ...]:
    """Every element that a paper of this kind should have, with what was found of it.

    ``kind`` is one of ``scenarios.PAPERS``; a kind that does not exist raises KeyError. The same
    text always gets the same advice, in whichever of the three languages it is written.
    """
    return tuple(_sign(element, text) for element in ELEMENTS[kind])


def words_in(text: str) -> int:
    """How many words there are to be said."""
    return len(re.findall(r"\w+(?:[:.'-]\w+)*", text))


def _sign(element: str, text: str) -> Sign:
    points = POINTS[element]
    if element == "tone":
        heat = _HEAT.search(text) or next(
            (word for word in _SHOUTED.finditer(text) if word.group().isupper()), None
        )
        return Sign(element, points, heat.group() if heat else text[:1].strip(), _if("heat", heat))
    if element == "short":
        count = words_in(text)
        return Sign(element, points, str(count) if count else "", _if("long", count > CALL_WORDS))
    if element == "rule":
        articles = [found.group() for found in _ARTICLE.finditer(text)]
        doubt = _if("lecture", len(articles) > MOST_ARTICLES)
        return Sign(element, points, ", ".join(articles[: MOST_ARTICLES + 1]), doubt)
    found = _FOUND[element].search(text)
    guess = _GUESS.search(text) if element == "own" else None
    return Sign(element, points, found.group() if found else "", _if("guess", guess and found))


def _if(doubt: str, holds: object) -> str:
    return doubt if holds else ""
