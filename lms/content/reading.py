"""Reading files: size, encoding, names, languages; and pieces of text that know their lines."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from lms.content.problems import Report

MOST_BYTES = 64 * 1024
# The list of sources is data, not Markdown: it never meets the renderer, and it grows by the law.
MOST_BYTES_OF_SOURCES = 512 * 1024
HASH_DIGITS = 12
# Every pattern that reads a line is quick on a line of this length, whatever stands in it.
MOST_CHARACTERS_IN_A_LINE = 4_000

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# Marks that turn the reading direction can make a line read unlike what it says; the private
# characters are the compiler's own placeholders.
_DECEIVING = re.compile("[\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]")
_REFUSED = ((_UNPRINTABLE, "cannot be printed"), (_DECEIVING, "hides what is written"))
REFUSED_CHARACTERS = (_UNPRINTABLE, _DECEIVING)


@dataclass(frozen=True)
class Piece:
    """Some lines of a file, which know where they stand in it."""

    path: str
    start: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def part(self, first: int, last: int) -> Piece:
        """The lines from index ``first`` up to but not including ``last``."""
        return Piece(self.path, self.start + first, self.lines[first:last])

    def trimmed(self) -> Piece:
        """Without the empty lines around it."""
        first, last = 0, len(self.lines)
        while first < last and not self.lines[first].strip():
            first += 1
        while last > first and not self.lines[last - 1].strip():
            last -= 1
        return self.part(first, last)

    def __bool__(self) -> bool:
        return any(line.strip() for line in self.lines)


@dataclass(frozen=True)
class TextFile:
    """A file that was read. ``digest`` is what a translation records as its source_hash."""

    path: str
    folder: Path
    text: str
    lines: tuple[str, ...]
    digest: str


def digest_of(text: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of a text with its line ends normalised."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]


def normalised(text: str) -> str:
    """Without a byte order mark, and with the line ends of Unix."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def read_text(file: Path, root: Path, report: Report, most: int = MOST_BYTES) -> TextFile | None:
    """Read one text file of the tree; None, with the problem reported, when it cannot be taken."""
    path = file.relative_to(root).as_posix()
    if file.is_symlink() or not file.is_file():
        # A link could publish any file of the machine.
        report.problem(path, 1, "this is not a plain file", "put the file itself here")
        return None
    size = file.stat().st_size
    if size > most:
        what = f"the file has {size} bytes, the most is {most}"
        report.problem(path, 1, what, "split it in two")
        return None
    data = file.read_bytes()
    try:
        text = normalised(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1
        report.problem(path, at, "this is not UTF-8", "save the file as UTF-8")
        return None
    lines = tuple(line.expandtabs(4) for line in text.split("\n"))
    sound = True
    for number, line in enumerate(lines, start=1):
        if len(line) > MOST_CHARACTERS_IN_A_LINE:
            sound = False
            what = f"a line of {len(line)} characters, the most is {MOST_CHARACTERS_IN_A_LINE}"
            report.problem(path, number, what, "break the line")
        for pattern, kind in _REFUSED:
            if found := pattern.search(line):
                sound = False
                what = f"a character that {kind} (U+{ord(found.group()):04X})"
                report.problem(path, number, what, "delete it")
    return TextFile(path, file.parent, text, lines, digest_of(text)) if sound else None
