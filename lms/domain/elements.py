"""Whether a note names what a record needs: advice for its writer and its marker, never a mark.

Words are looked for in the three languages at once, by their stems, for a note is often mixed: a
Russian sentence with a Kazakh title. Finding an element does not say that it is right, and a miss
may be a wording that is not known here; a person decides.

Source: beyond the peers, 19; procedures, the act of violation.
"""

import re
from collections.abc import Mapping

from lms.domain.folding import fold

_PATTERNS: Mapping[str, str] = {
    # 20:45, 20.45, 20 h 45; a date is not a time of day.
    "time": r"(?<!\d)(?<!\d\.)(?:[01]?\d|2[0-4])\s?(?:[:.]|h|ч|час\w*|сағат)\s?[0-5]\d(?!\.?\d)",
    "date": (
        r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{4}-\d\d-\d\d\b|\b(?:\d{1,2}\s+)?(?:january|february"
        r"|march|april|june|july|august|september|october|november|december|январ|феврал|март|апрел"
        r"|мая\b|июн|июл|август|сентябр|октябр|ноябр|декабр|қаңтар|ақпан|наурыз|сәуір|мамыр|маусым"
        r"|шілде|тамыз|қыркүйек|қазан\b|қараша|желтоқсан)"
    ),
    "place": (
        r"\b(?:polling station|precinct|station no|участок|участк|учаск|сайлау учаск|школ|мектеп"
        r"|school|address|адрес|мекенжай|мекен-жай)"
    ),
    "who": (
        r"\b(?:chair|secretary|member of the commission|commission member|deputy|observer|voter"
        r"|police|председател|секретар|член\w* комисси|заместител|наблюдател|избирател|полици"
        r"|төраға|төрайым|хатшы|комиссия мүше|мүшесі|орынбасар|байқаушы|бақылаушы|сайлаушы)"
    ),
    "seen": (
        r"\b(?:i saw|we saw|i heard|i counted|i watched|put|took|moved|carried|я видел|я увидел"
        r"|я слышал|я насчитал|положил|взял|перенес|вынес|опустил|көрдім|естідім|санадым|салды"
        r"|алды\b|шығарды|апарды|қойды)"
    ),
    "number": r"(?<![\d:.])\d{1,5}(?:\s+\w+)?\s*(?:ballot|paper|sheet|бюллетен|лист|парақ|дана)",
    "article": (
        r"\barticles?\s*\d+|\bart\.\s*\d+|\bстать\w*\s*\d+|\bст\.\s*\d+|\bп\.\s*\d+"
        r"|\d+\s*[-–]?\s*бап|\d+\s*[-–]?\s*тарма"
    ),
    "witnesses": (
        r"\b(?:witness|in the presence of|свидетел|очевид|в присутстви|куәгер|куә\b|куәлер)"
    ),
    "reply": (
        r"\b(?:said|replied|answered|refused|declined|explained|сказал|ответил|отказал|пояснил"
        r"|заявил|деді|жауап|бас тарт|түсіндір)"
    ),
    "signature": r"\b(?:sign|подпис|қол қой|қолы\b|қолтаңба)",
}
ELEMENTS: tuple[str, ...] = tuple(_PATTERNS)
_READY = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}

# Words that say what the writer concluded, not what was seen.
_JUDGEMENTS = re.compile(
    r"\b(?:fraud\w*|falsif\w*|rigg\w*|criminal\w*|obviously|clearly|фальсифик\w*|подтасов\w*"
    r"|мошенни\w*|преступ\w*|очевидно|явно|бұрмала\w*|алаяқ\w*|қылмыс\w*|анық\b)"
)


def present(text: str) -> frozenset[str]:
    """The elements whose words stand in a note; the text is never changed or kept."""
    folded = fold(text)
    return frozenset(name for name, pattern in _READY.items() if pattern.search(folded))


def judgements(text: str) -> tuple[str, ...]:
    """Words of a note that conclude instead of telling what was seen, each once, in order."""
    return tuple(dict.fromkeys(_JUDGEMENTS.findall(fold(text))))
