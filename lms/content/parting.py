"""A file of content as a reviewer reads it: block by block, each beside the one it translates.

A translation repeats its source one block for one block, so that blocks are paired by their place.
A block is the head, a ``///`` block, or lines that no empty line parts.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lms.content.reading import MOST_CHARACTERS_IN_A_LINE, REFUSED_CHARACTERS

# What is written by the program and by the one who reviews, not by the one who translates.
_KEPT_KEYS = re.compile(r"(?:source_hash|reviewed_by):.*")
PAIR_DIGITS = 24
MOST_LETTERS = 12_000

# What is no word: it is the same in every language, and an amendment must not change it.
_TOKENS = re.compile(
    r"\{[#.][^{}\n]*\}"  # ids and attributes
    r"|\]\([^()\n]*\)"  # where a link leads
    r"|\[\[[a-z0-9-]+"  # a term of the glossary
    r"|\{\{"  # a gap
    r"|\[\^[^\]\n]+\]"  # a footnote
    r"|^///[ ]*(?:(?:rule|check|duty|figure)[ ]*\|[ ]*[^\n]+|[a-z]*)"  # a block, named by an id
    r"|^[ ]{4}[a-z-]+:(?=[ ])"  # an option of a block
    r"|^[ ]*(?:[-*]|[0-9]+\.)[ ]"  # an entry of a list
    r"|^[ ]*>"  # feedback, an explanation, a quote
    r"|^:[ ]{3}"  # what a term means
    r"|^\#+[ ]"  # a heading
    r"|^(?:title|objectives):",  # the head
    re.MULTILINE,
)
_HTML = re.compile(r"<[a-zA-Z/!?]")


@dataclass(frozen=True)
class Part:
    """Some lines of a file, with how many empty lines stand before them."""

    text: str
    gap: int = 0


@dataclass(frozen=True)
class Pair:
    """A block and its translation. ``id`` names these very words on both sides.

    ``about`` says what a block is of, where its words do not.
    """

    source: str
    words: str
    about: str = ""

    @property
    def id(self) -> str:
        return pair_id(self.source, self.words)


def pair_id(source: str, words: str) -> str:
    """What names a block in these words, translated with these: change a comma, and it is new."""
    return hashlib.sha256(f"{source}\0{words}".encode()).hexdigest()[:PAIR_DIGITS]


def parts(text: str) -> list[Part]:
    """The blocks of a file, in order; the head first, without the keys that nobody translates.

    A file that has no head, as the glossary need not, has an empty one.
    """
    lines = text.split("\n")
    head: list[str] = []
    begin = 0
    if lines[0] == "---" and "---" in lines[1:]:
        begin = lines.index("---", 1) + 1
        head = [line for line in lines[1 : begin - 1] if not _KEPT_KEYS.fullmatch(line)]
    return [Part("\n".join(head)), *_blocks(lines[begin:])]


def _blocks(lines: Sequence[str]) -> Iterator[Part]:
    own: list[str] = []
    gap, inside = 0, False
    for line in lines:
        opens = line.startswith("/// ") and not inside
        if own and not inside and (opens or not line.strip()):
            yield Part("\n".join(own), gap)
            own, gap = [], 0
        if not own and not line.strip():
            gap += 1
            continue
        own.append(line)
        if opens:
            inside = True
        elif inside and line.rstrip() == "///":
            inside = False
            yield Part("\n".join(own), gap)
            own, gap = [], 0
    if own:
        yield Part("\n".join(own), gap)


def pairs(source: str, translation: str) -> list[Pair]:
    """Each block of a source beside its translation; nothing where they are not built alike."""
    before, after = parts(source), parts(translation)
    if len(before) != len(after):
        return []
    return [Pair(one.text, other.text) for one, other in zip(before, after, strict=True)]


def amended(source: str, translation: str, words: Mapping[str, str]) -> str:
    """The translation with other words in the blocks that these ids name."""
    found = pairs(source, translation)
    changed = [
        replace(part, text=words.get(pair.id, part.text))
        for part, pair in zip(parts(translation), found, strict=True)
    ]
    if all(pair.words == part.text for pair, part in zip(found, changed, strict=True)):
        return translation
    lines = translation.split("\n")
    made: list[str] = []
    head = changed.pop(0).text
    if lines[0] == "---":
        made = ["---", *_head(lines[1 : lines.index("---", 1)], head), "---"]
    for part in changed:
        made += [*[""] * part.gap, *part.text.split("\n")]
    return "\n".join(made) + "\n"


def _head(lines: Sequence[str], words: str) -> list[str]:
    """A head in these words, with the keys of the program where they were."""
    head = words.split("\n") if words else []
    kept = [(at, line) for at, line in enumerate(lines) if _KEPT_KEYS.fullmatch(line)]
    for at, line in kept:
        head.insert(at if len(lines) - len(kept) == len(words.split("\n")) else len(head), line)
    return head


def seal_of(source_digest: str, translation: str) -> str:
    """What a review is sealed with: the source as it was, and every word of the translation.

    Who reviewed it and what it was made from stand in the head and are not words of it.
    """
    words = [
        line for line in translation.rstrip("\n").split("\n") if not _KEPT_KEYS.fullmatch(line)
    ]
    return hashlib.sha256("\n".join([source_digest, *words]).encode()).hexdigest()[:12]


def fitted(words: str) -> str:
    """Words as they stand in a file: its line ends, nothing at the end of a line or around it."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def refusal(before: str, after: str) -> tuple[str, Mapping[str, str]] | None:
    """Why an amendment cannot stand in the file, as a code and facts; None when it can.

    Only words may change: what an id, a link, an entry or an option is stays as it was.
    """
    if not after.strip():
        return "empty", {}
    if len(after) > MOST_LETTERS:
        return "long", {"most": str(MOST_LETTERS)}
    if any(len(line) > MOST_CHARACTERS_IN_A_LINE for line in after.split("\n")):
        return "long-line", {"most": str(MOST_CHARACTERS_IN_A_LINE)}
    if any(pattern.search(after) for pattern in REFUSED_CHARACTERS):
        return "character", {}
    if _HTML.search(after) and not _HTML.search(before):
        return "html", {}
    had, has = _built(before), _built(after)
    if had != has:
        missing, added = sorted((had - has).elements()), sorted((has - had).elements())
        return "structure", {"missing": " ".join(missing), "added": " ".join(added)}
    if not _is_one_block(before, after):
        return "blocks", {}
    return None


def _built(text: str) -> Counter[str]:
    """How a block is built, whatever its words are; a row of a table by its cells."""
    rows = Counter("|" * line.count("|") for line in text.split("\n") if line.startswith("|"))
    return Counter(_TOKENS.findall(text)) + rows


def _is_one_block(before: str, after: str) -> bool:
    if before.startswith("/// "):
        return [part.text for part in _blocks(after.split("\n"))] == [after]
    lines = after.split("\n")
    return all(line.strip() for line in lines) and "---" not in lines
