"""Templates compiled once: used by whoever comes next, and never when their text has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from lms import setting_up
from lms.config import ROOT
from lms.web.templating import COMPILED, Compiled


def reader(templates: Path, compiled: Path) -> Environment:
    """What a process of its own has: it remembers nothing."""
    return Environment(
        loader=FileSystemLoader(templates), bytecode_cache=Compiled(str(compiled)), autoescape=True
    )


def test_a_template_is_compiled_once_for_all_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.html").write_text("Hello {{ name }}")
    assert reader(tmp_path, tmp_path).get_template("page.html").render(name="Aida") == "Hello Aida"
    monkeypatch.setattr(Environment, "compile", lambda *_: pytest.fail("compiled again"))
    assert reader(tmp_path, tmp_path).get_template("page.html").render(name="Zhan") == "Hello Zhan"


def test_a_template_that_has_changed_is_compiled_anew(tmp_path: Path) -> None:
    for words in ("Before", "After"):
        (tmp_path / "page.html").write_text(words)
        assert reader(tmp_path, tmp_path).get_template("page.html").render() == words


def test_where_nothing_can_be_kept_the_page_is_there_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("Hello")
    nowhere = reader(tmp_path, tmp_path / "absent")
    assert nowhere.get_template("page.html").render() == "Hello"


def test_setting_up_leaves_every_template_compiled() -> None:
    folder = ROOT / "templates"
    setting_up.main()
    texts = list(folder.rglob("*.html"))
    assert len(list((folder / COMPILED).glob("*.jinja"))) >= len(texts) > 100
