"""What is wrong in a bank: headings, options, answers."""

from pathlib import Path

from tests.content.building import BANK, QUIZ, Broken, broken, each, judge

# The quiz draws from the bank: with a question gone it could not be filled any more.
SMALLER = (QUIZ, "level: [1, 2], count: 4", "level: [1, 2], count: 1")

HEADINGS = [
    broken(
        "a question without an id",
        (BANK, "{#copy-which rules", "{rules"),
        (BANK, 15, "a question without an id", "end the heading with {#id …}"),
    ),
    broken(
        "a question without rules",
        (BANK, '{#copy-which rules="protocol-copy" ', "{#copy-which "),
        (BANK, 15, "the question “copy-which” names no rule", 'write rules="rule-id"'),
    ),
    broken(
        "a question without a type",
        (BANK, "type=multiple ", ""),
        (BANK, 15, "a question without a type", "write type= and one of: essay, gaps, match"),
    ),
    broken(
        "an unknown type",
        (BANK, "type=multiple", "type=multple"),
        (BANK, 15, "the type “multple”", "did you mean “multiple”?"),
    ),
    broken(
        "a question without a level",
        (BANK, "type=multiple level=1", "type=multiple"),
        (BANK, 15, "a question without a level", "write level=1, 2 or 3"),
    ),
    broken(
        "a level that does not exist",
        (BANK, "type=multiple level=1", "type=multiple level=7"),
        (BANK, 15, "“level” is “7”", "write a whole number, 1 to 3"),
    ),
    broken(
        "an unknown attribute",
        (BANK, "type=multiple level=1", "type=multiple level=1 points=2"),
        (BANK, 15, "unknown key “points” on a question", "known here: #id, asks="),
    ),
    broken(
        "an attribute twice",
        (BANK, "type=multiple level=1", "type=multiple level=1 level=2"),
        (BANK, 15, "“level=” is written twice", "keep one"),
    ),
    broken(
        "a quote that is not closed",
        (BANK, '{#copy-which rules="protocol-copy" type', '{#copy-which rules="protocol-copy type'),
        (BANK, 15, "a question without a level", "write level="),
        (BANK, 15, "a question without a type", "write type="),
        (BANK, 15, "attributes that cannot be read", 'key="two words"'),
        (BANK, 15, "the question “copy-which” names no rule", "write rules="),
    ),
    broken(
        "an id that is not kebab-case",
        (BANK, "#copy-which", "#Copy_Which"),
        (BANK, 15, "the id “Copy_Which” is not kebab-case", "use small Latin letters"),
    ),
    broken(
        "asks something else",
        (BANK, "asks=action", "asks=reading"),
        (BANK, 73, "the question “registration-do” rests on contested rules alone", "asks=action"),
        (BANK, 73, "“asks” is “reading”", "write asks=action, or leave it out"),
    ),
    broken(
        "a contested rule tested as if it were settled",
        (BANK, " asks=action", ""),
        (BANK, 73, "the question “registration-do” rests on contested rules alone", "asks=action"),
    ),
    broken(
        "a clock that is no day",
        (BANK, "clock=2019-06-09", "clock=2019"),
        (BANK, 26, "“clock” is “2019”", "write a date like 2019-06-09"),
    ),
    broken(
        "a question twice",
        (BANK, "#copy-which", "#copy-when"),
        (
            BANK,
            15,
            "the question “copy-when” again (first in quizzes/banks/rights.md:4)",
            "another",
        ),
    ),
    broken(
        "text before the first question",
        (BANK, "## The chair says", "Read this.\n\n## The chair says"),
        (BANK, 4, "text before the first question", "write it under a heading"),
    ),
    broken(
        "a bank without questions",
        ("quizzes/banks/empty.md", "---\ntitle: T\n---\n"),
        ("quizzes/banks/empty.md", 4, "a bank without questions", "write ## title"),
    ),
    broken(
        "a question without a prompt",
        (BANK, "Choose all.\n", ""),
        (BANK, 15, "a question without a prompt", "write what is asked"),
    ),
]

