"""Translations: what may differ from the source and what may not, and what a reader then sees."""

from pathlib import Path

import pytest

from lms.content.library import Library, words
from lms.content.stamping import stamp
from tests.content.building import (
    BANK,
    BANK_RU,
    LESSON,
    LESSON_RU,
    QUIZ,
    SCENARIO,
    SCENARIO_RU,
    Broken,
    broken,
    change,
    compiled,
    each,
    good_tree,
    judge,
)

HEADS = [
    broken(
        "no hash",
        (LESSON_RU, "reviewed_by:\n", ""),
        (LESSON_RU, "objectives:", "source_hesh: x\nobjectives:"),
        (LESSON_RU, 4, "unknown key “source_hesh”", "did you mean “source_hash”?"),
    ),
    broken(
        "what belongs to the source",
        (LESSON_RU, "objectives:", "minutes: 8\nobjectives:"),
        (LESSON_RU, 5, "“minutes” belongs to the source file alone", "delete it here"),
    ),
    broken(
        "an objective too few",
        (LESSON_RU, "  - Записать отказ.\n", ""),
        (LESSON_RU, 5, "1 objectives, the source has 2", "translate each of them"),
    ),
    broken(
        "no title",
        (LESSON_RU, "title: Протокол и копия\n", ""),
        (LESSON_RU, 2, "“title” is missing", "write title: and a value"),
    ),
]

LESSONS = [
    broken(
        "blocks in another order",
        (LESSON_RU, "/// checklist | До подсчёта", "/// warning | До подсчёта"),
        (LESSON_RU, 37, "“warning” where the source has “checklist” (its line 40)", "in the order"),
    ),
    broken(
        "a block too few",
        (LESSON_RU, "/// check | copy-when\n///\n\n", ""),
        (LESSON_RU, 23, "“figure | plan.svg” where the source has “check | copy-when”", "keep the"),
    ),
    broken(
        "the last block is missing",
        (
            LESSON_RU,
            "/// warning | Не трогайте бюллетень\n"
            "Руки за спиной. См. [выше](#after-signing).\n///\n",
            "",
        ),
        (LESSON_RU, 37, "the block “warning” (line 46 of the source) is not translated", "it"),
    ),
    broken(
        "another rule",
        (LESSON_RU, "/// rule | protocol-copy", "/// rule | protocol-paper"),
        (LESSON_RU, 13, "“rule | protocol-paper” where the source has", "keep the blocks"),
    ),
    broken(
        "a heading too few",
        (LESSON_RU, "### Что видно\n", ""),
        (LESSON_RU, 9, "1 headings where the source has 2", "keeps the place"),
    ),
    broken(
        "a critical rule by translation",
        (LESSON_RU, "    name: Копия сразу", "    name: Копия сразу\n    critical: false"),
        (LESSON_RU, 15, "“critical” in a translation", "written in the source file alone"),
    ),
    broken(
        "sources by translation",
        (LESSON_RU, "Председатель спрятался\n", "Председатель спрятался\n    sources: law-43\n"),
        (LESSON_RU, 33, "“sources” in a translation", "written in the source file alone"),
    ),
    broken(
        "a sentence that is not translated",
        (LESSON_RU, "    say: Прошу подписанную копию.\n", ""),
        (LESSON_RU, 13, "“say” is not translated", "write say: and its words"),
    ),
    broken(
        "a picture without words",
        (LESSON_RU, "    alt: Комната со столом.\n", ""),
        (LESSON_RU, 26, "this figure has no “alt”", "write alt:"),
    ),
]

