"""What all types of question share: a prompt, a key, and parts with ids.

A class per type reads the body of a question in the source, or in a translation, where ``source``
is the same question in the source language: ids and right answers come from there. The types stand
in ``listed``, ``matching`` and ``typed``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.content.blocks import Item
from lms.content.context import Context, Document
from lms.content.pictured import has_blocks, pictured, pictures_in
from lms.content.problems import Report
from lms.content.reading import Piece
from lms.content.rendering import Page, slug


@dataclass(frozen=True)
class Body:
    """What stands under the heading of a question, without the explanation."""

    piece: Piece


@dataclass
class Tools:
    """What a question needs to be read: ``report`` takes differences from the source."""

    context: Context
    report: Report
    page: Page
    path: str
    line: int
    folder: Path

    def problem(self, line: int, what: str, remedy: str) -> None:
        self.report.problem(self.path, line, what, remedy)

    def inline(self, text: str, line: int) -> str:
        return self.context.renderer.inline(text, self.path, line, self.page, self.context.report)

    def block(self, piece: Piece) -> str:
        if has_blocks(piece):
            return pictured(piece, self.folder, self.page, self.context)
        return self.context.renderer.block(piece, self.page, self.context.report)


class Answers:
    """The base of all types. ``key`` is what marking needs; ``sound`` that nothing is amiss.

    ``keys`` and ``classes`` are what the entries of the source may say besides their ids.
    """

    keys: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def __init__(self, body: Body, tools: Tools, source: Any) -> None:
        self.tools = tools
        self.prompt = body.piece
        self.key: Document = {}
        problems = len(tools.report.problems)
        self.read(body.piece, source)
        self._same_pictures(source)
        self.sound = len(tools.report.problems) == problems

    def read(self, piece: Piece, source: Any) -> None:
        """Each type of question reads its own answers; this class alone is no type."""
        raise NotImplementedError

    def texts(self) -> Document:
        return {"prompt_html": self.tools.block(self.prompt.trimmed()), "parts": {}}

    def _same_pictures(self, source: Any) -> None:
        if source is None or not has_blocks(source.prompt):
            return
        names = pictures_in(source.prompt)
        if pictures_in(self.prompt) != names:
            self.tools.problem(
                self.tools.line,
                "the pictures of the source are not shown here",
                f"write /// figure | {names[0]} with the alt in this language",
            )

    def _split(self, piece: Piece, begins: Callable[[str], bool], what: str) -> Piece:
        """Set the prompt apart; what follows from the first line that ``begins`` the answers."""
        for index, line in enumerate(piece.lines):
            if begins(line):
                self.prompt = piece.part(0, index)
                return piece.part(index, len(piece.lines))
        self.prompt = piece
        self.tools.problem(self.tools.line, f"no {what}", "write it below what is asked")
        return piece.part(len(piece.lines), len(piece.lines))

    def _ids(self, items: list[Item], source_ids: dict[str, bool] | None) -> list[str]:
        """The ids of entries: written, made from their words, or taken from the source.

        ``source_ids`` says of each id of the source whether it was written there.
        """
        if source_ids is None:
            return self._own_ids(items)
        for item, (id_, written) in zip(items, source_ids.items(), strict=False):
            item.attributes.known(self.tools.report, [], [], [], "on an answer")
            if written and item.attributes.id != id_:
                given = item.attributes.id
                self.tools.problem(
                    item.line,
                    f"the id “{given}” where the source has “{id_}”"
                    if given
                    else f"the id “{id_}” is missing",
                    f"end the line with {{#{id_}}}, in the order of the source",
                )
            elif not written and item.attributes.id is not None:
                self.tools.problem(
                    item.line,
                    f"the id “{item.attributes.id}”, which the source does not write",
                    "write it in the source first, or delete it here",
                )
        return list(source_ids)

    def _own_ids(self, items: list[Item]) -> list[str]:
        ids: dict[str, int] = {}
        for item in items:
            item.attributes.known(
                self.tools.report, list(self.keys), [], list(self.classes), "on an answer"
            )
            id_ = item.attributes.id or slug(item.words, 40)
            if not id_:
                self.tools.problem(
                    item.line, "an answer from which no id can be made", "end the line with {#id}"
                )
                id_ = f"line-{item.line}"
            if id_ in ids:
                self.tools.problem(
                    item.line,
                    f"the answer id “{id_}” again (first on line {ids[id_]})",
                    "end both lines with different {#id}",
                )
                id_ = f"{id_}-{item.line}"
            ids[id_] = item.line
        return list(ids)

    def _parts(self, items: list[Item], ids: list[str]) -> Document:
        return {
            id_: {
                "html": self.tools.inline(item.words, item.line),
                "feedback_html": self.tools.block(item.feedback) if item.feedback else "",
            }
            for id_, item in zip(ids, items, strict=False)
        }
