"""What reviewers decided, as a patch that an author puts into the files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from lms.content import paraphrased
from lms.content.stamping import with_review
from lms.reviews.queries import Written, alias


def patch(files: Iterable[Written]) -> str:
    """A unified diff from the folder that holds courses/ and quizzes/; empty when nothing is new.

    It puts amended words in place, and of a file that was sealed who reviewed it and when. The
    sources are one file for all languages: what was decided in each goes into it.
    """
    made: dict[str, tuple[str, str]] = {}
    for written in files:
        path = str(written.document["path"])
        before, after = made.get(path, (str(written.document["text"]),) * 2)
        made[path] = before, reviewed_text(written, after)
    return "".join(_diff(path, *texts) for path, texts in made.items())


def reviewed_text(written: Written, text: str) -> str:
    """The text of a file as the reviewers of one language would have it, its head included."""
    text = written.amended_in(text)
    if (sealed := written.sealed) is not None:
        who = f"{alias(sealed.reviewer)}, {sealed.at.date().isoformat()}"
        if written.of_sources:
            return paraphrased.with_review(text, written.language, who)
        text = with_review(text, written.document["source_digest"], who)
    return text


def _diff(path: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
    )
    return "".join(_ended(line) for line in lines)


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