BANKS = [
    broken(
        "a question too few",
        (
            BANK_RU,
            "## Пропуск {#copy-gaps}\n\nНа копии {{печать}} и {{подпись}}.\n\n> Обе.\n\n",
            "",
        ),
        (BANK_RU, 69, "the question “copy-gaps” is not translated", "## title {#copy-gaps}"),
    ),
    broken(
        "a question too many",
        (
            BANK_RU,
            "## Слово {#copy-text}",
            "## Лишний {#copy-txt}\n\nЧто?\n\n## Слово {#copy-text}",
        ),
        (BANK_RU, 63, "the source has no question “copy-txt”", "did you mean “copy-text”?"),
    ),
    broken(
        "a heading without an id",
        (BANK_RU, "## Слово {#copy-text}", "## Слово"),
        (BANK_RU, 63, "a heading without the id of its question", "end it with {#id}"),
        (BANK_RU, 75, "the question “copy-text” is not translated", "## title {#copy-text}"),
    ),
    broken(
        "a question twice",
        (BANK_RU, "## Пары {#copy-match}", "## Ещё {#copy-order}\n\nЧто?\n\n## Пары {#copy-match}"),
        (BANK_RU, 46, "“copy-order” again (first on line 37)", "keep one"),
    ),
    broken(
        "the type by translation",
        (BANK_RU, "{#copy-when}", "{#copy-when type=single}"),
        (BANK_RU, 6, "unknown key “type” on a translated question", "known here: #id"),
    ),
    broken(
        "the right answer by translation",
        (BANK_RU, "- Копия здесь", "- [x] Копия здесь"),
        (BANK_RU, 10, "a mark in a translation", "said in the source alone"),
    ),
    broken(
        "an option too few",
        (BANK_RU, "- Достаточно фотографии\n    > Фотография не копия.\n", ""),
        (BANK_RU, 6, "1 options, the source has 2", "translate each of them"),
    ),
    broken(
        "an id that is missing",
        (BANK_RU, "Копия здесь и сейчас {#now}", "Копия здесь и сейчас"),
        (BANK_RU, 10, "the id “now” is missing", "end the line with {#now}"),
    ),
    broken(
        "options in another order",
        (BANK_RU, "- Верно {#yes}", "- Верно {#no}"),
        (BANK_RU, "- Неверно {#no}", "- Неверно {#yes}"),
        (BANK_RU, 32, "the id “no” where the source has “yes”", "in the order of the source"),
        (BANK_RU, 34, "the id “yes” where the source has “no”", "in the order of the source"),
    ),
    broken(
        "an id of its own",
        (BANK_RU, "- Достаточно фотографии", "- Достаточно фотографии {#photo}"),
        (BANK_RU, 12, "the id “photo”, which the source does not write", "in the source first"),
    ),
    broken(
        "feedback that is missing",
        (BANK_RU, "    > Фотография не копия.\n", ""),
        (BANK_RU, 12, "an option without feedback", "as an indented quote"),
    ),
    broken(
        "an explanation that is missing",
        (BANK_RU, "> Просите в помещении.\n", ""),
        (BANK_RU, 6, "the explanation is not translated", "as a quote at the end"),
    ),
    broken(
        "feedback of an entry that is missing",
        (BANK_RU, "    > Сначала.\n", ""),
        (BANK_RU, 41, "feedback is missing here or in the source", "translate the feedback"),
    ),
    broken(
        "a row too few",
        (BANK_RU, "| Член {#member} | подписывает |\n", ""),
        (BANK_RU, 46, "2 rows, the source has 3", "translate each of them"),
    ),
    broken(
        "a right side worded in two ways",
        (BANK_RU, "| Член {#member} | подписывает |", "| Член {#member} | ставит подпись |"),
        (BANK_RU, 54, "a right side that the source repeats is worded anew", "“подписывает”"),
    ),
    broken(
        "two right sides worded in one way",
        (BANK_RU, "| Секретарь {#secretary} | пишет |", "| Секретарь {#secretary} | подписывает |"),
        (BANK_RU, 53, "two right sides of the source have the same words", "word them differently"),
    ),
    broken(
        "another number",
        (BANK_RU, "= 1240 ± 5", "= 1240 ± 50"),
        (BANK_RU, 60, "another number than in the source", "write = 1240 ± 5, and the unit"),
    ),
    broken(
        "a unit that is missing",
        (BANK_RU, "± 5 бюллетеней", "± 5"),
        (BANK_RU, 60, "the unit is missing here or in the source", "translate the unit"),
    ),
    broken(
        "a gap too few",
        (BANK_RU, " и {{подпись}}", ""),
        (BANK_RU, 69, "1 gaps, the source has 2", "leave the same words out"),
    ),
]

SCENARIOS = [
    broken(
        "effects by translation",
        (SCENARIO_RU, "- [Ждать](#again)", "- [Ждать](#again) {weak minutes=1}"),
        (SCENARIO_RU, 13, "attributes in a translation", "effects are written in the source"),
    ),
    broken(
        "a choice to another scene",
        (SCENARIO_RU, "- [Уйти](#street)", "- [Уйти](#home)"),
        (SCENARIO_RU, 23, "a choice to “home” where the source has “street”", "in the order"),
    ),
    broken(
        "a choice too few",
        (SCENARIO_RU, "- [Ждать](#again)\n    > Ничего.\n", ""),
        (SCENARIO_RU, 8, "2 choices, the source has 3", "translate each of them"),
        (SCENARIO_RU, 13, "a choice to “street” where the source has “again”", "in the order"),
    ),
    broken(
        "scenes in another order",
        (SCENARIO_RU, "## Дома {#home}", "## Дома {#street}"),
        (
            SCENARIO_RU,
            26,
            "the scene “street” where the source has “home”",
            "in the source's order",
        ),
    ),
    broken(
        "a scene too few",
        (SCENARIO_RU, "\n## На улице {#street}\nНичего нет.\n", ""),
        (SCENARIO_RU, 26, "3 scenes, the source has 4", "translate each of them"),
    ),
    broken(
        "an outcome by translation",
        (SCENARIO_RU, "{#home}", "{#home .end}"),
        (SCENARIO_RU, 26, "unknown class “.end” on a translated scene", "known here: #id"),
    ),
    broken(
        "a debrief that is missing",
        (SCENARIO_RU, "    > Всё.\n", ""),
        (SCENARIO_RU, 23, "the debrief of this choice is not translated", "as an indented quote"),
    ),
    broken(
        "a scene without text",
        (SCENARIO_RU, "Он собирается.\n", ""),
        (SCENARIO_RU, 18, "the text of the scene is not translated", "write it"),
    ),
    broken(
        "no introduction",
        (SCENARIO_RU, "Поздно.\n", ""),
        (SCENARIO_RU, 6, "the introduction is missing here or in the source", "translate"),
    ),
]


