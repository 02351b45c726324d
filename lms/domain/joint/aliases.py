"""Aliases: two words of nature, drawn at random for one session and never from a person.

A number stands for the pair, so that a card is called the same thing in three languages. Nothing
about the person goes in: the same person in two sessions is to everybody else two people.

Source: security C-69.
"""

from __future__ import annotations

from collections.abc import Collection
from random import Random

from lms.domain.languages import SOURCE_LANGUAGE

_WORDS = """
birch берёза қайың|oak дуб емен|maple клён үйеңкі|willow ива тал|poplar тополь терек
pine сосна қарағай|cedar кедр балқарағай|juniper арча арша|tulip тюльпан қызғалдақ
poppy мак көкнәр|clover клевер беде|wormwood полынь жусан|reed камыш қамыс|apple яблоко алма
apricot урюк өрік|cherry вишня шие|walnut орех жаңғақ|barley ячмень арпа|millet просо тары
moss мох мүк
"""
_SECOND = """
falcon сокол сұңқар|lark жаворонок бозторғай|swallow ласточка қарлығаш|crane журавль тырна
swan лебедь аққу|owl сова жапалақ|heron цапля құтан|stork аист дегелек|hare заяц қоян
fox лиса түлкі|deer олень бұғы|marmot сурок суыр|lynx рысь сілеусін|otter выдра құндыз
saiga сайга киік|horse лошадь жылқы|camel верблюд түйе|spring родник бұлақ|river река өзен
lake озеро көл|rain дождь жаңбыр|snow снег қар|wind ветер жел|cloud облако бұлт
star звезда жұлдыз|moon луна ай|dawn заря таң|stone камень тас|amber янтарь кәріптас
silver серебро күміс
"""


def _list(text: str) -> tuple[dict[str, str], ...]:
    entries = [entry.split() for line in text.split("\n") for entry in line.split("|") if entry]
    return tuple(dict(zip(("en", "ru", "kk"), entry, strict=True)) for entry in entries)


FIRST_WORDS, SECOND_WORDS = _list(_WORDS), _list(_SECOND)
HOW_MANY = len(FIRST_WORDS) * len(SECOND_WORDS)


def draw_alias(taken: Collection[int], random: Random) -> int:
    """A number that nobody in this session has. Raises LookupError when all are taken."""
    known = frozenset(taken)
    free = [number for number in range(HOW_MANY) if number not in known]
    if not free:
        raise LookupError("all aliases of this session are taken")
    return random.choice(free)


def alias(number: int, language: str) -> str:
    """The two words of a number, such as ``Birch-Falcon``, in this language or in English."""
    first, second = divmod(number, len(SECOND_WORDS))
    pair = [
        words.get(language) or words[SOURCE_LANGUAGE]
        for words in (FIRST_WORDS[first], SECOND_WORDS[second])
    ]
    return "-".join(word.capitalize() for word in pair)
