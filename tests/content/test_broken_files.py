"""What is wrong with a file before its meaning is looked at: names, bytes, heads, YAML."""

from pathlib import Path

import pytest

from tests.content.building import (
    BANK,
    COURSE,
    GLOSSARY,
    GLOSSARY_RU,
    LESSON,
    LESSON_RU,
    PROGRAMME,
    QUIZ,
    SECOND,
    SOURCES,
    Broken,
    broken,
    compiled,
    each,
    good_tree,
    judge,
)

NAMES = [
    broken(
        "a lesson without a number",
        ("courses/rights/extra.md", "---\ntitle: x\n---\n"),
        ("courses/rights/extra.md", 1, "the name “extra.md”", "write 03-name.md"),
    ),
    broken(
        "a name in capitals",
        ("quizzes/Exam.md", "---\ntitle: x\n---\n"),
        ("quizzes/Exam.md", 1, "the name “Exam.md”", "in kebab-case"),
    ),
    broken(
        "an unknown language",
        ("quizzes/practice.fr.md", "---\ntitle: x\n---\n"),
        ("quizzes/practice.fr.md", 1, "the name “practice.fr.md”", "one of ru, kk"),
    ),
    broken(
        "the source with its language in the name",
        ("quizzes/practice.en.md", "---\ntitle: x\n---\n"),
        ("quizzes/practice.en.md", 1, "the name", "the source has no language"),
    ),
    broken(
        "a translation without its source",
        ("quizzes/lost.ru.md", "---\ntitle: x\n---\n"),
        ("quizzes/lost.ru.md", 1, "a translation without its source", "write lost.md"),
    ),
    broken(
        "a stranger",
        ("courses/rights/notes.txt", "x"),
        ("courses/rights/notes.txt", 1, "this does not belong here", ".md, .svg and .png"),
    ),
    broken(
        "a folder inside a course",
        ("courses/rights/old/01-x.md", "x"),
        ("courses/rights/old", 1, "this does not belong here", "directly in their course"),
    ),
    broken(
        "an unknown folder of quizzes",
        ("quizzes/games/x.md", "x"),
        (
            "quizzes/games",
            1,
            "this does not belong here",
            "joint/, counts/ and checklists/",
        ),
    ),
    broken(
        "a course without course.md",
        ("courses/empty/01-x.md", "---\ntitle: T\nminutes: 1\nobjectives: [a]\n---\nText.\n"),
        ("courses/empty/course.md", 1, "a course without course.md", "write it"),
    ),
    broken(
        "two lessons of one address",
        (
            "courses/rights/03-copy.md",
            "---\ntitle: T\nminutes: 1\nobjectives: [a]\n---\nText.\n",
        ),
        ("courses/rights/03-copy.md", 1, "a second file for “copy”", "rename one"),
    ),
]

BYTES = [
    broken(
        "not UTF-8",
        (QUIZ, "---\ntitle: Practice\nkind: \xe9".encode("latin-1")),
        (QUIZ, 3, "this is not UTF-8", "save the file as UTF-8"),
    ),
    broken(
        "too large",
        ("quizzes/banks/big.md", "---\ntitle: T\n---\n" + "x\n" * 33_000),
        ("quizzes/banks/big.md", 1, "the file has 66017 bytes, the most is 65536", "split it"),
    ),
    broken(
        "a line too long",
        (COURSE, "Why it matters.", "a" * 4_001),
        (COURSE, 8, "a line of 4001 characters", "break the line"),
    ),
    broken(
        "a control character",
        (COURSE, "Why it", "Why\x07 it"),
        (COURSE, 8, "cannot be printed (U+0007)", "delete it"),
    ),
    broken(
        "letters turned around",
        (COURSE, "Why it", "Why \u202e it"),
        (COURSE, 8, "hides what is written (U+202E)", "delete it"),
    ),
    broken(
        "the compiler's own signs",
        (COURSE, "Why it", "Why \ue000 it"),
        (COURSE, 8, "hides what is written (U+E000)", "delete it"),
    ),
]