@each([*HEADS, *LESSONS, *BANKS, *SCENARIOS])
def test_a_difference_from_the_source_is_said_with_its_line(case: Broken, tmp_path: Path) -> None:
    judge(case, tmp_path)


def test_without_a_hash_a_translation_is_not_taken(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    text = (root / LESSON_RU).read_text()
    lines = [line for line in text.split("\n") if not line.startswith("source_hash")]
    (root / LESSON_RU).write_text("\n".join(lines))
    (problem,) = compiled(root).problems
    assert (problem.path, problem.line) == (LESSON_RU, 2)
    assert problem.what == "“source_hash” is missing"
    assert f"lms check --stamp {LESSON_RU}" in problem.remedy


def test_a_stale_translation_is_a_warning_and_its_words_are_not_shown(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    change(root, (LESSON, "- A pen", "- A pen\n- A torch\n\n### More\n"))
    found = compiled(root)
    assert found.problems == []
    warnings = [w for w in found.warnings if w.path == LESSON_RU]
    assert [(w.line, w.what) for w in warnings] == [
        (3, "the source has changed since this translation was made, so it is not shown"),
        (24, "2 headings where the source has 3, or of other levels"),
    ]
    lesson = Library(None, found.documents).lessons["rights/copy"]
    assert lesson["translations"]["ru"] == {"state": "stale", "reviewed_by": None}
    assert set(lesson["texts"]) == {"en"}
    assert words(lesson, "ru").language == "en"
    assert words(lesson, "ru").note == "stale"


def test_a_pending_translation_is_stale_and_the_way_to_stamp_it_is_said(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    text = (root / BANK_RU).read_text().split("\n")
    text[2] = "source_hash: pending"
    (root / BANK_RU).write_text("\n".join(text))
    found = compiled(root)
    assert found.problems == []
    (warning,) = [w for w in found.warnings if w.path == BANK_RU]
    assert warning.line == 3
    assert f"lms check --stamp {BANK_RU}" in warning.remedy
    (cell,) = [c for c in found.coverage if c.path == BANK_RU]
    assert cell.state == "stale"


def test_a_pending_translation_is_judged_in_full(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    text = (root / BANK_RU).read_text().replace("- Квитанция\n    > Нет.\n", "").split("\n")
    text[2] = "source_hash: pending"
    (root / BANK_RU).write_text("\n".join(text))
    (problem,) = compiled(root).problems
    assert (problem.line, problem.what) == (17, "2 options, the source has 3")


def test_words_fall_back_with_a_note(tmp_path: Path) -> None:
    library = Library(None, compiled(good_tree(tmp_path)).documents)
    course, lesson = library.courses["rights"], library.lessons["rights/copy"]
    assert words(course, "ru")[1:] == ("ru", "")
    assert words(lesson, "ru")[1:] == ("ru", "unreviewed")
    assert words(lesson, "kk")[1:] == ("en", "missing")
    assert words(lesson, "en")[1:] == ("en", "")
    assert words(lesson, "ru").texts["title"] == "Протокол и копия"


def test_stamping_writes_what_a_translation_was_made_from(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    change(root, (QUIZ, "Read this first.", "Read this before."))
    name = "quizzes/practice.ru.md"
    before = (root / name).read_text().split("\n")
    assert stamp(root, [name]) == {name: []}
    after = (root / name).read_text().split("\n")
    # sha256sum of the changed source, by hand
    assert after[2] == "source_hash: 218870382cdf"
    assert before[:2] + before[3:] == after[:2] + after[3:]
    assert [w for w in compiled(root).warnings if w.path == name] == []


def test_stamping_adds_a_hash_that_was_not_there(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    name = "quizzes/practice.ru.md"
    (root / name).write_text("---\ntitle: Практика\n---\nСначала прочтите.\n")
    assert stamp(root, [name]) == {name: []}
    assert (root / name).read_text().startswith("---\ntitle: Практика\nsource_hash: ")
    assert compiled(root).problems == []


@pytest.mark.parametrize("path", [BANK, SCENARIO])
def test_what_is_built_unlike_its_source_is_not_stamped(path: str, tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    name = path.replace(".md", ".ru.md")
    text = (root / name).read_text().replace("source_hash: ", "source_hash: 0")
    (root / name).write_text(text.replace("#again", "#home").replace("- Печать\n    > Да.\n", ""))
    (problem, *_) = stamp(root, [name])[name]
    assert problem.path == name
    assert "source_hash: 0" in (root / name).read_text()


def test_a_source_is_not_stamped(tmp_path: Path) -> None:
    root = good_tree(tmp_path)
    (problem,) = stamp(root, [BANK])[BANK]
    assert problem.what == "this is not a translation"
