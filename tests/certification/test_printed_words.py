"""What was written is what is printed: the real programme in Russian and Kazakh, read back."""

from __future__ import annotations

import io
import re
from typing import Any

import markdown
import pytest
from flask import Flask
from pypdf import PdfReader

from lms.certification import printing
from lms.config import ROOT
from tests.certification.test_printing import a_pdf

PROGRAMMES = ROOT / "courses" / "programmes"


def words_of(language: str) -> tuple[str, str]:
    """Body and pledge of the precinct observer, straight from the file that authors write."""
    text = (PROGRAMMES / f"precinct-observer.{language}.md").read_text("utf-8")
    _empty, _head, body = text.split("---\n", 2)
    before, pledge = re.split(r"^## .*\{#pledge\}$", body, maxsplit=1, flags=re.MULTILINE)
    return markdown.markdown(before), markdown.markdown(pledge)


def structure(reader: PdfReader) -> list[tuple[str, str]]:
    """Every tagged element in reading order: its kind, and its alternative text."""
    found: list[tuple[str, str]] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((str(node["/S"]), str(node.get("/Alt", ""))))
            walk(node.get("/K"))

    walk(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]  # a dictionary
    return found


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_word_of_the_source_is_in_the_file_and_tagged(app: Flask, language: str) -> None:
    body, pledge = words_of(language)
    pdf = a_pdf(app, printed={"language": language}, body_html=body, pledge_html=pledge)
    reader = PdfReader(io.BytesIO(pdf))
    printed = "".join(page.extract_text() for page in reader.pages)
    bare = re.sub(r"\s", "", printed)
    blocks = [*printing.blocks(body), *printing.blocks(pledge)]
    for block in blocks:
        words = re.sub(r"\s", "", "".join(run[1] for run in block["runs"]))
        assert words in bare, words
    kinds = [kind for kind, _alt in structure(reader)]
    items = sum(block["kind"] == "item" for block in blocks)
    assert items == kinds.count("/LI") == 7
    assert kinds.count("/H1") == 1
    assert kinds.count("/P") >= len(blocks) - items
    assert reader.trailer["/Root"]["/Lang"] == language  # type: ignore[index]  # a dictionary
