import pytest

from lms.domain.languages import LANGUAGES, pick


def test_a_reader_gets_their_own_language_when_it_is_there() -> None:
    assert pick({"en": "copy", "kk": "көшірме"}, "kk") == ("көшірме", "kk")


def test_a_missing_translation_falls_back_to_the_source_and_says_so() -> None:
    assert pick({"en": "copy", "ru": "копия"}, "kk") == ("copy", "en")


def test_without_the_source_any_language_is_better_than_none() -> None:
    assert pick({"ru": "копия"}, "kk") == ("копия", "ru")


def test_no_words_at_all_is_an_error() -> None:
    with pytest.raises(LookupError):
        pick({}, "en")


def test_the_source_language_comes_first() -> None:
    assert LANGUAGES == ("en", "ru", "kk")
