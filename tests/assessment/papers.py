"""Papers of tests/tree: right and wrong answers as fields of forms, and other releases of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask

from lms import db
from lms.content.compiling import Compiled, compile_tree
from lms.content.publishing import publish
from tests.conftest import TREE
from tests.page import Page

Fields = dict[str, object]

RIGHT: dict[str, Fields] = {
    "q-see": {"answer": "marks"},
    "q-look": {"answer": ["piles", "hands"]},
    "q-true": {"answer": "false"},
    "q-order": {"place-count": "1", "place-protocol": "2", "place-copy": "3"},
    "q-match": {"match-chair": "r-signs", "match-observer": "r-watches", "match-voter": "r-votes"},
    "q-number": {"answer": "1 200"},
    "q-text": {"answer": "Protocol of Results"},
    "q-gaps": {"gap-g1": "Seal", "gap-g2": "signatures"},
    "q-mixed": {"answer": "write"},
}
WRONG: dict[str, Fields] = {
    "q-see": {"answer": "door"},
    "q-look": {"answer": ["ceiling"]},
    "q-true": {"answer": "true"},
    "q-order": {"place-count": "3", "place-protocol": "2", "place-copy": "1"},
    "q-match": {"match-chair": "r-votes", "match-observer": "r-signs", "match-voter": "r-watches"},
    "q-number": {"answer": "1186"},
    "q-text": {"answer": "a paper"},
    "q-gaps": {"gap-g1": "paper", "gap-g2": "words"},
    "q-mixed": {"answer": "decide"},
}
PARTLY: dict[str, Fields] = {
    "q-look": {"answer": ["piles"]},
    "q-order": {"place-count": "2", "place-protocol": "3", "place-copy": "1"},
    "q-match": {"match-chair": "r-signs", "match-observer": "r-votes", "match-voter": "r-watches"},
    "q-gaps": {"gap-g1": "stamp", "gap-g2": ""},
}


def start(page: Page, quiz: str) -> str:
    """Begin a quiz; give the address of the attempt."""
    page.get(f"/quizzes/{quiz}").submit("/start")
    return "/".join(page.path.split("/")[:3])


def paper(page: Page, attempt: str) -> list[str]:
    """The ids of the questions on a paper, in its order."""
    page.get(f"{attempt}/finish")
    return [
        link.rsplit("/", 1)[-1] for link in page.sheet.links if link.startswith(f"{attempt}/q-")
    ]


def answer(page: Page, attempt: str, question: str, fields: Fields, status: int = 200) -> Page:
    page.get(f"{attempt}/{question}")
    return page.submit(f"/{question}", fields, status=status)


def sit(page: Page, quiz: str, answers: Callable[[str], Fields | None]) -> str:
    """Begin, answer what ``answers`` gives fields for, hand in; give the attempt's address."""
    attempt = start(page, quiz)
    for question in paper(page, attempt):
        fields = answers(question)
        if fields is not None:
            answer(page, attempt, question, fields)
    page.get(f"{attempt}/finish").submit("/finish")
    return attempt


def compiled(folder: Path, changes: dict[str, tuple[str, str]]) -> Compiled:
    """The tree with some words replaced in some files, compiled."""
    copy = folder / "tree"
    if not copy.exists():
        shutil.copytree(TREE, copy)
    for name, (old, new) in changes.items():
        file = copy / name
        text = file.read_text("utf-8")
        assert old in text, f"{name} has no {old!r}"
        file.write_text(text.replace(old, new), "utf-8")
    return compile_tree(copy)


def republish(app: Flask, folder: Path, now: datetime, changes: dict[str, tuple[str, str]]) -> None:
    """Publish the tree with these changes as the next release."""
    found = compiled(folder, changes)
    assert not found.problems, [str(problem) for problem in found.problems]
    with app.app_context(), db.transaction() as session:
        publish(session, found.documents, found.files, now=now, writings=found.writings)
