"""Figures of a question's story that are other for every account: what an author may name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lms.content.context import Document
from lms.content.problems import Report
from lms.domain import canaries

_TAG = re.compile(r"<[^<>]*>")
# Where a figure of the story could be the answer.
_NOT_IN = ("number", "text", "gaps", "spot", "essay")


def own_figures(own: Sequence[str], type_: str, report: Report, path: str, line: int) -> None:
    """Refuse what cannot differ from account to account."""
    for sample in own:
        if not canaries.is_sample(sample):
            report.problem(
                path,
                line,
                f"the own figure “{sample}”",
                "name a time like 19:05 or a number of 3 to 6 digits that stands in the story",
            )
    if type_ in _NOT_IN:
        report.problem(
            path,
            line,
            f"own figures in a question of the type “{type_}”",
            "its answer may hang on a figure: leave out own=",
        )


def own_figures_stand(document: Document, report: Report, path: str, line: int) -> None:
    """Every own figure stands in the story in every language, and in no option."""
    for language, words in document["texts"].items():
        story = _TAG.sub(" ", f"{words.get('stem_html') or ''} {words['prompt_html']}")
        answers = " ".join(
            _TAG.sub(" ", part.get("html") or "") for part in words["parts"].values()
        )
        for sample in document.get("own", ()):
            if not canaries.stands(story, sample):
                report.problem(
                    path,
                    line,
                    f"the own figure “{sample}” does not stand in the story ({language})",
                    "write it there as it stands in own=, in every language",
                )
            elif canaries.stands(answers, sample):
                report.problem(
                    path,
                    line,
                    f"the own figure “{sample}” stands in an option too ({language})",
                    "every account reads another one: take it out of the option or out of own=",
                )
