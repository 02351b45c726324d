"""Practical checklists: what the compiler makes of them, and what it says of broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.content.compiling import compile_tree
from lms.content.library import Library
from lms.domain.certification import Done, Need, missing_for
from lms.domain.signoffs import agreement
from tests.content.building import PROGRAMME, broken, change, each, good_tree, judge, stamp

LIST = "quizzes/checklists/asking.md"
LIST_RU = "quizzes/checklists/asking.ru.md"
GOOD = """---
title: Asking for the copy
minutes: 10
pass: 60
again_within: 7
before_election: 3
---
You are the chair.

## Lines {#lines}

- Asks for the copy {#asks rules="protocol-copy" .knock-out}
    > Once, before the room is closed.
- Writes it down {#writes rules="protocol-copy accreditation"}
    > - Nothing
    > - The time
    > - Time and
    >   words

## One {#sample-one key="asks=1 writes=2"}

He asks and writes.

> All of it.

## Two {#sample-two key="asks=0 writes=0"}

He goes home.

> Nothing.
"""
RUSSIAN = """---
title: Просьба о копии
source_hash: pending
---
Вы председатель.

## Пункты {#lines}

- Просит копию
    > Один раз.
- Записывает
    > - Ничего
    > - Время
    > - Время и слова

## Раз {#sample-one}

Просит.

> Всё.

## Два {#sample-two}

Уходит.

> Ничего.
"""
ADDED = ((LIST, GOOD), (LIST_RU, RUSSIAN))


def tree(to: Path) -> Path:
    root = good_tree(to)
    change(root, *ADDED, (PROGRAMME, "  pledge: true", "  practical: {asking: 2}\n  pledge: true"))
    stamp(root / LIST_RU)
    return root


def test_a_checklist_has_lines_levels_and_samples_in_every_language(tmp_path: Path) -> None:
    compiled = compile_tree(tree(tmp_path))
    assert [str(p) for p in compiled.problems] == []
    books = Library(None, compiled.documents)
    checklist = books.checklist("asking")
    assert [(line.id, line.top, line.knock_out) for line in checklist.lines] == [
        ("asks", 1, True),
        ("writes", 2, False),
    ]
    assert agreement(checklist, {s.id: s.key for s in checklist.samples}).enough
    texts = books.checklists["asking"]["texts"]
    assert texts["en"]["lines"]["writes"]["levels"] == ["Nothing", "The time", "Time and words"]
    assert texts["ru"]["lines"]["writes"]["levels"][0] == "Ничего"
    assert "Once" in texts["en"]["lines"]["asks"]["shown_html"]
    assert "All of it" in texts["en"]["samples"]["sample-one"]["why_html"]


def test_a_programme_asks_for_it_signed_by_so_many_trainers(tmp_path: Path) -> None:
    books = Library(None, compile_tree(tree(tmp_path)).documents)
    programme = books.programme("precinct-observer")
    assert programme.requires.practical == (("asking", 2),)
    assert Need("practical", "asking") in missing_for(programme, Done())
    assert Need("practical", "asking") not in missing_for(
        programme, Done(practical=frozenset({"asking"}))
    )


def test_a_changed_source_leads_to_the_checklists_that_rest_on_it(tmp_path: Path) -> None:
    books = Library(None, compile_tree(tree(tmp_path)).documents)
    assert books.resting_on("law-43")["checklists"] == ("asking",)


def spoilt(old: str, new: str) -> tuple[str, str]:
    assert GOOD.count(old) == 1
    return LIST, GOOD.replace(old, new)


@each(
    [
        broken(
            "a line without a rule",
            spoilt(' rules="protocol-copy" .knock-out', ""),
            (LIST, 12, "a line without a rule", 'rules="…"'),
        ),
        broken(
            "a line on an unknown rule",
            spoilt('"protocol-copy" .knock-out', '"protocol-cpoy" .knock-out'),
            (LIST, 12, "no rule “protocol-cpoy”", "did you mean “protocol-copy”?"),
        ),
        broken(
            "a line without an id",
            spoilt("#asks rules", "rules"),
            (LIST, 12, "a line without an id", "{#id rules=…}"),
            (LIST, 20, "the key has “” for “line-12”", "line-12=0 to line-12=1"),
            (LIST, 20, "the key names “asks”, which is no line", "take it out"),
            (LIST, 26, "the key has “” for “line-12”", "line-12=0 to line-12=1"),
            (LIST, 26, "the key names “asks”, which is no line", "take it out"),
        ),
        broken(
            "a line that says nothing of when it is shown",
            spoilt("    > Once, before the room is closed.\n", ""),
            (LIST, 12, "does not say when it is shown", "indented quote"),
        ),
        broken(
            "two levels",
            spoilt("    > - Time and\n    >   words\n", ""),
            (LIST, 13 + 1, "2 levels", "write 3 to 8"),
            (LIST, 18, "the key has “2” for “writes”", "writes=0 to writes=1"),
        ),
        broken(
            "one sample",
            (LIST, GOOD.split("\n## Two")[0] + "\n"),
            (LIST, 8, "1 samples", "write at least 2"),
        ),
        broken(
            "a sample without its reasons",
            spoilt("> Nothing.\n", ""),
            (LIST, 26, "a sample without its reasons", "> quote"),
        ),
        broken(
            "a section that has no place",
            (LIST, GOOD + "\n## More {#more}\n\nWords.\n"),
            (LIST, 32, "the section “More”", "{#lines} and samples"),
        ),
        broken(
            "no set-up",
            spoilt("You are the chair.\n", ""),
            (LIST, 8, "no set-up", "under the head"),
        ),
        broken(
            "an unknown checklist in a programme",
            (PROGRAMME, "  pledge: true", "  practical: {askng: 1}\n  pledge: true"),
            (PROGRAMME, 9, "no checklist “askng”", "name a file of quizzes/checklists/"),
        ),
        broken(
            "no trainers",
            (LIST, GOOD),
            (PROGRAMME, "  pledge: true", "  practical: {asking: 0}\n  pledge: true"),
            (PROGRAMME, 9, "“asking” is “0”", "a whole number, 1 to 5"),
        ),
    ]
)
def test_what_is_wrong_is_named_with_its_line(case: object, tmp_path: Path) -> None:
    judge(case, tmp_path)  # type: ignore[arg-type]  # a case of these


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("- Записывает\n    > - Ничего\n    > - Время\n    > - Время и слова\n", "", "1 lines"),
        ("    > - Ничего\n", "", "not the levels of the source"),
        ("{#sample-two}", "{#sample-other}", "not the samples of the source"),
    ],
)
def test_a_translation_is_built_like_its_source(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    root = tree(tmp_path)
    change(root, (LIST_RU, old, new))
    found = [str(problem) for problem in compile_tree(root).problems]
    assert any(what in problem for problem in found), found
