"""``lms questions``: a preview first, then all or nothing, and out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.content.compiling import compile_tree
from lms.exchange.commands import questions
from tests.content.building import BANK, good_tree
from tests.exchange.reading import SAMPLES

AIKEN = SAMPLES / "examples.aiken"
NEW = "quizzes/banks/taken-in.md"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tree = good_tree(tmp_path)
    monkeypatch.setenv("LMS_CONTENT", str(tree))
    return tree


def run(*words: str) -> Result:
    return CliRunner().invoke(questions, list(words))


def take_in(file: Path, form: str, *more: str) -> Result:
    return run("import", str(file), "--format", form, "--bank", "taken-in", *more)


def a_rule(root: Path) -> str:
    lessons = [d for d in compile_tree(root).documents if d["kind"] == "lesson"]
    return next(r["id"] for d in lessons for r in d["rules"] if not r.get("contested"))


def test_without_yes_nothing_is_written_and_each_question_has_its_line(root: Path) -> None:
    result = take_in(AIKEN, "aiken", "--rules", a_rule(root), "--show")
    assert result.exit_code == 3
    assert result.output.count("\nok ") + result.output.startswith("ok ") >= 2
    assert "REFUSED  line 17" in result.output
    assert "5 questions: 3 can be kept, 2 refused" in result.output
    assert "- [x] Must be this one!" in result.output
    assert not (root / NEW).exists()


def test_with_yes_all_or_nothing_is_kept(root: Path) -> None:
    result = take_in(AIKEN, "aiken", "--rules", a_rule(root), "--yes")
    assert result.exit_code == 3
    assert "Nothing was kept" in result.output
    assert not (root / NEW).exists()


def test_skip_refused_keeps_the_others_and_the_tree_stays_sound(root: Path) -> None:
    words = ("--rules", a_rule(root), "--yes", "--skip-refused")
    assert take_in(AIKEN, "aiken", *words).exit_code == 3
    assert not compile_tree(root).problems
    before = (root / NEW).read_text("utf-8")
    again = take_in(AIKEN, "aiken", *words)
    assert (root / NEW).read_text("utf-8") == before, again.output


def test_without_a_rule_nothing_is_invented(root: Path) -> None:
    result = take_in(AIKEN, "aiken", "--yes", "--skip-refused")
    assert result.exit_code == 3
    assert "it names no rule; say --rules RULE" in result.output
    assert not (root / NEW).exists()
    unknown = take_in(AIKEN, "aiken", "--rules", "no-such-rule")
    assert "no rule “no-such-rule”" in unknown.output


@pytest.mark.parametrize("form", ["gift", "moodle-xml"])
def test_a_bank_that_went_out_comes_back_as_there_already(
    root: Path, tmp_path: Path, form: str
) -> None:
    bank = Path(BANK).stem
    file = tmp_path / "out"
    out = run("export", bank, "--format", form, "--output", str(file))
    assert out.exit_code in (0, 3)
    before = (root / BANK).read_bytes()
    back = run("import", str(file), "--format", form, "--bank", bank, "--yes")
    assert back.exit_code == 0, back.output
    assert "0 can be kept, 0 refused" in back.output
    assert (root / BANK).read_bytes() == before


def test_questions_are_added_at_the_end_of_a_bank(root: Path, tmp_path: Path) -> None:
    bank = Path(BANK).stem
    before = (root / BANK).read_text("utf-8")
    file = tmp_path / "one.gift"
    file.write_text(f"// [id:fresh] [tag:rule:{a_rule(root)}] [tag:level:3]\nQ {{T}}")
    result = run("import", str(file), "--format", "gift", "--bank", bank, "--yes")
    assert result.exit_code == 0, result.output
    after = (root / BANK).read_text("utf-8")
    assert after.startswith(before.rstrip("\n"))
    assert "{#fresh" in after and "level=3" in after
    # Translations are stale now, which readers are told; nothing is broken.
    assert not compile_tree(root).problems


def test_pictures_are_kept_beside_the_bank(root: Path) -> None:
    file = SAMPLES / "documentation.xml"
    words = ("--rules", a_rule(root), "--yes", "--skip-refused")
    assert take_in(file, "moodle-xml", *words).exit_code == 3
    compiled = compile_tree(root)
    assert not compiled.problems
    (picture,) = (root / NEW).parent.glob("red-square-*.png")
    assert any(name.endswith(picture.name) for name in compiled.files)
    shown = next(d for d in compiled.documents if d["slug"] == "a-picture")
    assert 'alt="A red square"' in shown["texts"]["en"]["prompt_html"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("export", "nothing", "--format", "gift"), "there is no bank “nothing”"),
        (("export", "../../etc", "--format", "gift"), "there is no bank"),
        (("import", str(AIKEN), "--format", "moodle-xml", "--bank", "b"), "not whole XML"),
        (("import", str(AIKEN), "--format", "aiken", "--bank", "../b"), "kebab-case"),
    ],
)
def test_trouble_is_one_sentence(root: Path, words: tuple[str, ...], reason: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert reason in result.output
