"""What a note names is found in three languages, and a miss is told as a miss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.elements import ELEMENTS, judgements, present

NOTES = {
    "en": (
        "On 9 June 2019 at 21:40, polling station 17, school 4. The chair put 12 ballots from her "
        "bag on the pile. I saw it from two metres, and said so. She answered: you may not speak. "
        "Article 20. Witness: A. K. Signed by both."
    ),
    "ru": (
        "9 июня 2019 года в 21.40, участок № 17, школа 4. Председатель положила 12 бюллетеней из "
        "сумки в пачку. Я видел это с двух метров. Она ответила отказом. Статья 20. "
        "Свидетель: А. К. Подписи обоих."
    ),
    "kk": (
        "2019 жылғы 9 маусым, сағат 21:40, № 17 учаске, 4-мектеп. Төраға сөмкесінен 12 бюллетень "
        "алып, бумаға салды. Мен екі метрден көрдім. Ол жауап беруден бас тартты. 20-бап. "
        "Куәгер: А. К. Екеуі қол қойды."
    ),
}
# One sentence taken out, and the element that is gone with it.
WITHOUT = [
    ("en", " at 21:40", "time"),
    ("en", " Article 20.", "article"),
    ("en", " Witness: A. K.", "witnesses"),
    ("en", "On 9 June 2019 a", "date"),
    ("en", " Signed by both.", "signature"),
    ("ru", " в 21.40", "time"),
    ("ru", " Статья 20.", "article"),
    ("ru", " Свидетель: А. К.", "witnesses"),
    ("ru", " Она ответила отказом.", "reply"),
    ("ru", ", участок № 17, школа 4", "place"),
    ("kk", ", сағат 21:40", "time"),
    ("kk", " 20-бап.", "article"),
    ("kk", " Куәгер: А. К.", "witnesses"),
    ("kk", " Ол жауап беруден бас тартты.", "reply"),
    ("kk", " Екеуі қол қойды.", "signature"),
]


@pytest.mark.parametrize("language", NOTES)
def test_a_whole_note_has_every_element(language: str) -> None:
    assert present(NOTES[language]) == set(ELEMENTS)


@pytest.mark.parametrize(("language", "sentence", "element"), WITHOUT)
def test_what_is_taken_out_of_a_note_is_missed(language: str, sentence: str, element: str) -> None:
    note = NOTES[language]
    assert sentence in note
    assert set(ELEMENTS) - present(note.replace(sentence, "")) == {element}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("This was fraud, clearly fraud.", ("fraud", "clearly")),
        ("Явная фальсификация.", ("фальсификация",)),
        ("Бұл бұрмалау.", ("бұрмалау",)),
        ("12 ballots were put on the pile.", ()),
    ],
)
def test_conclusions_are_named_and_what_was_seen_is_not(text: str, words: tuple[str, ...]) -> None:
    assert judgements(text) == words


@given(st.text(max_size=200))
def test_any_text_can_be_looked_through(text: str) -> None:
    assert present(text) <= set(ELEMENTS)
    judgements(text)
