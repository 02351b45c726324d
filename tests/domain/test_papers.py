"""Advice on what was written: planted gaps are found in three languages, and nothing is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.papers import CALL_WORDS, ELEMENTS, POINTS, advice, words_in
from lms.domain.scenarios import PAPERS

# The acts are the product's own wording, with every element in it; each gap takes out one.
ACTS = {
    "en": {
        "place": "Precinct No. 17.",
        "time": "At 18:31",
        "own": "we saw ourselves",
        "who": "how the chair",
        "fact": "put two folded sheets beside the box.",
        "request": "Explanation of the person: none was given.",
        "witnesses": "Witnesses: Arman B., Zhanar K.",
        "rule": "Rule: article 43.",
        "mark": "Copy received by hand.",
    },
    "ru": {
        "place": "Участок № 17.",
        "time": "В 18:31",
        "own": "мы лично наблюдали",
        "who": "как председатель",
        "fact": "положила рядом с урной два листа.",
        "request": "Пояснение: не дано.",
        "witnesses": "Свидетели: Арман Б., Жанар К.",
        "rule": "Норма: ст. 43.",
        "mark": "Копию получила.",
    },
    "kk": {
        "place": "№ 17 учаске.",
        "time": "18:31-де",
        "own": "өзіміз көрдік:",
        "who": "төраға",
        "fact": "жәшіктің жанына екі парақ қойды.",
        "request": "Түсініктеме бермеді.",
        "witnesses": "Куәлар: Арман Б., Жанар К.",
        "rule": "Негізі: 43-бап.",
        "mark": "Көшірмесін қабылдады.",
    },
}


def standing(kind: str, text: str) -> set[str]:
    return {sign.element for sign in advice(kind, text) if sign.stands}


@pytest.mark.parametrize("language", ACTS)
def test_a_whole_act_has_every_element(language: str) -> None:
    text = " ".join(ACTS[language].values())
    assert standing("act", text) == set(ELEMENTS["act"]), advice("act", text)


@pytest.mark.parametrize("language", ACTS)
@pytest.mark.parametrize("gap", ["time", "place", "own", "who", "rule", "witnesses", "mark"])
def test_a_gap_planted_in_an_act_is_found(language: str, gap: str) -> None:
    parts = {name: text for name, text in ACTS[language].items() if name != gap}
    assert standing("act", " ".join(parts.values())) == set(ELEMENTS["act"]) - {gap}


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("I saw two sheets; it was obviously planned.", "guess"),
        ("Я видела два листа, наверное, это вброс.", "guess"),
        ("Мен екі парақ көрдім, шамасы, бұл алдау.", "guess"),
    ],
)
def test_a_guess_beside_what_was_seen_is_doubted(text: str, doubt: str) -> None:
    (own,) = [sign for sign in advice("act", text) if sign.element == "own"]
    assert (own.doubt, own.stands) == (doubt, False)


@pytest.mark.parametrize(
    "text", ["They are thieves!", "Это воры", "Бұл ұрылар", "LEAVE US ALONE", "Enough!!"]
)
def test_words_that_accuse_are_doubted(text: str) -> None:
    (tone,) = [sign for sign in advice("act", text) if sign.element == "tone"]
    assert tone.doubt == "heat"


def test_a_lecture_is_no_rule() -> None:
    text = "Article 20, article 39, article 41 and article 43 of the law."
    (rule,) = [sign for sign in advice("application", text) if sign.element == "rule"]
    assert rule.doubt == "lecture"


@pytest.mark.parametrize(
    "text",
    [
        "Precinct 17, 18:32. The chair tells me to leave. Safe. I need a call to her.",
        "Участок 17, 18:32. Председатель требует уйти. В безопасности. Нужен звонок.",
        "№17 учаске, 18:32. Төраға кет дейді. Қауіпсіз. Қоңырау керек.",
    ],
)
def test_a_call_of_twenty_seconds_has_its_five_things(text: str) -> None:
    assert standing("call", text) == set(ELEMENTS["call"]), advice("call", text)


def test_a_call_that_takes_a_minute_is_too_long() -> None:
    text = "Precinct 17. " + "word " * CALL_WORDS
    (short,) = [sign for sign in advice("call", text) if sign.element == "short"]
    assert short.doubt == "long"
    assert words_in("At 18:31, don't") == 3


@pytest.mark.parametrize(
    "text",
    [
        "I do not agree. I did not hinder. I asked for a copy at 01:40. I leave under protest.",
        "Не согласна. Я попросила копию в 01:40. Ухожу с протестом.",
        "Келіспеймін. 01:40-та көшірме сұрадым. Наразылықпен шығамын.",
    ],
)
def test_an_objection_says_no_and_why_and_when(text: str) -> None:
    assert standing("objection", text) == set(ELEMENTS["objection"]), advice("objection", text)


@pytest.mark.parametrize("kind", PAPERS)
def test_nothing_written_has_nothing(kind: str) -> None:
    assert standing(kind, "") == set()


@given(st.sampled_from(PAPERS), st.text(max_size=400))
def test_any_text_gets_advice_on_every_element(kind: str, text: str) -> None:
    signs = advice(kind, text)
    assert tuple(sign.element for sign in signs) == ELEMENTS[kind]
    assert all(sign.points == POINTS[sign.element] for sign in signs)
    assert advice(kind, text) == signs


def test_the_marking_guide_of_an_act_has_ten_points() -> None:
    assert sum(POINTS[element] for element in ELEMENTS["act"]) == 10
