"""What a reviewer sees on the pages for translations, and what an author does with a patch."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from lms import db
from lms.content.compiling import Compiled, compile_tree
from lms.content.publishing import publish
from tests.conftest import Moment
from tests.page import Page


def blocks_of(page: Page) -> list[str]:
    return blocks_in(page.html)


def blocks_in(html: str) -> list[str]:
    return re.findall(r'name="right" value="([0-9a-f]{24})"', html)


def words_shown(page: Page, address: str) -> str:
    """What stands in the box of the words."""
    form = next(f for f in page.sheet.forms if address in str(f["action"]))
    return str(dict(form["fields"])["words"])  # type: ignore[call-overload]  # a list of pairs


def applied(patch: str, folder: Path) -> None:
    """Put a unified diff into the files of a folder, as ``git apply`` does."""
    for part in re.split(r"(?m)^--- a/", patch)[1:]:
        name, hunks = part.split("\n", 1)
        old = (folder / name).read_text("utf-8").split("\n")
        new, at = [], 0
        for line in hunks.split("\n")[1:-1]:
            if found := re.match(r"@@ -(\d+)", line):
                new += old[at : int(found[1]) - 1]
                at = int(found[1]) - 1
            elif line.startswith("+"):
                new.append(line[1:])
            else:
                assert old[at] == line[1:], line
                at += 1
                new += [line[1:]] if line.startswith(" ") else []
        (folder / name).write_text("\n".join([*new, *old[at:]]), "utf-8", newline="\n")


def republished(app: Flask, folder: Path, now: Moment) -> Compiled:
    found = compile_tree(folder)
    assert not found.problems, [str(p) for p in found.problems]
    now.move(seconds=5)
    with app.app_context(), db.transaction() as session:
        publish(session, found.documents, found.files, now=now(), writings=found.writings)
    return found
