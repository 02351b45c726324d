"""Stamping: writing into a translation what it was made from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from lms.content.compiling import compile_tree
from lms.content.problems import Problem
from lms.content.reading import digest_of, normalised
from lms.domain.languages import LANGUAGES

_TRANSLATION = re.compile(r"(.+)\.(?:" + "|".join(LANGUAGES[1:]) + r")\.md\Z")
_HASH = re.compile(r"source_hash:.*")


def stamp(root: Path, names: Sequence[str]) -> dict[str, list[Problem]]:
    """Write source_hash into these translations; each with the problems that kept it from it.

    A translation is judged as if it had just been made from the present source: one that is built
    unlike it is not stamped.
    """
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
            _write(root / name, root / f"{source.group(1)}.md")
    return found


def _write(file: Path, source: Path) -> None:
    digest = digest_of(normalised(source.read_bytes().decode("utf-8")))
    lines = normalised(file.read_bytes().decode("utf-8")).split("\n")
    end = lines.index("---", 1)
    for index in range(1, end):
        if _HASH.match(lines[index]):
            comment = re.search(r"\s+#.*", lines[index])
            lines[index] = f"source_hash: {digest}{comment.group() if comment else ''}"
            break
    else:
        lines.insert(end, f"source_hash: {digest}")
    file.write_bytes("\n".join(lines).encode("utf-8"))
