"""The question whose answers are places on a picture: spot."""

from __future__ import annotations

import re

from lms.content.context import Document
from lms.content.figures import read_figure
from lms.content.listed import Choice, Multiple
from lms.content.reading import Piece
from lms.content.tree import PICTURES
from lms.domain.questions.spot import lies_on

_IMAGE = re.compile(r"!\[([^\[\]]*)\]\(([^()\s]+)\)\Z")
# Fewer letters cannot tell somebody who does not see the picture what there is to find.
LEAST_ALTERNATIVE = 40


class Spot(Multiple):
    """``![what it shows](file.svg)`` and a task list whose entries say ``area="x y w h"``."""

    keys = ("area",)

    def read(self, piece: Piece, source: Choice | None) -> None:
        self.picture: Document | None = None
        lines = list(piece.lines)
        for index, line in enumerate(lines):
            if found := _IMAGE.match(line.strip()):
                self._picture(found.group(2), found.group(1).strip(), piece.start + index)
                lines[index] = ""
                break
        else:
            self.tools.problem(
                self.tools.line, "no picture", "write ![what it shows](name.svg) on its own line"
            )
        super().read(Piece(piece.path, piece.start, tuple(lines)), source)
        if source is None:
            self.key["areas"] = {
                id_: self._area(item.attributes.pairs.get("area", ""), item.line)
                for id_, item in zip(self.ids, self.items, strict=True)
            }
        else:
            self.key["areas"] = source.key["areas"]

    def _picture(self, name: str, alternative: str, line: int) -> None:
        file = self.tools.folder / name
        if "/" in name or file.suffix not in PICTURES or not file.is_file():
            self.tools.problem(
                line, f"no picture “{name}” beside this bank", "put an SVG or PNG file there"
            )
            return
        if len(alternative) < LEAST_ALTERNATIVE:
            self.tools.problem(
                line,
                "the picture is hardly described",
                f"say in at least {LEAST_ALTERNATIVE} letters what it shows, not what is wrong",
            )
        figure = read_figure(file, self.tools.context, (self.tools.path, line))
        if figure is not None:
            self.picture = {
                "address": figure.address,
                "width": figure.width,
                "height": figure.height,
                "alt": alternative,
            }

    def _area(self, written: str, line: int) -> list[int]:
        numbers = [int(word) for word in written.split() if word.isdecimal() and len(word) < 4]
        if len(numbers) != len(written.split()) or not lies_on(tuple(numbers)):
            self.tools.problem(
                line,
                f"an area that is not on the picture: “{written}”" if written else "no area",
                'write {#id area="left top width height"} in per cent of the picture',
            )
            return [0, 0, 1, 1]
        return numbers

    def texts(self) -> Document:
        return {**super().texts(), "picture": self.picture}
