"""Answers in a text file: what a device kept, or a record of one's own, for a trainer to take in.

The file is TOML, so that a person can read it and a program can, and holds no name.
"""

from __future__ import annotations

import json
import tomllib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.assessment.receipts import receipt
from lms.assessment.sittings import Sitting
from lms.domain.questions import Answer, Unreadable
from lms.learning import pages

MOST_BYTES = 256 * 1024
MOST_ANSWERS = 300


class NotOurs(ValueError):
    """The file cannot be read, or belongs to another attempt; ``code`` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Handed:
    """One answer of a file. ``trouble`` says why it cannot be taken in, if it cannot.

    ``kept`` is the answer that the server has, ``same`` that it is this one already.
    """

    question: str
    number: int
    key: uuid.UUID | None
    answer: Answer | None
    kept: Answer | None
    same: bool
    trouble: str | None


def written(sitting: Sitting, now: datetime) -> str:
    """One's own answers as the server has them, with their receipts."""
    lines = [f"attempt = {json.dumps(str(sitting.id))}", f"written = {json.dumps(now.isoformat())}"]
    answers = sitting.attempt.answers
    steps = {s.sequence: s for s in sitting.attempt.steps}
    for number, question_id in enumerate(sitting.attempt.questions, start=1):
        latest = sitting.attempt.latest(question_id)
        if not latest:
            continue
        kind = sitting.books.questions[question_id].kind
        fields = pages.typed_again(kind, answers[question_id])
        shown = ", ".join(f"{json.dumps(n)} = {json.dumps(v)}" for n, v in fields.items())
        lines += [
            "",
            f"# {number}",
            "[[answers]]",
            f"question = {json.dumps(question_id)}",
            f"key = {json.dumps(str(steps[latest].client_key))}",
            f"saved = {json.dumps(steps[latest].at.isoformat())}",
            f"receipt = {json.dumps(receipt(sitting.id, latest, answers[question_id]))}",
            f"fields = {{ {shown} }}",
        ]
    return "\n".join(lines) + "\n"


def read(body: bytes, sitting: Sitting) -> list[Handed]:
    """The answers of a file, each with what is to be said about it. Raises NotOurs."""
    if len(body) > MOST_BYTES:
        raise NotOurs("too-big")
    try:
        found = tomllib.loads(body.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError):
        raise NotOurs("unreadable") from None
    if found.get("attempt") != str(sitting.id):
        raise NotOurs("another-attempt")
    answers = found.get("answers")
    if not isinstance(answers, list) or len(answers) > MOST_ANSWERS:
        raise NotOurs("unreadable")
    return [_one(entry, sitting) for entry in answers]


def _one(entry: Any, sitting: Sitting) -> Handed:
    entry = entry if isinstance(entry, dict) else {}
    question_id = str(entry.get("question", ""))[:160]
    if question_id not in sitting.attempt.questions:
        return Handed(question_id, 0, None, None, None, False, "not-on-paper")
    number, kept = sitting.number_of(question_id), sitting.attempt.answers.get(question_id)
    question = sitting.books.questions[question_id]
    key, fields = _key(entry.get("key")), _fields(entry.get("fields"))
    if key is None or fields is None:
        return Handed(question_id, number, None, None, kept, False, "unreadable")
    if question.marked_by_hand and sitting.attempt.ended_at is not None:
        return Handed(question_id, number, key, None, kept, False, "text-too-late")
    try:
        answer = question.read(fields)
    except Unreadable:
        return Handed(question_id, number, key, None, kept, False, "unreadable")
    return Handed(question_id, number, key, answer, kept, answer == kept, None)


def _key(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def _fields(found: Any) -> dict[str, list[str]] | None:
    if not isinstance(found, Mapping):
        return None
    fields = {}
    for name, values in found.items():
        values = [values] if isinstance(values, str) else values
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            return None
        fields[str(name)] = values
    return fields
