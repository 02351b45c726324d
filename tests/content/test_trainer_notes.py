"""Notes for trainers stand beside a lesson and never in it."""

from __future__ import annotations

from pathlib import Path

from lms.content.compiling import compile_tree
from tests.content.building import LESSON, LESSON_RU, change, good_tree, stamp

NOTE = "\n/// trainer | {title}\n\nLet them **play** it.\n///\n"


def noted(tmp_path: Path, times: int = 1, translated: bool = True) -> Path:
    root = good_tree(tmp_path)
    source, russian = root / LESSON, root / LESSON_RU
    source.write_text(source.read_text() + NOTE.format(title="40 minutes") * times)
    if translated:
        russian.write_text(russian.read_text() + NOTE.format(title="40 минут") * times)
    head, _, rest = russian.read_text().partition("source_hash: ")
    russian.write_text(f"{head}source_hash: pending{rest[12:]}")
    stamp(russian)
    return root


def test_a_note_is_kept_apart_from_what_trainees_read(tmp_path: Path) -> None:
    compiled = compile_tree(noted(tmp_path))
    assert [str(problem) for problem in compiled.problems] == []
    lesson = next(d for d in compiled.documents if d["slug"] == "rights/copy")
    for language, title in (("en", "40 minutes"), ("ru", "40 минут")):
        text = lesson["texts"][language]
        assert text["trainer"]["title"] == title
        assert "<strong>play</strong>" in text["trainer"]["html"]
        assert "play" not in str(text["segments"]) + text["plain"]


def test_a_second_note_and_one_that_is_not_translated_are_problems(tmp_path: Path) -> None:
    twice = [str(p) for p in compile_tree(noted(tmp_path / "a", times=2)).problems]
    assert any("a second note for trainers" in problem for problem in twice)
    missing = [str(p) for p in compile_tree(noted(tmp_path / "b", translated=False)).problems]
    assert any("“trainer”" in problem and "not translated" in problem for problem in missing)


def test_a_lesson_without_a_note_has_none(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    change(root)
    lesson = next(d for d in compile_tree(root).documents if d["slug"] == "rights/copy")
    assert lesson["texts"]["en"]["trainer"] is None
