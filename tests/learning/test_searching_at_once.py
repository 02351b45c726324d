"""Searching from many threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from lms.learning.progress import _stem

WORDS = ["observation", "counting", "protocols", "removed", "writing", "tables", "lists", "signed"]


def test_stems_are_the_same_from_many_threads() -> None:
    alone = [_stem(word, "en") for word in WORDS]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda word: _stem(word, "en"), WORDS * 500))
    assert together == alone * 500
