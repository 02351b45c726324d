"""Stamping: writing into a translation what it was made from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from lms.content.parting import seal_of
from lms.content.problems import Problem
from lms.content.reading import digest_of, normalised
from lms.domain.languages import LANGUAGES

_TRANSLATION = re.compile(r"(.+)\.(?:" + "|".join(LANGUAGES[1:]) + r")\.md\Z")


def stamp(
    root: Path, names: Sequence[str], reviewed: str | None = None
) -> dict[str, list[Problem]]:
    """Write source_hash into these translations; each with the problems that kept it from it.

    A translation is judged as if it had just been made from the present source: one that is built
    unlike it is not stamped. With ``reviewed`` (who and when, ``A. Reader, 2026-11-26``) it is
    sealed as reviewed in these very words.
    """
    from lms.content.compiling import compile_tree  # the rest of this is asked by a page, too

    compiled = compile_tree(root, fresh=names)
    found: dict[str, list[Problem]] = {}
    for name in names:
        found[name] = [problem for problem in compiled.problems if problem.path == name]
        source = _TRANSLATION.match(name)
        if source is None or not (root / f"{source.group(1)}.md").is_file():
            found[name].append(
                Problem(name, 1, "this is not a translation", "name a file like 03-copy.ru.md")
            )
        if not found[name] and source:
            _write(root / name, root / f"{source.group(1)}.md", reviewed)
    return found


def _write(file: Path, source: Path, reviewed: str | None) -> None:
    digest = digest_of(normalised(source.read_bytes().decode("utf-8")))
    text = with_key(normalised(file.read_bytes().decode("utf-8")), "source_hash", digest)
    if reviewed is not None:
        text = with_review(text, digest, reviewed)
    file.write_bytes(text.encode("utf-8"))


def with_review(text: str, source_digest: str, reviewed: str) -> str:
    """The text of a translation, sealed as reviewed by whom and when ``reviewed`` says."""
    return with_key(text, "reviewed_by", f"{reviewed}, {seal_of(source_digest, text)}")


def with_key(text: str, key: str, value: str) -> str:
    """The text of a file with this value of a key in its head; what stood behind a # stays."""
    lines = text.split("\n")
    end = lines.index("---", 1)
    for index in range(1, end):
        if lines[index].startswith(f"{key}:"):
            comment = re.search(r"\s+#.*", lines[index])
            lines[index] = f"{key}: {value}{comment.group() if comment else ''}"
            break
    else:
        lines.insert(end, f"{key}: {value}")
    return "\n".join(lines)
