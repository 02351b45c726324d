"""Every template compiles, hides nothing from the escaping, and keeps to the content policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.house.tree import ROOT, files, name, of_every

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database
TEMPLATES = files(".html", under="templates")


@of_every(TEMPLATES)
def test_a_template_compiles(app: Flask, path: Path) -> None:
    app.jinja_env.get_template(path.relative_to(ROOT / "templates").as_posix())


@of_every(TEMPLATES)
def test_a_template_trusts_no_text(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\|\s*safe\b|\{%-?\s*autoescape", text)


@of_every(TEMPLATES)
def test_a_template_has_nothing_inline(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"(?i)\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    for tag in re.findall(r"(?is)<script\b[^>]*>", text):
        assert "src=" in tag


@of_every(TEMPLATES)
def test_a_page_is_shown_in_the_one_frame(path: Path) -> None:
    parts = path.name == "base.html" or path.name.startswith("_") or "_macros" in path.parts
    # What "leave this page at once" shows must look like somebody else's page.
    decoy = name(path) == "templates/accounts/leave.html"
    assert parts or decoy or "{% extends" in path.read_text("utf-8")


@of_every(TEMPLATES)
def test_a_form_that_changes_something_carries_the_token(path: Path) -> None:
    for form in re.findall(r"(?is)<form\b[^>]*post[^>]*>.*?</form>", path.read_text("utf-8")):
        assert "csrf_token" in form or "token()" in form, form[:80]