CHOICES = [
    broken(
        "no option is right",
        (BANK, "- [x] A copy here", "- [ ] A copy here"),
        (BANK, 4, "no option is right", "mark one with [x]"),
    ),
    broken(
        "two options of a single choice are right",
        (BANK, "- [ ] A photograph", "- [x] A photograph"),
        (BANK, 4, "2 options are right", "mark one alone, or write type=multiple"),
    ),
    broken(
        "nothing is right in a multiple choice",
        (BANK, "- [x] A stamp", "- [ ] A stamp"),
        (BANK, "- [x] A signature", "- [ ] A signature"),
        (BANK, 15, "no option is right", "mark one with [x]"),
    ),
    broken(
        "three options of a true or false",
        (BANK, "- [ ] False {#no}", "- [ ] Perhaps {#perhaps}\n    > No.\n- [ ] False {#no}"),
        (BANK, 26, "3 options", "write exactly 2, or type=single"),
    ),
    broken(
        "one option",
        (BANK, "- [ ] A photograph is enough\n    > A photograph is not the copy.\n", ""),
        (BANK, 4, "one option is no choice", "write at least two"),
    ),
    broken(
        "no options at all",
        (
            BANK,
            "- [x] A copy here, now {#now}\n    > The duty arises at signing.\n"
            "- [ ] A photograph is enough\n    > A photograph is not the copy.\n",
            "",
        ),
        (BANK, 4, "no options: - [x] right and - [ ] wrong", "write it below"),
    ),
    broken(
        "an option without feedback",
        (BANK, "    > A photograph is not the copy.\n", ""),
        (BANK, 10, "an option without feedback", "as an indented quote"),
    ),
    broken(
        "an option without a mark",
        (BANK, "- [ ] A photograph", "- A photograph"),
        (BANK, 10, "an option without a mark", "- [x] if right, - [ ] if not"),
    ),
    broken(
        "two options with one id",
        (BANK, "A photograph is enough", "A photograph is enough {#now}"),
        (BANK, 10, "the answer id “now” again (first on line 8)", "different {#id}"),
    ),
    broken(
        "an option without Latin letters",
        (BANK, "A photograph is enough", "Фотография"),
        (BANK, 10, "an answer from which no id can be made", "end the line with {#id}"),
    ),
    broken(
        "an unknown attribute of an option",
        (BANK, "{#now}", "{#now points=2}"),
        (BANK, 8, "unknown key “points” on an answer", "known here: #id"),
    ),
    broken(
        "text between options",
        (BANK, "- [ ] A photograph", "Or else:\n\n- [ ] A photograph"),
        (BANK, 10, "text between the entries of a list: Or else:", "indent it under its entry"),
    ),
    broken(
        "raw HTML in an option",
        (BANK, "A copy here, now", "A <i>copy</i> here, now"),
        (BANK, 8, "raw HTML", "write Markdown"),
    ),
]

