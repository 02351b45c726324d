"""People from a spreadsheet: what the bytes say, and what would come of each row. Pure.

Nothing is written here; a dry run and the import itself follow the same plan.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from lms.domain.folding import clean, fold
from lms.domain.languages import LANGUAGES

MOST_ROWS = 1000
MOST_BYTES = 2_000_000
LONGEST_NAME = 120
# Columns with these names are understood, in any order and case.
NAMES = {
    "name": "name",
    "firstname": "first",
    "first_name": "first",
    "lastname": "last",
    "last_name": "last",
    "lang": "language",
    "language": "language",
    "cohort": "cohort",
    "cohort1": "cohort",
    "id": "id",
    "post": "post",
}
# What a member of a commission may be in it.
POSTS = ("chair", "secretary", "member")
# Understood as well, but not kept: we do not store what the training does not need.
NOT_KEPT = frozenset(
    [
        "email",
        "phone",
        "phone1",
        "idnumber",
        "user_id",
        "username",
        "login_id",
        # What our own list of a cohort says beside the name: where people are, not who they are.
        "login",
        "lessons",
        "quizzes",
        "scenarios",
        "missing",
        "minutes",
        "password",
        "institution",
        "department",
        "suspended",
        "status",
        "course1",
        "role1",
        "group1",
    ]
)


@dataclass(frozen=True)
class Row:
    """One line of the file and what would come of it. ``problem`` is a code, or None."""

    number: int
    name: str
    language: str
    problem: str | None = None
    cohort: str = ""  # as the file names it; empty when it does not
    # Somebody who is here already, known by the id of our own export: nothing is to be done.
    here: bool = False
    post: str = ""


@dataclass(frozen=True)
class Plan:
    """All rows, and what is wrong with the file as a whole (a code with its fact), if anything."""

    rows: tuple[Row, ...] = ()
    not_kept: tuple[str, ...] = ()
    trouble: tuple[str, str] | None = None

    @property
    def is_clean(self) -> bool:
        return self.trouble is None and bool(self.rows) and not any(r.problem for r in self.rows)

    @property
    def coming(self) -> tuple[Row, ...]:
        """Those who would be added."""
        return tuple(row for row in self.rows if not row.here)

    @property
    def problems(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.problem)


class Unreadable(Exception):
    """The file as a whole cannot be used; ``code`` and ``fact`` say why."""

    def __init__(self, code: str, fact: str = "") -> None:
        super().__init__(code)
        self.code, self.fact = code, fact


def plan(
    body: bytes,
    cohorts: Mapping[str, Collection[str]],
    language: str,
    cohort: str = "",
    here: Mapping[str, tuple[str, str, str]] = MappingProxyType({}),
    *,
    posts: bool = False,
) -> Plan:
    """What would come of a file.

    ``cohorts`` are the cohorts people may be added to, each with the names it has already;
    ``cohort`` is where a row goes that names none, ``language`` what it speaks. ``here`` maps the
    ids of those who are here to name, language and post, as our own export has them. ``posts``:
    people are members of a commission; among others a post is understood and not kept. Nothing is
    raised: whatever is wrong stands in the plan.
    """
    try:
        header, lines = _read(body)
        columns, not_kept = _columns(header, posts)
    except Unreadable as problem:
        return Plan(trouble=(problem.code, problem.fact))
    seen = {name: {fold(person) for person in present} for name, present in cohorts.items()}
    rows = []
    for number, values in lines:
        cells = dict(zip(columns, values, strict=False))
        if any(cells.values()):
            row = _row(number, cells, language, cohort)
            known = here.get(cells.get("id", "").strip().lower())
            if known is not None:
                rows.append(_here(row, cells, known))
                continue
            row = replace(row, problem=row.problem or _place(row, seen))
            seen.get(row.cohort, set()).add(fold(row.name))
            rows.append(row)
    if not rows:
        return Plan(not_kept=not_kept, trouble=("empty", ""))
    return Plan(tuple(rows), not_kept)


def _row(number: int, cells: Mapping[str, str], language: str, cohort: str) -> Row:
    """One line, and what is wrong with it by itself."""
    name = clean(cells.get("name") or f"{cells.get('last', '')} {cells.get('first', '')}")
    given, post = fold(cells.get("language", "")), fold(cells.get("post", ""))
    problem = None
    if not name:
        problem = "no-name"
    elif len(name) > LONGEST_NAME:
        problem = "long-name"
    elif "?" in name or "\ufffd" in name:
        problem = "lost-letters"
    elif given and given not in LANGUAGES:
        problem = "language"
    elif post and post not in POSTS:
        problem = "post"
    place = clean(cells.get("cohort", "")) or cohort
    name = name[: LONGEST_NAME + 1]
    return Row(number, name, given or language, problem, place, post=post)


def _here(row: Row, cells: Mapping[str, str], found: tuple[str, str, str]) -> Row:
    """A line of our own export. It changes nobody: what differs from what is here is refused.

    The id of another cohort or another machine says nothing here: that line is somebody new.
    """
    name, language, post = found
    same = (clean(cells.get("name", "")), row.language) == (clean(name), language)
    same = same and ("post" not in cells or row.post == post)
    return replace(row, problem=None if same else "differs", here=same)


def _place(row: Row, seen: Mapping[str, Collection[str]]) -> str | None:
    """What is wrong with where a line is to go."""
    if row.cohort not in seen:
        return "cohort" if row.cohort else "no-cohort"
    return "twice" if fold(row.name) in seen[row.cohort] else None


def _columns(header: list[str], posts: bool) -> tuple[list[str], tuple[str, ...]]:
    columns, not_kept = [], []
    for title in header:
        folded = fold(title).replace(" ", "_")
        if folded in NAMES and (posts or folded != "post"):
            columns.append(NAMES[folded])
        elif folded in NOT_KEPT or folded == "post" or folded.startswith("profile_field_"):
            columns.append(f"-{folded}")
            not_kept.append(title)
        elif not folded:
            columns.append("-")
        else:
            raise Unreadable("column", title[:40])
    if not {"name", "last", "first"} & set(columns) or columns.count("id") > 1:
        raise Unreadable("no-name-column")
    return columns, tuple(not_kept)


def _read(body: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    if len(body) > MOST_BYTES:
        raise Unreadable("too-big")
    if body[:4] == b"PK\x03\x04":
        lines = list(_read_xlsx(body))
    else:
        lines = list(_read_csv(_decode(body)))
    filled = [(number, cells) for number, cells in lines if any(c.strip() for c in cells)]
    if not filled:
        raise Unreadable("empty")
    if len(filled) - 1 > MOST_ROWS:
        raise Unreadable("too-many", str(MOST_ROWS))
    return filled[0][1], filled[1:]


def _decode(body: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or the Kazakh code page. Windows-1251 has no Kazakh letters:
    what Excel saves in it has lost them already, so it is refused with the way out."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "kz1048")
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Unreadable("encoding")


def _read_csv(text: str) -> Iterable[tuple[int, list[str]]]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [_plain(cell) for cell in cells]
    except csv.Error:
        raise Unreadable("broken", str(reader.line_num)) from None


def _refuse_bomb(body: bytes) -> None:
    """A workbook is a ZIP: refuse one that unpacks to far more than a list of people needs."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            sizes = [part.file_size for part in parts.infolist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unreadable("xlsx") from None
    if len(sizes) > 200 or sum(sizes) > 20_000_000:
        raise Unreadable("too-big")


def _plain(cell: str) -> str:
    """A cell without the apostrophe that our own export puts before a formula sign."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" else cell


def _read_xlsx(body: bytes) -> Iterable[tuple[int, list[str]]]:
    import openpyxl  # eight megabytes, for the few processes that read a spreadsheet

    _refuse_bomb(body)
    try:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=60), start=1):
            yield number, ["" if c.value is None else str(c.value) for c in cells]
    except Unreadable:
        raise
    except Exception:  # openpyxl raises what zipfile, expat and it itself think of
        raise Unreadable("xlsx") from None
