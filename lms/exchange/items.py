"""A question on its way between two formats: its words as the Markdown of a bank, and its key.

A reader makes a ``Found`` of everything in a file that looks like a question: either an ``Item``,
or the reason why it cannot be taken. Nothing is guessed: what cannot be marked here as it was
marked there is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_ITEMS = 1_000
MOST_PARTS = 60
MOST_CHARACTERS_IN_A_TEXT = 20_000


class Unreadable(ValueError):
    """A file of which nothing can be read. The message says what is wrong; then the remedy."""


class Refused(ValueError):
    """A question that cannot be taken: what is wrong; what would be right."""


@dataclass(frozen=True)
class Part:
    """An option, an entry of an order, or a row of a match (``other`` is its right side)."""

    text: str
    id: str = ""
    feedback: str = ""
    right: bool = False
    other: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture that came along: its file name in the bank's folder, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Item:
    """One question. All words are Markdown, but ``accepted`` and ``unit``, which are plain.

    ``accepted`` holds the answers of a text; gaps stand in the ``prompt`` as a bank writes them.
    ``value`` and ``tolerance`` are decimals; ``feedback`` stands below the ``=`` line. ``rules``
    may be empty and ``level`` 0: other formats do not know them.
    """

    type: str
    title: str
    prompt: str
    parts: tuple[Part, ...] = ()
    accepted: tuple[str, ...] = ()
    value: str = ""
    tolerance: str = ""
    unit: str = ""
    feedback: str = ""
    columns: tuple[str, str] = ("", "")
    explanation: str = ""
    id: str = ""
    rules: tuple[str, ...] = ()
    level: int = 0
    asks: str = ""
    clock: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Found:
    """What was found at one place of a file. Without an item, ``reasons`` say why."""

    place: str
    title: str
    item: Item | None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Notes = Callable[[str], None]


def taken(place: str, title: str, make: Callable[[Notes], Item]) -> Found:
    """Make one item; a refusal becomes its reason. ``make`` is handed where notes go."""
    notes: list[str] = []

    def note(text: str) -> None:
        if text not in notes:
            notes.append(text)

    try:
        item = make(note)
    except Refused as refused:
        return Found(place, shortened(title), None, (str(refused),), tuple(notes))
    if len(item.parts) > MOST_PARTS or len(item.accepted) > MOST_PARTS:
        reason = f"more than {MOST_PARTS} answers; write a smaller question"
        return Found(place, shortened(title), None, (reason,), tuple(notes))
    return Found(place, shortened(item.title or title), item, (), tuple(notes))


def shortened(words: str, most: int = 70) -> str:
    """The beginning of some words on one line."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def text_of(data: bytes) -> str:
    """A text file as text: UTF-8, or UTF-16 with its mark; line ends of Unix.

    Raises Unreadable for another encoding: letters would be lost without anybody noticing.
    """
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("the file is not UTF-8; save it as UTF-8 (with or without BOM)") from None
    if "\x00" in text:
        raise Unreadable("the file is not a text; save it as UTF-8 text")
    return text.replace("\r\n", "\n").replace("\r", "\n")
