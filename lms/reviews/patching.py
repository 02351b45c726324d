"""What reviewers decided, as a patch that an author puts into the files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from lms.content.stamping import with_review
from lms.reviews.queries import Written, alias


def patch(files: Iterable[Written]) -> str:
    """A unified diff from the folder that holds courses/ and quizzes/; empty when nothing is new.

    It puts amended words in place, and of a file that was sealed who reviewed it and when.
    """
    return "".join(_diff(written) for written in files)


def reviewed_text(written: Written) -> str:
    """A translation as its reviewers would have it, its head included."""
    text = written.amended
    if (sealed := written.sealed) is not None:
        who = f"{alias(sealed.reviewer)}, {sealed.at.date().isoformat()}"
        text = with_review(text, written.document["source_digest"], who)
    return text


def _diff(written: Written) -> str:
    before, after = str(written.document["text"]), reviewed_text(written)
    path = written.document["path"]
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
    )
    return "".join(_ended(line) for line in lines)


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
