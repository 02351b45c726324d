"""The paraphrases of the sources as reviewers read them, and their words put into the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lms.content.compiling import Compiled, compile_tree
from lms.content.paraphrased import (
    amended,
    fitted,
    pairs,
    refusal,
    seal_of,
    seal_of_all,
    source_digest,
    with_review,
)
from tests.content.building import SOURCES, change, good_tree

TEXT = """# Every source, once.
- id: law-43
  instrument: Election Act
  article: 43(8)
  paraphrase:
    en: A copy  # at once
    ru: "Копия: сразу"  # проверить
    kk: >
      Көшірме
      бірден

# What follows is method.
- id: calm
  instrument: Training method
  paraphrase: {en: Keep calm, ru: 'Спокойно', kk: Сабыр}
  reviewed: {ru: 'A, 2026-01-01, 000000000000'}
- id: bare
  instrument: Election Act
  paraphrase:
    en: Nobody has translated this
"""
WHO = "reviewer-1, 2026-11-26"


def said(text: str, language: str) -> list[str]:
    return [pair.words for pair in pairs(text, language)]


def test_each_paraphrase_stands_beside_its_translation_and_says_of_what_it_is() -> None:
    copy, calm = pairs(TEXT, "kk")
    assert (copy.source, copy.words) == ("A copy", "Көшірме бірден")
    assert copy.about == "law-43: Election Act, 43(8)"
    assert calm.about == "calm: Training method"


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("at", [0, 1])
def test_other_words_go_where_the_old_ones_stood_and_nowhere_else(language: str, at: int) -> None:
    before = said(TEXT, language)
    words = 'Копия: "здесь" #1, \\ и {всё}'
    text = amended(TEXT, language, {pairs(TEXT, language)[at].id: words})
    assert said(text, language) == [words if n == at else old for n, old in enumerate(before)]
    other = "kk" if language == "ru" else "ru"
    assert said(text, other) == said(TEXT, other)
    untouched = [line for line in TEXT.split("\n") if line.strip().startswith("#")]
    assert [line for line in text.split("\n") if line.strip().startswith("#")] == untouched
    assert "# at once" in text
    assert amended(TEXT, language, {"0" * 24: words}) == TEXT


def test_a_review_stands_with_each_source_for_one_language_and_is_renewed_in_place() -> None:
    text = with_review(with_review(TEXT, "kk", WHO), "ru", WHO)
    found = {entry["id"]: entry.get("reviewed") for entry in yaml.safe_load(text)}
    assert found["law-43"]["kk"] == f"{WHO}, {seal_of('A copy', 'Көшірме бірден')}"
    assert found["calm"]["ru"] == f"{WHO}, {seal_of('Keep calm', 'Спокойно')}"
    assert found["bare"] is None
    assert with_review(with_review(text, "kk", WHO), "ru", WHO) == text
    assert [said(text, language) for language in ("ru", "kk")] == [
        said(TEXT, language) for language in ("ru", "kk")
    ]


def test_the_seal_of_the_list_is_of_one_language_and_of_its_source() -> None:
    seals = {language: seal_of_all(TEXT, language) for language in ("ru", "kk")}
    kazakh = TEXT.replace("Сабыр", "Сабырлы болыңыз")
    assert seal_of_all(kazakh, "ru") == seals["ru"]
    assert seal_of_all(kazakh, "kk") != seals["kk"]
    english = TEXT.replace("Keep calm", "Stay calm")
    assert seal_of_all(english, "ru") != seals["ru"]
    assert source_digest(english, "ru") != source_digest(TEXT, "ru")
    assert source_digest(kazakh, "kk") == source_digest(TEXT, "kk")


@given(
    st.text(alphabet="аә \n#-:'\"\\{}[]>|&*!%@,", min_size=1, max_size=60).filter(
        lambda words: fitted(words) != ""
    )
)
def test_whatever_may_be_written_is_read_again_as_it_was(words: str) -> None:
    first = pairs(TEXT, "ru")[0]
    text = with_review(amended(TEXT, "ru", {first.id: fitted(words)}), "ru", WHO)
    assert said(text, "ru")[0] == fitted(words)
    assert json.dumps(yaml.safe_load(text), ensure_ascii=False)


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ("Копия – сразу", None),
        ("", "empty"),
        ("К" * 2_001, "long"),
        ("Копия <b>сразу</b>", "html"),
        ("Копия, [[copy]] сразу", "structure"),
    ],
)
def test_only_words_may_stand_in_a_paraphrase(after: str, code: str | None) -> None:
    found = refusal("Копия: сразу", after)
    assert (found[0] if found else None) == code


def reviewed_in(root: Path) -> list[dict[str, str]]:
    made = compile_tree(root)
    assert not made.problems
    sources = next(d for d in made.documents if d["kind"] == "sources")["sources"]
    return [source["reviewed"] for source in sources]


def test_a_review_holds_for_its_very_words(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    file = root / SOURCES
    assert reviewed_in(root) == [{}, {}, {}]
    file.write_text(with_review(file.read_text(), "ru", WHO))
    assert reviewed_in(root)[0] == {"ru": WHO}
    written = next(w for w in compile_tree(root).writings if w["of"] == "sources")
    assert (written["slug"], written["reviewed_by"]) == (f"ru/{SOURCES}", WHO)
    change(root, (SOURCES, "Присутствующий получает копию.", "Присутствующий получит копию."))
    assert reviewed_in(root)[0] == {}
    told = [w for w in compile_tree(root).warnings if w.path == SOURCES]
    assert any("of other words than these" in w.what for w in told)


def test_every_paraphrase_that_ships_could_be_approved_as_it_is(shipped: Compiled) -> None:
    lists = [writing for writing in shipped.writings if writing["of"] == "sources"]
    assert [writing["language"] for writing in lists] == ["ru", "kk"]
    for writing in lists:
        found = pairs(writing["text"], writing["language"])
        assert len(found) > 180
        assert [pair.about for pair in found if refusal(pair.words, pair.words)] == []
