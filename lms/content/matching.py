"""The question whose answers are a table: match."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.content.answers import Answers
from lms.content.attributes import split_attributes
from lms.content.blocks import Item
from lms.content.context import Document
from lms.content.reading import Piece
from lms.content.rendering import plain, slug

BAR = re.compile(r"(?<!\\)\|")
_RULE_OF_TABLE = re.compile(r"[\s|:-]+\Z")


@dataclass
class _Pair:
    left: Item
    right: str


class Match(Answers):
    """A table of two columns; each row is a pair."""

    def read(self, piece: Piece, source: Match | None) -> None:
        region = self._split(
            piece, lambda line: line.lstrip().startswith("|"), "table of two columns"
        )
        self.columns, self.pairs = self._table(region)
        if source is not None and len(self.pairs) != len(source.pairs):
            self.tools.problem(
                self.tools.line,
                f"{len(self.pairs)} rows, the source has {len(source.pairs)}",
                "translate each of them, in the same order",
            )
            self.pairs = self.pairs[: len(source.pairs)]
        lefts = [pair.left for pair in self.pairs]
        self.lefts = self._ids(lefts, source.written() if source else None)
        if source is None:
            self.rights = self._right_ids()
            if len(set(self.rights)) < 2 and self.pairs:
                self.tools.problem(
                    self.tools.line, "a match with one right side", "write at least two"
                )
        else:
            self.rights = source.rights
            self._as_in_the_source(source)
        self.key = {
            "left": self.lefts,
            "right": list(dict.fromkeys(self.rights)),
            "pairs": dict(zip(self.lefts, self.rights, strict=False)),
        }

    def written(self) -> dict[str, bool]:
        return {
            id_: pair.left.attributes.id is not None
            for id_, pair in zip(self.lefts, self.pairs, strict=True)
        }

    def texts(self) -> Document:
        parts = self._parts([pair.left for pair in self.pairs], self.lefts)
        for id_, pair in zip(self.rights, self.pairs, strict=False):
            html = self.tools.inline(pair.right, pair.left.line)
            parts.setdefault(id_, {"html": html, "feedback_html": ""})
        return {**super().texts(), "parts": parts, "columns": self.columns}

    def _table(self, region: Piece) -> tuple[list[str], list[_Pair]]:
        rows: list[tuple[int, list[str]]] = []
        for number, line in enumerate(region.lines, region.start):
            if not line.strip():
                continue
            if not line.lstrip().startswith("|"):
                self.tools.problem(number, "text below the table", "move it above the table")
                continue
            cells = [c.replace("\\|", "|").strip() for c in BAR.split(line.strip().strip("|"))]
            if len(cells) != 2:
                self.tools.problem(number, f"a row of {len(cells)} columns", "write two columns")
                continue
            rows.append((number, cells))
        if len(rows) < 2 or not _RULE_OF_TABLE.match("".join(rows[1][1])):
            if rows:
                self.tools.problem(
                    rows[0][0], "a table without a head", "write | Left | Right | and |---|---|"
                )
            return ["", ""], []
        pairs = []
        for number, (left, right) in rows[2:]:
            words, attributes = split_attributes(left, self.tools.path, number, self.tools.report)
            empty = Piece(self.tools.path, number, ())
            if not words or not right:
                self.tools.problem(number, "an empty cell", "write both sides of the pair")
            pairs.append(_Pair(Item(number, "-", words, attributes, empty), right))
        if len(pairs) < 2:
            self.tools.problem(self.tools.line, "fewer than two pairs", "write at least two rows")
        number, head = rows[0]
        return [plain(self.tools.inline(cell, number)) for cell in head], pairs

    def _right_ids(self) -> list[str]:
        made: dict[str, str] = {}
        for pair in self.pairs:
            if pair.right not in made:
                id_ = f"r-{slug(pair.right, 40) or len(made) + 1}"
                while id_ in made.values() or id_ in self.lefts:
                    id_ += "-2"
                made[pair.right] = id_
        return [made[pair.right] for pair in self.pairs]

    def _as_in_the_source(self, source: Match) -> None:
        """Rows that share their right side in the source share it here, and only those."""
        first: dict[str, _Pair] = {}
        said: dict[str, str] = {}
        for id_, pair in zip(source.rights, self.pairs, strict=False):
            if first.setdefault(id_, pair).right != pair.right:
                self.tools.problem(
                    pair.left.line,
                    "a right side that the source repeats is worded anew",
                    f"write “{first[id_].right}”, as above",
                )
            elif said.setdefault(pair.right, id_) != id_:
                self.tools.problem(
                    pair.left.line,
                    "two right sides of the source have the same words here",
                    "word them differently",
                )
