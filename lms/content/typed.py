"""Questions whose answers are typed: number, text and gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.content.answers import Answers, Tools
from lms.content.blocks import unquoted
from lms.content.context import Document
from lms.content.reading import Piece
from lms.content.rendering import GAP_CLOSE, GAP_OPEN
from lms.domain.folding import fold_answer

_DIGITS = r"\d+(?:[ \u00a0\u202f]\d{3})*(?:\.\d+)?"
_NUMBER = re.compile(
    rf"=\s*(?P<value>[-−]?{_DIGITS})(?:\s*(?:±|\+/-)\s*(?P<tolerance>{_DIGITS}))?"
    r"(?:\s+(?P<unit>\S.*))?\Z"
)
_GAP = re.compile(r"\{\{([^{}\n]*)\}\}")
_GAP_MADE = re.compile(f"{GAP_OPEN}([a-z0-9]+){GAP_CLOSE}")
LONGEST_ANSWER = 200


@dataclass
class _Line:
    """The ``=`` line of a question and the feedback below it."""

    number: int = 0
    text: str = ""
    feedback: Piece | None = None


class Typed(Answers):
    """What number and text share: one line that begins with ``=``."""

    line: _Line

    def find(self, piece: Piece, example: str) -> bool:
        region = self._split(piece, lambda line: line.startswith("="), f"line “{example}”")
        self.line = _Line(self.tools.line)
        if not region:
            return False
        rest = region.part(1, len(region.lines)).trimmed()
        if rest and not all(not text.strip() or text.startswith(" ") for text in rest.lines):
            self.tools.problem(
                rest.start, "text below the = line", "move it above, or indent a quote as feedback"
            )
            rest = rest.part(0, 0)
        self.line = _Line(region.start, region.lines[0].strip(), unquoted(rest) if rest else None)
        return True

    def same_feedback(self, source: Typed | None) -> None:
        if source is not None and bool(self.line.feedback) != bool(source.line.feedback):
            self.tools.problem(
                self.line.number,
                "feedback is missing here or in the source",
                "translate the feedback of the source, and nothing else",
            )

    def parts(self, shown: str) -> Document:
        feedback = self.line.feedback
        return {
            "answer": {
                "html": self.tools.inline(shown, self.line.number) if shown else "",
                "feedback_html": self.tools.block(feedback) if feedback else "",
            }
        }


class Number(Typed):
    """``= 1240 ± 5 ballots``"""

    def read(self, piece: Piece, source: Number | None) -> None:
        self.unit: str | None = None
        self.key = {"value": "0", "tolerance": "0"}
        if not self.find(piece, "= 1240 ± 5 ballots"):
            return
        found = _NUMBER.match(self.line.text)
        if found is None:
            self.tools.problem(
                self.line.number,
                f"a number that cannot be read: {self.line.text[:40]}",
                "write = 1240, = 1240 ± 5 or = 1240 ± 5 ballots",
            )
            return
        self.unit = found["unit"]
        self.key = {
            "value": _decimal(found["value"]),
            "tolerance": _decimal(found["tolerance"] or "0"),
        }
        self.same_feedback(source)
        if source is not None and self.key != source.key:
            self.tools.problem(
                self.line.number,
                "another number than in the source",
                f"write = {source.key['value']} ± {source.key['tolerance']}, and the unit",
            )
        if source is not None and bool(self.unit) != bool(source.unit):
            self.tools.problem(
                self.line.number,
                "the unit is missing here or in the source",
                "translate the unit of the source",
            )

    def texts(self) -> Document:
        shown = self.line.text.removeprefix("=").strip()
        return {**super().texts(), "parts": self.parts(shown), "unit": self.unit}


class Text(Typed):
    """``= protocol | protocol of results``: the answers that are accepted."""

    def read(self, piece: Piece, source: Text | None) -> None:
        self.accepted: list[str] = []
        if not self.find(piece, "= protocol | protocol of results"):
            return
        written = self.line.text.removeprefix("=").replace("\\|", "|")
        self.accepted = accepted(written, self.line.number, self.tools)
        self.same_feedback(source)

    def texts(self) -> Document:
        shown = self.accepted[0] if self.accepted else ""
        return {**super().texts(), "parts": self.parts(shown), "accepted": self.accepted}


class Gaps(Answers):
    """``{{stamp}}`` or ``{{stamp|seal}}`` in the prompt."""

    def read(self, piece: Piece, source: Gaps | None) -> None:
        self.accepted: dict[str, list[str]] = {}
        self.prompt = piece
        lines = tuple(
            self._without_gaps(line, number) for number, line in enumerate(piece.lines, piece.start)
        )
        self.gapped = Piece(piece.path, piece.start, lines).trimmed()
        if not self.accepted:
            self.tools.problem(
                self.tools.line, "no gap in this question", "write {{word}} or {{word|other word}}"
            )
        if source is not None and len(self.accepted) != len(source.accepted):
            self.tools.problem(
                self.tools.line,
                f"{len(self.accepted)} gaps, the source has {len(source.accepted)}",
                "leave the same words out, in the same order",
            )
        self.key = {"gaps": list(self.accepted)}

    def _without_gaps(self, line: str, number: int) -> str:
        def gap(found: re.Match[str]) -> str:
            id_ = f"g{len(self.accepted) + 1}"
            written = found.group(1).replace("\\|", "|")
            self.accepted[id_] = accepted(written, number, self.tools)
            return f"{GAP_OPEN}{id_}{GAP_CLOSE}"

        return _GAP.sub(gap, line)

    def texts(self) -> Document:
        markup = self.tools.block(self.gapped)
        pieces: list[str | Document] = []
        for position, piece in enumerate(_GAP_MADE.split(markup)):
            pieces.append({"gap": piece} if position % 2 else piece)
        return {
            "prompt_html": _GAP_MADE.sub("____", markup),
            "prompt_pieces": pieces,
            "parts": {},
            "accepted": self.accepted,
        }


def accepted(written: str, line: int, tools: Tools) -> list[str]:
    """The answers between the bars; each must be there, and none twice after folding."""
    words = [" ".join(word.split()) for word in written.split("|")]
    if not all(words):
        tools.problem(line, "an empty answer", "write words between the bars: = one | two")
    kept: dict[str, str] = {}
    for word in filter(None, words):
        if len(word) > LONGEST_ANSWER:
            tools.problem(
                line, f"an answer of {len(word)} characters", f"write at most {LONGEST_ANSWER}"
            )
        elif fold_answer(word) in kept:
            tools.problem(
                line,
                f"the answer “{word}” is accepted already",
                "delete it: case, spaces and ё do not count",
            )
        kept.setdefault(fold_answer(word), word)
    return list(kept.values())


def _decimal(text: str) -> str:
    """A number as the key keeps it: no spaces, a point, a plain minus."""
    return re.sub(r"\s", "", text).replace("−", "-")
