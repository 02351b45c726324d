import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.search import SNIPPET_LENGTH, Hit, Index, Page

COPY = Page("copy", "en", "The protocol and your copy", "Ask for a stamped copy of the protocol.")
STAY = Page("stay", "en", "Stay in the room", "The chair signs the protocol; you watch the box.")
BOX = Page("box", "kk", "Жәшік", "Дауыс беру жәшігі мөрленген болуы керек.")
AKT = Page("akt", "ru", "Акт", "Учёт бюллетеней заканчивается актом.")


def without_s(word: str, language: str) -> str:
    return word.removesuffix("s") if language == "en" else word


@pytest.fixture
def index() -> Index:
    return Index([COPY, STAY, BOX, AKT], without_s)


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.page.id for hit in hits]


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_a_page_that_has_more_of_the_words_comes_first(index: Index) -> None:
    assert ids(index.search("protocol box", "en")) == ["stay", "copy"]
    assert [hit.words for hit in index.search("protocol box", "en")] == [2, 1]


def test_a_word_in_the_title_weighs_more(index: Index) -> None:
    assert ids(index.search("protocol", "en")) == ["copy", "stay"]


def test_only_pages_of_the_language_are_found(index: Index) -> None:
    assert ids(index.search("жәшік", "kk")) == ["box"]
    assert index.search("жәшік", "en") == ()
    assert index.search("protocol", "xx") == ()


def test_other_forms_and_spellings_of_a_word_are_found(index: Index) -> None:
    assert ids(index.search("PROTOCOLS", "en")) == ["copy", "stay"]
    assert ids(index.search("жәшіктер", "kk")) == ["box"]
    assert ids(index.search("учет", "ru")) == ["akt"]


def test_the_beginning_of_a_word_finds_it_when_nothing_else_does(index: Index) -> None:
    assert ids(index.search("stam", "en")) == ["copy"]
    assert index.search("st", "en") == ()


def test_marks_stand_where_the_words_stand_as_written(index: Index) -> None:
    hit = index.search("protocol copy", "en")[0]
    assert marked(COPY.title, hit.title_marks) == ["protocol", "copy"]
    assert marked(COPY.text, hit.marks) == ["copy", "protocol"]
    kazakh = index.search("жәшік", "kk")[0]
    assert marked(BOX.text, kazakh.marks) == ["жәшігі"]


def test_a_snippet_shows_the_words_in_a_long_text() -> None:
    text = "Nothing here. " * 100 + "The chair hid the protocol and the seal. " + "Nothing. " * 100
    hit = Index([Page("long", "en", "Long", text)]).search("protocol seal", "en")[0]
    start, end = hit.snippet
    assert "hid the protocol and the seal" in text[start:end]
    assert end - start <= SNIPPET_LENGTH * 5 // 4
    assert text[start - 1] == " "
    assert not text[end].isalnum() or not text[end - 1].isalnum()


def test_a_page_found_by_its_title_shows_its_beginning(index: Index) -> None:
    hit = index.search("room", "en")[0]
    assert hit.marks == ()
    assert hit.snippet == (0, len(STAY.text))


def test_a_query_without_words_finds_nothing(index: Index) -> None:
    assert index.search("", "en") == ()
    assert index.search(" ?! ", "en") == ()


def test_no_more_than_the_limit_is_given(index: Index) -> None:
    assert ids(index.search("protocol", "en", limit=1)) == ["copy"]


@given(st.text(max_size=400), st.lists(st.text(max_size=300), max_size=4))
def test_any_query_of_any_pages_gives_spans_within_them(query: str, texts: list[str]) -> None:
    index = Index([Page(str(n), "en", text[:20], text) for n, text in enumerate(texts)])
    for asked in (query, *texts):
        for hit in index.search(asked, "en"):
            assert all(0 <= a < b <= len(hit.page.text) for a, b in hit.marks)
            assert all(0 <= a < b <= len(hit.page.title) for a, b in hit.title_marks)
            assert 0 <= hit.snippet[0] <= hit.snippet[1] <= len(hit.page.text)
            assert hit.words >= 1


def test_an_index_that_can_ask_for_texts_again_keeps_none_and_finds_the_same(
    index: Index,
) -> None:
    texts = {page.id: page.text for page in (COPY, STAY, BOX, AKT)}
    light = Index([COPY, STAY, BOX, AKT], without_s, texts.__getitem__)
    for asked, language in (("protocol box", "en"), ("room", "en"), ("учет", "ru"), ("st", "en")):
        assert light.search(asked, language) == index.search(asked, language)
    texts["copy"] = "Asked for when it is shown."
    assert light.search("protocol", "en")[0].page.text == "Asked for when it is shown."


def test_words_far_down_in_a_long_text_are_found_where_they_stand() -> None:
    text = "х " * 40_000 + "печать"
    hit = Index([Page("far", "ru", "Долго", text)]).search("печать", "ru")[0]
    assert marked(text, hit.marks) == ["печать"]


@given(st.lists(st.text("абв", min_size=1, max_size=4), max_size=30), st.text("абв", min_size=3))
def test_each_word_that_is_there_is_found_and_no_other(words: list[str], asked: str) -> None:
    index = Index([Page(str(n), "xx", "", word) for n, word in enumerate(words)])
    exact = [str(n) for n, word in enumerate(words) if word == asked]
    begun = [str(n) for n, word in enumerate(words) if word.startswith(asked)]
    assert sorted(ids(index.search(asked, "xx", limit=99))) == sorted(exact or begun)
