import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.folding import clean, fold, fold_answer, skeleton, sort_key, stem

ALPHABETS = st.sampled_from(
    "аәбвгғдеёиіңкқопөрстуұүхһыэюяАВЕКМНОРСТХІabeiopxyl01ABEOİıßΑΟαο̆\u200b "
)
WORDS = st.text(max_size=20) | st.text(ALPHABETS, max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Протокол  УЧЁТА ", "протокол учета"),
        ("ＳＥＡＬ", "seal"),
        ("the\N{NO-BREAK SPACE}seal", "the seal"),
        ("про\N{SOFT HYPHEN}токол", "протокол"),
        ("и\u0306од", "йод"),
        ("Ё\u0306", "ӗ"),
    ],
)
def test_spellings_of_the_same_words_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_keeps_letters_apart_that_are_different_letters() -> None:
    assert len({fold(letter) for letter in "иійқкңнәаөоұүуһх"}) == 16


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("«Протокол».", "протокол"),
        ('"a seal!"', "a seal"),
        ("43(8)", "43(8"),
        ("— да", "да"),
        ("?!", "?!"),
    ],
)
def test_punctuation_around_an_answer_does_not_count(typed: str, folded: str) -> None:
    assert fold_answer(typed) == folded


def test_cleaning_keeps_the_words_and_drops_what_cannot_be_seen() -> None:
    assert clean("  Sea\u200bl\x00 No.\t7\ud800 ") == "Seal No. 7"


@pytest.mark.parametrize(
    "login",
    [
        "aigerim",
        "Aigerim ",
        "AIGERIM",
        "аigerіm",
        "a\u200bigerim",
        "ａｉｇｅｒｉｍ",
        "aıgerim",
        "aigérim",
    ],
)
def test_logins_that_look_alike_have_one_skeleton(login: str) -> None:
    assert skeleton(login) == "aigerim"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("observer0", "observero"),
        ("trainer1", "trainerl"),
        ("сосо", "coco"),
        ("Κορ", "kop"),
        ("қайрат", "кайрат"),
        ("ұлан", "ұлан "),
        ("һаn", "han"),
        ("Ерлан", "epлah"),
    ],
)
def test_other_pairs_that_can_be_mistaken_are_one(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_logins_that_differ_to_the_eye_stay_different() -> None:
    logins = ["observer2", "observer3", "aigerim", "aigerima", "marat", "murat", "ержан", "нұржан"]
    assert len({skeleton(login) for login in logins}) == len(logins)


@given(WORDS)
def test_a_skeleton_is_its_own_skeleton(login: str) -> None:
    once = skeleton(login)
    assert skeleton(once) == once


@given(WORDS)
def test_a_skeleton_does_not_depend_on_case_form_or_outer_spaces(login: str) -> None:
    for variant in (f" {login}\t", unicodedata.normalize("NFD", login), login.casefold()):
        assert skeleton(variant) == skeleton(login)


@given(WORDS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_answer(fold_answer(text)) == fold_answer(text)
    assert clean(clean(text)) == clean(text)


# order


def test_a_kazakh_list_follows_the_kazakh_alphabet() -> None:
    words = "яғни һәм ыдыс ішкі өкіл ұлт үй ңа нан қала кала ғарыш гүл ән ала ёлка ел".split()  # noqa: SIM905
    expected = "ала ән гүл ғарыш ел ёлка кала қала нан ңа өкіл ұлт үй һәм ыдыс ішкі яғни".split()  # noqa: SIM905
    assert sorted(words, key=lambda word: sort_key(word, "kk")) == expected


def test_a_russian_list_follows_the_russian_alphabet() -> None:
    words = ["Ярлык", "ёж", "Еда", "урна", "жалоба", "Акт", "еж"]
    expected = ["Акт", "Еда", "еж", "ёж", "жалоба", "урна", "Ярлык"]
    assert sorted(words, key=lambda word: sort_key(word, "ru")) == expected


def test_an_english_list_puts_its_own_letters_first_and_reads_over_accents() -> None:
    words = ["seal", "Zone", "élan", "ёж", "eland", "7 seals", "акт"]
    expected = ["7 seals", "élan", "eland", "seal", "Zone", "акт", "ёж"]
    assert sorted(words, key=lambda word: sort_key(word, "en")) == expected
    assert sorted(["zone", "акт"], key=lambda word: sort_key(word, "kk")) == ["акт", "zone"]


def test_words_are_sorted_as_words_and_case_does_not_count() -> None:
    words = ["ала тау", "алап", "Ала"]
    assert sorted(words, key=lambda word: sort_key(word, "kk")) == ["Ала", "ала тау", "алап"]


@given(WORDS, st.sampled_from(["kk", "ru", "en"]))
def test_any_text_can_be_sorted(text: str, language: str) -> None:
    assert sort_key(text, language) == sort_key(f" {text.casefold()} ", language)


# stems


@pytest.mark.parametrize(
    "forms",
    [
        "жәшік жәшігі жәшікке жәшіктер жәшігін жәшігіне жәшігінің жәшіктегі жәшікпен жәшіктерін",
        "сайлау сайлауда сайлаудың сайлауы сайлаулар сайлауға сайлауды сайлаудан сайлауының",
        "бюллетень бюллетеньдер бюллетені бюллетеньнің бюллетеньге бюллетеньмен бюллетеньдердің",
        "комиссия комиссиясы комиссияның комиссияға комиссиялар комиссиялары комиссиясына",
        "дауыс дауысы дауыстар дауысын дауыстың",
        "кітап кітабы кітапты кітаптар",
        "құқық құқығы құқықтар құқығын",
        "хаттама хаттаманың хаттамасы хаттаманы хаттамаға",
        "бақылаушы бақылаушылар бақылаушыға бақылаушысы бақылаушының",
        "төраға төрағаның төрағасы төрағаға",
    ],
)
def test_the_forms_of_a_kazakh_word_share_a_stem(forms: str) -> None:
    assert len({stem(form, "kk") for form in forms.split()}) == 1


def test_different_kazakh_words_keep_different_stems() -> None:
    words = ["жәшік", "сайлау", "бюллетень", "комиссия", "хаттама", "төраға", "мөр", "су", "үй"]
    assert len({stem(word, "kk") for word in words}) == len(words)


def test_another_language_asks_its_stemmer_for_the_folded_word() -> None:
    assert stem("Ballots", "en", lambda word, language: f"{language}:{word}") == "en:ballots"
    assert stem("Ballots", "en") == "ballots"


@given(WORDS)
def test_every_word_has_a_stem(word: str) -> None:
    found = stem(word, "kk")
    assert len(found) <= len(fold(word))
    assert bool(found) == bool(fold(word).rstrip("ьъ"))