HEADS = [
    broken(
        "no head",
        ("quizzes/more.md", "Text.\n"),
        ("quizzes/more.md", 1, "no head", "begin the file with ---"),
    ),
    broken(
        "a head that is not closed",
        ("quizzes/more.md", "---\ntitle: T\n"),
        ("quizzes/more.md", 1, "the head is not closed", "write --- on a line after it"),
    ),
    broken(
        "a head that is a list",
        ("quizzes/more.md", "---\n- title\n---\n"),
        ("quizzes/more.md", 2, "the head is not a table", "write lines like title: …"),
    ),
    broken(
        "an unknown key",
        (LESSON, "minutes: 8", "minutes: 8\nobjective: x"),
        (LESSON, 4, "unknown key “objective” in the head", "did you mean “objectives”?"),
    ),
    broken(
        "a missing title",
        (COURSE, "title: Your rights\n", ""),
        (COURSE, 2, "“title” is missing", "write title: and a value"),
    ),
    broken(
        "minutes in words",
        (LESSON, "minutes: 8", "minutes: eight"),
        (LESSON, 3, "“minutes” is “eight”", "write a whole number, 1 to 120"),
    ),
    broken(
        "no objectives",
        (SECOND, "objectives:\n  - Ask for the written rule.\n", "objectives: []\n"),
        (SECOND, 4, "“objectives” is empty", "write at least one entry"),
    ),
    broken(
        "objectives as a text",
        (SECOND, "objectives:\n  - Ask for the written rule.\n", "objectives: Ask.\n"),
        (SECOND, 4, "“objectives” is not a list", "write objectives: [first, second]"),
    ),
    broken(
        "a clock that is no day",
        (SECOND, "clock: 2019-06-09", "clock: 2019-06-31"),
        (SECOND, 6, "“clock” is “2019-06-31”", "write a date like 2019-06-09"),
    ),
    broken(
        "an unknown audience",
        (COURSE, "audience: observer", "audience: observers"),
        (COURSE, 3, "“audience” is “observers”", "did you mean “observer”?"),
    ),
    broken(
        "a lesson listed twice",
        (COURSE, "[copy, registration]", "[copy, registration, copy]"),
        (COURSE, 6, "“copy” is listed twice", "keep one"),
    ),
    broken(
        "an exam that shows its key",
        (QUIZ, "kind: practice", "kind: exam"),
        (QUIZ, 9, "an exam with feedback “each”", "write rules"),
    ),
    broken(
        "an unknown feedback",
        (QUIZ, "feedback: each", "feedback: rule"),
        (QUIZ, 9, "“feedback” is “rule”", "did you mean “rules”?"),
    ),
    broken(
        "a draw without a count",
        (QUIZ, "critical: true, count: 1", "critical: true"),
        (QUIZ, 12, "“count” is missing", "write count: and a value"),
    ),
    broken(
        "a level that does not exist",
        (QUIZ, "level: [1, 2]", "level: [1, 4]"),
        (QUIZ, 11, "the level “4”", "write 1, 2 or 3"),
    ),
    broken(
        "an unknown key in a draw",
        (QUIZ, "critical: true, count: 1", "criticle: true, count: 1"),
        (QUIZ, 12, "unknown key “criticle” in a line of “draw”", "did you mean “critical”?"),
    ),
    broken(
        "a programme that asks for nothing",
        (PROGRAMME, "{quizzes: [practice]}, lead", "{pledge: false}, lead"),
        (PROGRAMME, 12, "“requires” asks for nothing", "write certificates, lessons, quizzes"),
    ),
    broken(
        "a certificate that never ends",
        (PROGRAMME, ", months: 12}", "}"),
        (PROGRAMME, 11, "“months” is missing", "write months: and a value"),
    ),
    broken(
        "a pledge that is not written",
        (PROGRAMME, "\n## Pledge {#pledge}\nI observe, and take no part.\n", ""),
        (PROGRAMME, 14, "a pledge is required, and there is none", "write ## Pledge {#pledge}"),
    ),
    broken(
        "another section in a programme",
        (PROGRAMME, "## Pledge", "## More {#more}\nText.\n\n## Pledge"),
        (PROGRAMME, 16, "the section “More”", "## Pledge {#pledge}"),
    ),
]