OTHERS = [
    broken(
        "an order of one",
        (BANK, "2. You ask {#ask}\n3. You get the copy {#get}\n", ""),
        (BANK, 35, "one entry has no order", "write at least two"),
    ),
    broken(
        "an order without numbers",
        (
            BANK,
            "1. The protocol is signed {#signed}\n    > First.\n2. You ask {#ask}\n3. You get",
            "- You get",
        ),
        (BANK, 35, "no numbered list: 1. first", "write it below what is asked"),
    ),
    broken(
        "a bullet in an order",
        (BANK, "2. You ask {#ask}", "- You ask {#ask}"),
        (BANK, 41, "an entry without a number", "write 1. at its beginning"),
    ),
    broken(
        "three columns",
        (BANK, "| A member {#member} | signs |", "| A member {#member} | signs | x |"),
        (BANK, 52, "a row of 3 columns", "write two columns"),
    ),
    broken(
        "a table without a head",
        (BANK, "|---|---|\n", ""),
        (BANK, 48, "a table without a head", "|---|---|"),
    ),
    broken(
        "one pair",
        (BANK, "| The secretary {#secretary} | writes |\n| A member {#member} | signs |\n", ""),
        (BANK, 44, "a match with one right side", "write at least two"),
        (BANK, 44, "fewer than two pairs", "write at least two rows"),
    ),
    broken(
        "an empty cell",
        (BANK, "| The secretary {#secretary} | writes |", "| The secretary {#secretary} | |"),
        (BANK, 51, "an empty cell", "write both sides of the pair"),
    ),
    broken(
        "text below the table",
        (BANK, "| A member {#member} | signs |\n", "| A member {#member} | signs |\n\nWell.\n"),
        (BANK, 54, "text below the table", "move it above the table"),
    ),
    broken(
        "a number that is none",
        (BANK, "= 1 240 ± 5 ballots", "= about 1240"),
        (BANK, 58, "a number that cannot be read: = about 1240", "write = 1240, = 1240 ± 5"),
    ),
    broken(
        "a number with a comma, which two languages read differently",
        (BANK, "= 1 240 ± 5 ballots", "= 1,240 ballots"),
        (BANK, 58, "a number that cannot be read: = 1,240 ballots", "write = 1240"),
    ),
    broken(
        "a number without its line",
        (BANK, "= 1 240 ± 5 ballots\n    > Counted twice.\n", ""),
        (BANK, 54, "no line “= 1240 ± 5 ballots”", "write it below what is asked"),
    ),
    broken(
        "an answer twice",
        (BANK, "= protocol | protocol of results", "= protocol | Protocol"),
        (BANK, 65, "the answer “Protocol” is accepted already", "case, spaces and ё do not count"),
    ),
    broken(
        "an empty answer",
        (BANK, "= protocol | protocol of results", "= protocol | "),
        (BANK, 65, "an empty answer", "write words between the bars"),
    ),
    broken(
        "an endless answer",
        (BANK, "= protocol | protocol of results", "= " + "protocol " * 30),
        (BANK, 65, "an answer of 269 characters", "write at most 200"),
    ),
    broken(
        "text below the answer",
        (BANK, "= protocol | protocol of results\n", "= protocol\nThat is all.\n"),
        (BANK, 66, "text below the = line", "move it above"),
    ),
    broken(
        "no gap",
        (BANK, "a {{stamp|seal}} and a {{signature}}", "a stamp and a signature"),
        (BANK, 67, "no gap in this question", "write {{word}}"),
    ),
    broken(
        "an empty gap",
        (BANK, "{{signature}}", "{{}}"),
        (BANK, 69, "an empty answer", "write words between the bars"),
    ),
]


@each([*HEADINGS, *CHOICES, *OTHERS])
def test_what_is_wrong_in_a_bank_is_said_with_its_line(case: Broken, tmp_path: Path) -> None:
    judge(Broken(case.name, (*case.changes, SMALLER), case.expected), tmp_path)


FILLING = [
    broken(
        "more than there are",
        (QUIZ, "level: [1, 2], count: 4", "level: [1, 2], count: 9"),
        (QUIZ, 11, "this line wants 9 questions, and 6 are left for it", "lower the count"),
    ),
    broken(
        "two lines that want the same question",
        (
            QUIZ,
            "  - {bank: rights, critical: true, count: 1}",
            "  - {bank: rights, rules: [temporary-registration], level: [3], count: 1}",
        ),
        (QUIZ, 13, "this line wants 1 questions, and 0 are left for it", "write more questions"),
    ),
    broken(
        "an unknown bank",
        (QUIZ, "{bank: rights, critical", "{bank: right, critical"),
        (QUIZ, 12, "no bank “right”", "did you mean “rights”?"),
    ),
    broken(
        "an unknown rule",
        (QUIZ, "rules: [temporary-registration]", "rules: [temporary-registrations]"),
        (QUIZ, 13, "no rule “temporary-registrations”", "did you mean “temporary-registration”?"),
        (QUIZ, 13, "this line wants 1 questions, and 0 are left for it", "widen the line"),
    ),
]


@each(FILLING)
def test_a_draw_that_cannot_be_filled_is_said_with_its_line(case: Broken, tmp_path: Path) -> None:
    judge(case, tmp_path)
