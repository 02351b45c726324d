"""Reading a file for a bank, and keeping what was read: the file of the bank and its pictures."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.content.compiling import Compiled, compile_tree
from lms.content.heads import ID
from lms.content.problems import Report
from lms.content.reading import MOST_BYTES, TextFile, normalised, read_text
from lms.exchange import aiken, gift, moodle, qti
from lms.exchange.bank import questions_of
from lms.exchange.items import Found, Item, Picture, Unreadable
from lms.exchange.placing import Known, Placed, Placing

READERS: Mapping[str, Callable[[bytes], list[Found]]] = {
    "gift": gift.read,
    "moodle-xml": moodle.read,
    "aiken": aiken.read,
    "qti": qti.read,
}
LARGEST_FILE = 21 * 1024 * 1024


@dataclass(frozen=True)
class Import:
    """What a file would do to a bank: every question placed, and the text the bank would have."""

    bank: str
    placed: tuple[Placed, ...]
    before: str
    text: str
    pictures: tuple[Picture, ...]

    @property
    def new(self) -> list[Placed]:
        return [one for one in self.placed if one.section]

    @property
    def refused(self) -> list[Placed]:
        return [one for one in self.placed if one.reasons]


def bank_file(root: Path, bank: str) -> Path:
    return root / "quizzes" / "banks" / f"{bank}.md"


def read_import(
    data: bytes,
    form: str,
    root: Path,
    bank: str,
    *,
    compiled: Compiled,
    rules: Sequence[str] = (),
    level: int = 1,
    title: str = "",
) -> Import:
    """Read a file against a bank of the tree at ``root``, of which ``compiled`` was made.

    Raises Unreadable when nothing of the file, or of the bank, can be read.
    """
    if not ID.match(bank):
        raise Unreadable(f"the name “{bank}” of the bank; write it in kebab-case")
    found = READERS[form](data)
    if not found:
        raise Unreadable("there is no question in the file")
    before, present = _present(root, bank)
    placing = Placing(bank, Known.of(compiled.documents), rules=rules, level=level, present=present)
    placed = tuple(placing.place(one) for one in found)
    sections = [one.section for one in placed if one.section]
    head = before or f"---\ntitle: {_title(title or bank)}\n---\n"
    text = "\n".join([head.rstrip("\n") + "\n", *sections]) if sections else before
    pictures = [p for one in placed if one.section and one.item for p in one.item.pictures]
    return Import(bank, placed, before, text, tuple(dict.fromkeys(pictures)))


def _present(root: Path, bank: str) -> tuple[str, dict[str, Item | None]]:
    file = bank_file(root, bank)
    if not file.exists():
        return "", {}
    read = read_bank_file(root, bank)
    return read.text, {one.id: one.item for one in questions_of(read)[1]}


def read_bank_file(root: Path, bank: str) -> TextFile:
    """The file of a bank. Raises Unreadable when there is none, or it cannot be read."""
    file = bank_file(root, bank)
    if not ID.match(bank) or not file.exists():
        known = sorted(f.stem for f in file.parent.glob("*.md") if "." not in f.stem)
        raise Unreadable(f"there is no bank “{bank}”; the banks are {', '.join(known) or 'none'}")
    report = Report()
    read = read_text(file, root, report)
    if read is None:
        raise Unreadable(str(report.problems[0]))
    return read


def _title(words: str) -> str:
    plain = " ".join(words.replace("-", " ").split())
    plain = plain[:1].upper() + plain[1:]
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def trial(made: Import, root: Path, compiled: Compiled) -> list[str]:
    """What ``lms check`` would say that it does not say now, if the import were kept."""
    size = len(made.text.encode())
    if size > MOST_BYTES:
        return [
            f"the bank would have {size} bytes, the most is {MOST_BYTES}; "
            "import a part of the file into another bank"
        ]
    folder_of_bank = bank_file(root, made.bank).parent
    for picture in made.pictures:
        there = folder_of_bank / picture.name
        if there.exists() and there.read_bytes() != picture.data:
            return [f"another picture is called {picture.name}; rename it in the file to import"]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("courses", "quizzes"):
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name, symlinks=True)
        _write(made, copy)
        after = compile_tree(copy)
    # Lines of the bank stay where they were: questions are added at its end.
    return [str(problem) for problem in after.problems if problem not in compiled.problems]


def keep(made: Import, root: Path) -> Path:
    """Write the bank and its pictures. The file is replaced whole, or not at all.

    Raises Unreadable when the bank was changed since it was read.
    """
    file = bank_file(root, made.bank)
    now = normalised(file.read_text("utf-8")) if file.exists() else ""
    if now != made.before:
        raise Unreadable("the bank was changed meanwhile; import again")
    _write(made, root)
    return file


def _write(made: Import, root: Path) -> None:
    file = bank_file(root, made.bank)
    file.parent.mkdir(parents=True, exist_ok=True)
    for picture in made.pictures:
        _replace(file.parent / picture.name, picture.data)
    _replace(file, made.text.encode())


def _replace(file: Path, data: bytes) -> None:
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes(data)
    beside.chmod(0o644)  # content is no secret, whatever the command's umask says
    beside.replace(file)
