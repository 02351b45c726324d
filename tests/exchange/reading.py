"""What the tests of this room share: samples read and placed, banks built and read."""

from __future__ import annotations

from pathlib import Path

from lms.content.reading import TextFile, digest_of
from lms.exchange.bank import Written, questions_of, section_of
from lms.exchange.items import Item
from lms.exchange.keeping import READERS
from lms.exchange.placing import Known, Placed, Placing

SAMPLES = Path(__file__).parent / "samples"
KNOWN = Known({"rule-one": False, "rule-two": False, "unsettled": True})


def placed(data: bytes, form: str, **more: object) -> list[Placed]:
    """Everything in a file, placed into a new bank under the rule ``rule-one``."""
    placing = Placing("new", KNOWN, **{"rules": ["rule-one"], **more})  # type: ignore[arg-type]
    return [placing.place(found) for found in READERS[form](data)]


def sample(name: str, form: str) -> list[Placed]:
    return placed((SAMPLES / name).read_bytes(), form)


def text_file(text: str) -> TextFile:
    lines = tuple(line.expandtabs(4) for line in text.split("\n"))
    return TextFile("quizzes/banks/made.md", Path(), text, lines, digest_of(text))


def bank_of(items: list[Item]) -> str:
    return "\n".join(["---\ntitle: Made\n---", *(section_of(item) for item in items)])


def written_in(text: str) -> list[Written]:
    return questions_of(text_file(text))[1]


def key(one: Placed) -> tuple[object, ...]:
    """What decides the mark, in a form that can be written out by hand."""
    item = one.item
    if item is None or not one.section:
        return ("refused",)
    if item.type == "match":
        return (item.type, *((part.text, part.other) for part in item.parts))
    if item.type == "order":
        return (item.type, *(part.text for part in item.parts))
    if item.parts:
        return (item.type, *(("+" if p.right else "-") + p.text for p in item.parts))
    if item.type == "number":
        return (item.type, item.value, item.tolerance, item.unit)
    if item.type == "text":
        return (item.type, *item.accepted)
    return (item.type, item.prompt)
