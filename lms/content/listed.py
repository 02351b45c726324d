"""Questions whose answers are a list: single, multiple, truefalse and order."""

from __future__ import annotations

from lms.content.answers import Answers
from lms.content.blocks import Item, is_bullet, is_numbered, is_task, read_items
from lms.content.context import Document
from lms.content.reading import Piece


class Listed(Answers):
    """What choices and orders share: a list of entries with ids and feedback."""

    items: list[Item]
    ids: list[str]

    def written(self) -> dict[str, bool]:
        return {
            id_: item.attributes.id is not None
            for id_, item in zip(self.ids, self.items, strict=True)
        }

    def texts(self) -> Document:
        return {**super().texts(), "parts": self._parts(self.items, self.ids)}

    def _same_number(self, source: Listed | None, what: str) -> None:
        if source is not None and len(self.items) != len(source.items):
            self.tools.problem(
                self.tools.line,
                f"{len(self.items)} {what}, the source has {len(source.items)}",
                "translate each of them, in the same order",
            )
            # Nothing more can be compared; the ids still have to fit the entries.
            self.items = self.items[: len(source.items)]


class Choice(Listed):
    """single, multiple and truefalse: a task list."""

    classes = ("knockout",)
    most_right: int | None = 1
    exactly: int | None = None

    def read(self, piece: Piece, source: Choice | None) -> None:
        if source is None:
            region = self._split(piece, is_task, "options: - [x] right and - [ ] wrong")
            self.items = read_items(region, self.tools.report)
            self._marks()
        else:
            region = self._translated_region(piece, source)
            self.items = read_items(region, self.tools.report)
            self._no_marks()
        self._same_number(source, "options")
        self.ids = self._ids(self.items, source.written() if source else None)
        for item in self.items:
            if not item.feedback:
                self.tools.problem(
                    item.line,
                    "an option without feedback",
                    "write it below, as an indented quote: “    > …”",
                )
        marked = zip(self.ids, self.items, strict=False)
        right = [id_ for id_, item in marked if item.mark == "x"]
        self.key = {"options": self.ids, "right": right}
        if source is not None:
            return
        out = [i for i, item in zip(self.ids, self.items, strict=False) if _knocks_out(item)]
        if out:
            self.key["knockouts"] = out
        for item in self.items:
            if _knocks_out(item) and item.mark == "x":
                self.tools.problem(
                    item.line, "a right option that disqualifies", "delete .knockout, or the x"
                )

    def _marks(self) -> None:
        for item in self.items:
            if item.mark not in ("x", " "):
                self.tools.problem(
                    item.line, "an option without a mark", "write - [x] if right, - [ ] if not"
                )
        right = sum(item.mark == "x" for item in self.items)
        line, number = self.tools.line, len(self.items)
        if self.items and right == 0:
            self.tools.problem(line, "no option is right", "mark one with [x]")
        elif self.most_right is not None and right > self.most_right:
            self.tools.problem(
                line, f"{right} options are right", "mark one alone, or write type=multiple"
            )
        if self.exactly is not None and number not in (0, self.exactly):
            self.tools.problem(
                line, f"{number} options", f"write exactly {self.exactly}, or type=single"
            )
        elif number == 1:
            self.tools.problem(line, "one option is no choice", "write at least two")

    def _translated_region(self, piece: Piece, source: Choice) -> Piece:
        """The options of a translation are a plain list; bullets of the prompt come before it."""

        def bullets(lines: tuple[str, ...]) -> list[int]:
            return [index for index, line in enumerate(lines) if is_bullet(line)]

        in_prompt = len(bullets(source.prompt.lines))
        found = bullets(piece.lines)
        if len(found) <= in_prompt:
            return self._split(piece, lambda _: False, "options, as a plain list: - text")
        first = found[in_prompt]
        self.prompt = piece.part(0, first)
        return piece.part(first, len(piece.lines))

    def _no_marks(self) -> None:
        for item in self.items:
            if item.mark in ("x", " "):
                self.tools.problem(
                    item.line,
                    "a mark in a translation",
                    "write - text: which option is right is said in the source alone",
                )
                return


def _knocks_out(item: Item) -> bool:
    return "knockout" in item.attributes.classes


class Multiple(Choice):
    most_right = None


class TrueFalse(Choice):
    exactly = 2


class Order(Listed):
    """A numbered list, in the right order."""

    def read(self, piece: Piece, source: Order | None) -> None:
        region = self._split(piece, is_numbered, "numbered list: 1. first")
        self.items = read_items(region, self.tools.report)
        self._same_number(source, "entries")
        self.ids = self._ids(self.items, source.written() if source else None)
        for item in self.items:
            if item.mark != "1":
                self.tools.problem(
                    item.line, "an entry without a number", "write 1. at its beginning"
                )
        if source is None and len(self.items) == 1:
            self.tools.problem(self.tools.line, "one entry has no order", "write at least two")
        if source is not None:
            given = zip(self.items, source.items, strict=False)
            for item, theirs in given:
                if bool(item.feedback) != bool(theirs.feedback):
                    self.tools.problem(
                        item.line,
                        "feedback is missing here or in the source",
                        "translate the feedback of the source, and nothing else",
                    )
        self.key = {"items": self.ids}