YAML = [
    broken(
        "a key twice",
        (COURSE, "minutes: 20", "minutes: 20\nminutes: 21"),
        (COURSE, 5, "the key “minutes” again (first on line 4)", "keep one"),
    ),
    broken(
        "an anchor",
        (COURSE, "minutes: 20", "minutes: &m 20"),
        (COURSE, 4, "an anchor (&name)", "leave it out"),
    ),
    broken(
        "an alias",
        (COURSE, "minutes: 20", "minutes: *m"),
        (COURSE, 4, "an alias (*name)", "write the value out"),
    ),
    broken(
        "a tag",
        (COURSE, "title: Your rights", "title: !!python/object:os.system x"),
        (COURSE, 2, "a tag (!name)", "leave it out"),
    ),
    broken(
        "bad indentation",
        (COURSE, "minutes: 20", "minutes: 20\n   x: y"),
        (COURSE, 5, "this is not YAML", "check indentation"),
    ),
    broken(
        "a colon in a title",
        (COURSE, "title: Your rights", "title: Your rights: all"),
        (COURSE, 2, "this is not YAML", "quote a value with"),
    ),
    broken(
        "nested too deep",
        (COURSE, "requires: []", "requires: " + "[" * 25 + "]" * 25),
        (COURSE, 5, "nested more than 20 deep", "write it flatter"),
    ),
    broken(
        "too many values",
        (COURSE, "requires: []", "requires:\n" + "- [a,a,a,a,a]\n" * 1_700),
        (COURSE, 1671, "more than 10000 values", "split the file"),
    ),
]

LISTS = [
    broken(
        "a source without a status",
        (SOURCES, "  status: unconfirmed\n", ""),
        (SOURCES, 16, "“status” is missing", "write status: and a value"),
    ),
    broken(
        "an unknown status",
        (SOURCES, "status: unconfirmed", "status: unconfirmd"),
        (SOURCES, 23, "“status” is “unconfirmd”", "did you mean “unconfirmed”?"),
    ),
    broken(
        "a source without its English words",
        (SOURCES, "{en: Voters are added on paper.}", "{ru: Избиратели.}"),
        (SOURCES, 26, "“en” is missing", "write en: and a value"),
    ),
    broken(
        "a source twice",
        (SOURCES, "- id: law-26", "- id: law-43"),
        (SECOND, 10, "no source “law-26”", "did you mean “law-43”?"),
        (SOURCES, 16, "the source “law-43” again (first in courses/sources.yml:1)", "another id"),
    ),
    broken(
        "dates the wrong way round",
        (SOURCES, "valid_to:\n", "valid_to: 1990-01-01\n"),
        (SOURCES, 12, "“valid_to” lies before “valid_from”", "exchange the two dates"),
    ),
    broken(
        "an unknown field of a source",
        (SOURCES, "  found_in:", "  foundin:"),
        (SOURCES, 6, "unknown key “foundin” in a source", "did you mean “found_in”?"),
    ),
    broken(
        "a term without an id",
        (GLOSSARY, "observer {#observer .unsure}", "observer"),
        (GLOSSARY, 2, "the glossary has no term “observer”", "add it to courses/glossary.md"),
        (GLOSSARY, 4, "the term “observer” has no id", "end it with {#id}"),
    ),
    broken(
        "a term without a meaning",
        (GLOSSARY, "observer {#observer .unsure}", "lonely {#lonely}\n\nobserver {#observer}"),
        (GLOSSARY, 4, "neither a term nor a meaning: lonely", "and under it “:   meaning”"),
    ),
    broken(
        "an unknown class of a term",
        (GLOSSARY, ".unsure", ".unsur"),
        (GLOSSARY, 4, "unknown class “.unsur” on a term", "did you mean “.unsure”?"),
    ),
    broken(
        "a term that only the translation has",
        (GLOSSARY_RU, "{#observer}", "{#observers}"),
        (GLOSSARY_RU, 5, "1 terms are not translated", "add observer"),
        (GLOSSARY_RU, 8, "the source has no term “observers”", "did you mean “observer”?"),
    ),
]


@each([*NAMES, *BYTES, *HEADS, *YAML, *LISTS])
def test_what_is_wrong_is_said_with_its_line(case: Broken, tmp_path: Path) -> None:
    judge(case, tmp_path)


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    (problem,) = compiled(tmp_path).problems
    assert str(problem) == "courses:1: there is nothing here; write courses/ and quizzes/"


def test_a_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Secret\n---\n")
    root = good_tree(tmp_path)
    (root / "quizzes/leak.md").symlink_to(secret)
    (problem,) = compiled(root).problems
    assert (problem.path, problem.what) == ("quizzes/leak.md", "this is not a plain file")


@pytest.mark.parametrize("path", [LESSON_RU, BANK])
def test_line_ends_and_a_byte_order_mark_do_not_matter(path: str, tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    text = (root / path).read_text()
    (root / path).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    found = compiled(root)
    assert found.problems == []
    assert not [w for w in found.warnings if "source has changed" in w.what]
