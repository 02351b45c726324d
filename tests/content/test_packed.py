"""Documents as a process keeps them: packing loses nothing, and what is short stays at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.packed import LONGEST_OPEN, MOST_READ, Packed, Packer

LONG = "ұзақ сөз " * LONGEST_OPEN
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
DOCUMENTS = st.dictionaries(st.text(), VALUES | st.just(LONG) | st.just({"scenes": [LONG]}))


@given(
    DOCUMENTS,
    st.sampled_from(["lesson", "question"]),
    st.dictionaries(st.sampled_from(["en", "ru", "kk"]), DOCUMENTS),
)
def test_a_packed_document_says_what_it_said(
    document: dict[str, Any], kind: str, texts: dict[str, Any]
) -> None:
    document |= {"kind": kind, "texts": texts}
    found = Packer().pack(document)
    assert found == document
    assert dict(found) == document
    assert len(found) == len(document)
    assert all(found[name] == value for name, value in document.items())


def test_what_is_not_there_is_missed_as_in_any_mapping() -> None:
    found = Packer().pack({"slug": "copy", "scenes": LONG})
    assert "absent" not in found
    assert found.get("absent", 7) == 7
    with pytest.raises(KeyError, match="absent"):
        found["absent"]


def test_long_words_are_packed_for_each_language_by_itself_and_titles_stay_at_hand() -> None:
    words = {"title": "Copy", "segments": [LONG]}
    found = Packer().pack({"slug": "copy", "texts": {"en": words, "ru": words}})
    assert list(found["texts"]) == ["en", "ru"]
    packed = found["texts"]["ru"]
    assert isinstance(packed, Packed)
    assert packed["title"] is packed["title"]
    assert packed == words


def test_a_long_value_is_kept_as_an_object_only_while_few_others_were_asked_for() -> None:
    pack = Packer().pack
    shelf: list[Mapping[str, Any]] = [
        pack({"scenes": [LONG, number]}) for number in range(MOST_READ + 1)
    ]
    first = shelf[0]["scenes"]
    assert shelf[0]["scenes"] is first
    for other in shelf[1:]:
        assert other["scenes"]
    again = shelf[0]["scenes"]
    assert again is not first
    assert again == first


def test_short_values_that_documents_share_are_kept_once() -> None:
    pack = Packer().pack
    one, other = (
        pack({"slug": slug, "translations": {"ru": {"state": "current"}}, "scenes": LONG})
        for slug in ("one", "other")
    )
    assert one["translations"] is other["translations"]
    assert one["slug"] != other["slug"]
