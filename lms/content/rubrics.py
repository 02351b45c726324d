"""The question that a person marks: essay, with its rubric."""

from __future__ import annotations

import re

from lms.content.answers import Answers
from lms.content.attributes import split_attributes
from lms.content.blocks import Item
from lms.content.context import Document
from lms.content.matching import BAR
from lms.content.problems import did_you_mean, listed
from lms.content.reading import Piece
from lms.domain.elements import ELEMENTS
from lms.domain.questions.essay import MOST_POINTS

_RULE_OF_TABLE = re.compile(r"[\s|:-]+\Z")


class Essay(Answers):
    """A table of three columns: what is looked for, its points, and what earns all of them."""

    keys = ("element",)

    def read(self, piece: Piece, source: Essay | None) -> None:
        region = self._split(piece, lambda line: line.lstrip().startswith("|"), "rubric")
        self.items: list[Item] = []
        self.points: list[int] = []
        self.full: list[str] = []
        rows = self._rows(region)
        if rows and (len(rows) < 3 or not _RULE_OF_TABLE.match("".join(rows[1][1]))):
            self.tools.problem(
                rows[0][0],
                "a rubric without a head",
                "write | Looked for | Points | In full | and |---|---|---|",
            )
            rows = []
        for number, cells in rows[2:]:
            self._line(number, cells)
        if source is not None and len(self.items) != len(source.items):
            self.tools.problem(
                self.tools.line,
                f"{len(self.items)} lines in the rubric, the source has {len(source.items)}",
                "translate each of them, in the same order",
            )
            self.items = self.items[: len(source.items)]
        self.ids = self._ids(self.items, source.written() if source else None)
        if source is not None and self.points != source.points:
            self.tools.problem(
                self.tools.line, "other points than in the source", "write the same points"
            )
        self.key = source.key if source else {"criteria": self._criteria()}

    def written(self) -> dict[str, bool]:
        return {
            id_: item.attributes.id is not None
            for id_, item in zip(self.ids, self.items, strict=True)
        }

    def texts(self) -> Document:
        parts = self._parts(self.items, self.ids)
        for id_, full, item in zip(self.ids, self.full, self.items, strict=False):
            parts[id_]["full_html"] = self.tools.inline(full, item.line)
        return {**super().texts(), "parts": parts}

    def _rows(self, region: Piece) -> list[tuple[int, list[str]]]:
        rows = []
        for number, line in enumerate(region.lines, region.start):
            if not line.strip():
                continue
            cells = [c.replace("\\|", "|").strip() for c in BAR.split(line.strip().strip("|"))]
            if not line.lstrip().startswith("|"):
                self.tools.problem(number, "text below the rubric", "move it above the table")
            elif len(cells) != 3:
                self.tools.problem(number, f"a row of {len(cells)} columns", "write three columns")
            else:
                rows.append((number, cells))
        return rows

    def _line(self, number: int, cells: list[str]) -> None:
        words, attributes = split_attributes(cells[0], self.tools.path, number, self.tools.report)
        points = int(cells[1]) if re.fullmatch(r"[0-9]{1,2}", cells[1]) else 0
        if not 1 <= points <= MOST_POINTS:
            self.tools.problem(
                number, f"the points “{cells[1]}”", f"write a whole number, 1 to {MOST_POINTS}"
            )
            points = 1
        if not words or not cells[2]:
            self.tools.problem(number, "an empty cell", "say what is looked for, and when in full")
        empty = Piece(self.tools.path, number, ())
        self.items.append(Item(number, "-", words, attributes, empty))
        self.points.append(points)
        self.full.append(cells[2])

    def _criteria(self) -> list[Document]:
        criteria = []
        for id_, item, points in zip(self.ids, self.items, self.points, strict=True):
            element = item.attributes.pairs.get("element")
            if element is not None and element not in ELEMENTS:
                self.tools.problem(
                    item.line,
                    f"the element “{element}”",
                    did_you_mean(element, ELEMENTS, f"write one of: {listed(ELEMENTS)}"),
                )
            criteria.append({"id": id_, "points": points, "element": element})
        if not criteria:
            self.tools.problem(self.tools.line, "an empty rubric", "write at least one line")
        return criteria
