"""What refers to something that is not there."""

from pathlib import Path

from tests.content.building import (
    BANK,
    COURSE,
    LESSON,
    PROGRAMME,
    QUIZ,
    SECOND,
    SOURCES,
    Broken,
    broken,
    each,
    judge,
)

AN_EXAM = (
    (QUIZ, "kind: practice", "kind: exam"),
    (QUIZ, "feedback: each", "feedback: rules"),
)
OTHER_QUESTIONS = (
    (QUIZ, "  - {bank: rights, level: [1, 2], count: 4}\n", ""),
    (QUIZ, "  - {bank: rights, critical: true, count: 1}\n", ""),
)
NEVER_ASKED = (
    PROGRAMME,
    10,
    "the critical rule “protocol-copy” is never asked by “practice”",
    "add to “draw” in quizzes/practice.md: - {bank: rights, rules: [protocol-copy], count: 1}",
)
OTHER_COURSE = "---\ntitle: Other\naudience: observer\nminutes: 5\nrequires: [rights]\n---\nText.\n"

CASES = [
    broken(
        "an unknown source",
        (LESSON, "    sources: law-43\n    critical", "    sources: law-44\n    critical"),
        (LESSON, 14, "no source “law-44”", "did you mean “law-43”?"),
    ),
    broken(
        "an unknown source of a case",
        (LESSON, "    sources: law-43\n    clock", "    sources: press\n    clock"),
        (LESSON, 34, "no source “press”", "add it to courses/sources.yml"),
    ),
    broken(
        "an unknown rule of a question",
        (BANK, '{#copy-which rules="protocol-copy"', '{#copy-which rules="protocol-copie"'),
        (BANK, 15, "no rule “protocol-copie”", "did you mean “protocol-copy”?"),
    ),
    broken(
        "an unknown question",
        (LESSON, "/// check | copy-when", "/// check | copy-whn"),
        (LESSON, 22, "no question “copy-whn”", "did you mean “copy-when”?"),
    ),
    broken(
        "an unknown lesson in a course",
        (COURSE, "[copy, registration]", "[copy, registration, mobile-voting]"),
        (COURSE, 6, "no lesson “rights/mobile-voting”", "name a lesson by its file"),
    ),
    broken(
        "a lesson that its course forgets",
        (COURSE, "[copy, registration]", "[copy]"),
        (SECOND, 1, "the lesson “registration” is not in its course", "add it to lessons:"),
    ),
    broken(
        "an unknown course",
        (COURSE, "requires: []", "requires: [counting]"),
        (COURSE, 5, "no course “counting”", "name a folder of courses/"),
    ),
    broken(
        "a course that requires itself",
        (COURSE, "requires: []", "requires: [rights]"),
        (COURSE, 5, "the course “rights” requires itself", "delete one of the requirements"),
    ),
    broken(
        "two courses that require each other",
        (COURSE, "requires: []", "requires: [other]"),
        ("courses/other/course.md", OTHER_COURSE.replace("---\nText", "lessons: [a]\n---\nText")),
        ("courses/other/01-a.md", "---\ntitle: T\nminutes: 1\nobjectives: [a]\n---\nText.\n"),
        ("courses/other/course.md", 5, "the course “other” requires itself", "delete one"),
        (COURSE, 5, "the course “rights” requires itself", "delete one of the requirements"),
    ),
    broken(
        "a programme that builds on itself",
        (PROGRAMME, "  pledge: true", "  certificates: [precinct-observer]\n  pledge: true"),
        (PROGRAMME, 5, "the programme “precinct-observer” requires itself", "delete one of"),
    ),
    broken(
        "an unknown programme to build on",
        (PROGRAMME, "  pledge: true", "  certificates: [precinct-observers]\n  pledge: true"),
        (PROGRAMME, 9, "no programme “precinct-observers”", "did you mean “precinct-observer”?"),
    ),
    broken(
        "an unknown checklist to assess on",
        (PROGRAMME, "critical_rules:", "assesses: [tally]\ncritical_rules:"),
        (PROGRAMME, 10, "no checklist “tally”", "name a file of quizzes/checklists/"),
    ),
    broken(
        "assessing on something else than all",
        (PROGRAMME, "critical_rules:", "assesses: some\ncritical_rules:"),
        (PROGRAMME, 10, "“assesses” is “some”", "write one of: all"),
    ),
    broken(
        "an unknown course in a programme",
        (PROGRAMME, "[rights, rights/copy]", "[right, rights/copy]"),
        (PROGRAMME, 6, "no course or lesson “right”", "did you mean “rights”?"),
    ),
    broken(
        "an unknown quiz in a programme",
        (PROGRAMME, "  quizzes: [practice]", "  quizzes: [exam]"),
        (PROGRAMME, 7, "no quiz “exam”", "name a file of quizzes/"),
    ),
    broken(
        "an unknown scenario in a programme",
        (PROGRAMME, "[refused]", "[refusd]"),
        (PROGRAMME, 8, "no scenario “refusd”", "did you mean “refused”?"),
    ),
    broken(
        "an unknown critical rule in a programme",
        (PROGRAMME, "[protocol-copy]", "[protocol]"),
        (PROGRAMME, 10, "no rule “protocol”", "did you mean “protocol-copy”?"),
    ),
    broken(
        "a rule called critical that is not",
        (PROGRAMME, "[protocol-copy]", "[protocol-copy, accreditation]"),
        (PROGRAMME, 10, "the rule “accreditation” is not critical", "write critical: true"),
    ),
    broken(
        "a rule that knocks out and that the exam never asks",
        *AN_EXAM,
        *OTHER_QUESTIONS,
        NEVER_ASKED,
    ),
    broken(
        "a rule that a lesson of the programme calls critical and that the exam never asks",
        *AN_EXAM,
        *OTHER_QUESTIONS,
        (PROGRAMME, "[protocol-copy]", "all"),
        NEVER_ASKED,
    ),
    broken(
        "a rule that knocks out and that no bank asks",
        *AN_EXAM,
        (SECOND, "    from: 2022-11-21", "    from: 2022-11-21\n    critical: true"),
        (PROGRAMME, "[protocol-copy]", "[protocol-copy, accreditation]"),
        (
            PROGRAMME,
            10,
            "the critical rule “accreditation” is never asked by “practice”",
            "write a question on it in a bank that quizzes/practice.md draws from",
        ),
    ),
    broken(
        "sources that are no list",
        (SOURCES, "law: 1\n"),
        (SOURCES, 1, "this is not a list of sources", "begin each source with “- id: …”"),
    ),
]


@each(CASES)
def test_a_reference_to_nothing_is_said_with_its_line(case: Broken, tmp_path: Path) -> None:
    judge(case, tmp_path)
