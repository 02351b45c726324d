"""Files in blocks: paired by their place, changed in one and whole in the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.compiling import Compiled
from lms.content.parting import amended, pair_id, pairs, parts, refusal, seal_of
from lms.content.stamping import with_key, with_review

SOURCE = """---
title: The copy
minutes: 5
---
## Ask
Aloud.

/// rule | copy
    name: A copy

You may.

Always.
///
"""
TEXT = """---
title: Көшірме
source_hash: 0123456789ab
reviewed_by:
---
## Сұраңыз
Дауыстап.

/// rule | copy
    name: Көшірме

Болады.

Әрдайым.
///
"""
CASE = "/// case | Бір\n    sources: a\n\nМәтін.\n///"
RULE = "/// rule | a\n    name: A\n\nМәтін.\n///"


def test_blocks_are_the_head_paragraphs_and_whole_blocks_with_their_empty_lines() -> None:
    assert [part.text.split("\n")[0] for part in parts(TEXT)] == [
        "title: Көшірме",
        "## Сұраңыз",
        "/// rule | copy",
    ]
    assert parts(TEXT)[2].text.endswith("Әрдайым.\n///")


def test_one_block_is_changed_and_every_other_line_stays() -> None:
    block = pairs(SOURCE, TEXT)[1]
    assert amended(SOURCE, TEXT, {block.id: "## Сұраңыз\nАнық."}) == TEXT.replace(
        "Дауыстап.", "Анық."
    )
    head = pairs(SOURCE, TEXT)[0]
    assert amended(SOURCE, TEXT, {head.id: "title: Көшірмесі"}) == TEXT.replace(
        "title: Көшірме", "title: Көшірмесі"
    )


def test_files_that_are_built_unlike_each_other_are_not_paired() -> None:
    assert pairs(SOURCE, TEXT + "\nАртық.\n") == []


def test_a_seal_is_of_the_words_and_of_the_source_and_of_nothing_else() -> None:
    seal = seal_of("0123456789ab", TEXT)
    reviewed = with_review(TEXT, "0123456789ab", "reviewer-1, 2026-03-01")
    assert f"reviewed_by: reviewer-1, 2026-03-01, {seal}\n" in reviewed
    assert seal_of("0123456789ab", reviewed) == seal
    assert seal_of("0123456789ab", with_key(TEXT, "source_hash", "ffffffffffff")) == seal
    assert seal_of("ffffffffffff", TEXT) != seal
    assert seal_of("0123456789ab", TEXT.replace("Болады.", "Болады")) != seal


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("- бір {#a}\n- екі {#b}", "- бір {#a}\n- үш {#b}", None),
        ("- бір {#a}\n- екі {#b}", "- бір {#a}", "structure"),
        ("- бір {#a}", "- бір {#b}", "structure"),
        ("[мұнда](#x)", "[осында](#x)", None),
        ("[мұнда](#x)", "[мұнда](#y)", "structure"),
        ("[[chair|төраға]]", "[[chair|төрағаға]]", None),
        ("[[chair|төраға]]", "төраға", "structure"),
        ("= бір | екі", "= бір | екі | үш", None),
        ("| бір | екі |", "| бір |", "structure"),
        (CASE, CASE.replace("Бір", "Екі"), None),
        (RULE, RULE.replace("| a", "| b"), "structure"),
        ("/// warning | А\nБ.\n///", "/// warning | А\nБ.\n///\n\nВ.", "blocks"),
        ("Бір.", "Бір.\n\nЕкі.", "blocks"),
        ("Бір.", "---", "blocks"),
    ],
)  # fmt: skip
def test_only_words_may_change(before: str, after: str, code: str | None) -> None:
    found = refusal(before, after)
    assert (found[0] if found else None) == code


@given(st.text(alphabet="аб \n#-/|{}[]:", max_size=200))
def test_whatever_stands_in_a_file_comes_back_as_it_was(text: str) -> None:
    for pair in pairs(text, text):
        assert pair_id(pair.source, pair.words) == pair.id
    assert amended(text, text, {}) == text


def test_every_translation_that_ships_is_paired_and_could_be_approved_as_it_is(
    shipped: Compiled,
) -> None:
    assert len(shipped.writings) >= 296
    blocks = 0
    for writing in shipped.writings:
        if writing["of"] == "sources":  # one file for all languages: test_paraphrased
            continue
        found = pairs(writing["source"], writing["text"])
        assert found, writing["path"]
        blocks += len(found)
        for pair in found:
            assert pair.words == "" or refusal(pair.words, pair.words) is None, writing["path"]
    assert blocks > 8000
