"""What is wrong inside a lesson: blocks, rules, headings, links, pictures."""

from pathlib import Path

from tests.content.building import LESSON, LESSON_RU, PICTURE, SECOND, Broken, broken, each, judge

BLOCKS = [
    broken(
        "an unknown block",
        (LESSON, "/// checklist |", "/// checklst |"),
        (LESSON, 40, "unknown block “checklst”", "did you mean “checklist”?"),
    ),
    broken(
        "a block without a name",
        (LESSON, "/// checklist | Before the count", "/// checklist"),
        (LESSON, 40, "a checklist without a name", "write /// checklist | name"),
    ),
    broken(
        "a block that is not closed",
        (LESSON, "- A watch\n///\n", "- A watch\n"),
        (LESSON, 40, "this block is not closed", "write /// on a line after its text"),
    ),
    broken(
        "a block that is not closed at the end",
        (SECOND, "accreditation first.\n///", "accreditation first."),
        (SECOND, 28, "this block is not closed", "write /// on a line after its text"),
    ),
    broken(
        "a closing too many",
        (LESSON, "[^1]: By", "///\n\n[^1]: By"),
        (LESSON, 50, "closes a block that was not opened", "open it with /// kind | name"),
    ),
    broken(
        "a bar inside a link inside a table",
        (LESSON, "The table is marked 1.", "| a | [[protocol|the paper]] |"),
        (LESSON, 30, "the bar inside [[protocol|…]] ends the cell", "write [[protocol]] alone"),
    ),
    broken(
        "an unknown option",
        (LESSON, "    say: I ask", "    sya: I ask"),
        (LESSON, 16, "unknown option “sya” of a rule", "did you mean “say”?"),
    ),
    broken(
        "a right without a duty",
        (LESSON, "    duty: The commission gives it.\n", ""),
        (LESSON_RU, "    duty: Комиссия её выдаёт.\n", ""),
        (
            LESSON,
            12,
            "“protocol-copy” gives a sentence to say, and not what it asks of the commission",
            "write duty: and what the commission owes, or no-duty: and why it owes nothing",
        ),
    ),
    broken(
        "a duty, and why there is none",
        (LESSON, "    duty: The commission", "    no-duty: Nobody.\n    duty: The commission"),
        (LESSON, 12, "a duty, and why there is none", "delete duty: or no-duty:"),
    ),
    broken(
        "an option at the margin",
        (LESSON, "    alt: A room", "alt: A room"),
        (LESSON, 27, "this figure has no “alt”", "write alt: and a value"),
        (LESSON, 28, "an option at the margin: alt: A room", "indent it by four spaces"),
    ),
    broken(
        "an option that is none",
        (LESSON, "    say: I ask", "    say I ask"),
        (LESSON, 16, "an option that cannot be read: say I ask", "write key: value"),
    ),
    broken(
        "an option twice",
        (LESSON, "    critical: true", "    critical: true\n    critical: false"),
        (LESSON, 16, "“critical” again (first on line 15)", "keep one"),
    ),
    broken(
        "an empty option",
        (LESSON, "    duty: The commission gives it.", "    duty:"),
        (LESSON, 17, "“duty” is empty", "write its value, or delete the line"),
    ),
    broken(
        "a check with a text",
        (LESSON, "/// check | copy-when\n", "/// check | copy-when\n\nText.\n"),
        (LESSON, 24, "a check with a text", "the question stands in its bank"),
    ),
    broken(
        "a duty with a text",
        (SECOND, "first.\n///", "first.\n///\n\n/// duty | protocol-copy\n\nText.\n///"),
        (SECOND, 38, "a duty with a text", "the rule itself says it"),
    ),
    broken(
        "a duty of a rule that nobody teaches",
        (SECOND, "first.\n///", "first.\n///\n\n/// duty | protocol-copi\n///"),
        (SECOND, 36, "no rule “protocol-copi”", "did you mean “protocol-copy”?"),
    ),
    broken(
        "a duty twice on a page",
        (SECOND, "first.\n///", "first.\n///" + "\n\n/// duty | protocol-copy\n///" * 2),
        (SECOND, 39, "the duty “protocol-copy” again", "show it once"),
    ),
    broken(
        "a case without its source",
        (LESSON, "    sources: law-43\n    clock", "    clock"),
        (LESSON, 33, "this case has no “sources”", "write sources: and a value"),
    ),
    broken(
        "a warning without text",
        (
            LESSON,
            "Hands behind your back. See [above](#after-signing) and"
            " [the rule](#rule-protocol-copy).\n",
            "",
        ),
        (LESSON, 46, "a warning without text", "write it below the title"),
    ),
]

RULES = [
    broken(
        "an uncited rule",
        (LESSON, "    sources: law-43\n    critical", "    critical"),
        (LESSON, 12, "the rule “protocol-copy” cites no source", "ids from courses/sources.yml"),
    ),
    broken(
        "a rule without a name",
        (LESSON, "    name: A copy, at once\n", ""),
        (LESSON, 12, "this rule has no “name”", "write name: and a value"),
    ),
    broken(
        "a rule without text",
        (LESSON, "You may have a copy **in the room**.\n", ""),
        (LESSON, 12, "a rule without text", "write it after an empty line"),
    ),
    broken(
        "critical in words",
        (LESSON, "critical: true", "critical: yes"),
        ("courses/programmes/precinct-observer.md", 10, "is not critical", "critical: true"),
        (LESSON, 15, "“critical” is “yes”", "write true or false"),
        ("quizzes/practice.md", 12, "wants 1 questions, and 0 are left", "lower the count"),
    ),
    broken(
        "a contested rule that is critical",
        (SECOND, "contested: true", "contested: true\n    critical: true"),
        (SECOND, 8, "a contested rule that is critical", "nobody may fail for an unsettled"),
    ),
    broken(
        "a contested rule that does not say how it is applied",
        (SECOND, "    practice: In one city everybody was added.\n", ""),
        (SECOND, "    practice: In another everybody was turned away.\n", ""),
        (SECOND, 8, "a contested rule without “practice”", "practice: how it is applied"),
    ),
    broken(
        "a contested rule that does not say what to do",
        (SECOND, "    do: Ask for the written rule.\n", ""),
        (SECOND, 8, "a contested rule without “do”", "do: what the observer does"),
    ),
    broken(
        "practice in a settled rule",
        (LESSON, "    critical: true", "    critical: true\n    practice: So."),
        (LESSON, 16, "“practice” in a rule that is not contested", "write contested: true"),
    ),
    broken(
        "days of one rule that overlap",
        (SECOND, "from: 2022-11-21", "from: 2022-11-20"),
        (SECOND, 28, "the rule “accreditation” again, for days that", "part the two with from:"),
    ),
    broken(
        "a rule twice",
        (SECOND, "from: 2022-11-21", "until: 2024-01-01"),
        (SECOND, 28, f"the rule “accreditation” again, for days that {SECOND}:20 has", "rename"),
    ),
    broken(
        "until before from",
        (SECOND, "    from: 2022-11-21", "    from: 2022-11-21\n    until: 2022-01-01"),
        (SECOND, 28, "“until” lies before “from”", "exchange the two dates"),
    ),
    broken(
        "a date that is none",
        (SECOND, "until: 2022-11-20", "until: 20.11.2022"),
        (SECOND, 23, "“until” is “20.11.2022”", "write a date like 2019-06-09"),
        (SECOND, 28, "the rule “accreditation” again", "part the two with from: and until:"),
    ),
    broken(
        "an id that is not kebab-case",
        (LESSON, "    sources: law-43\n    clock", "    sources: Law_43\n    clock"),
        (LESSON, 34, "“Law_43” is not an id", "write it as kebab-case"),
    ),
]

TEXT = [
    broken(
        "a heading with one #",
        (LESSON, "## After signing", "# After signing"),
        (LESSON, 8, "a heading with one #", "the title of the page stands in the head"),
    ),
    broken(
        "a heading that jumps",
        (LESSON, "### What you see", "#### What you see"),
        ("courses/rights/01-copy.md", 25, "level 4 under one of level 2", "write ###"),
    ),
    broken(
        "raw HTML",
        (LESSON, "By all members.", "By <b>all</b> members."),
        (LESSON, 50, "raw HTML", "for the sign itself write &lt;"),
    ),
    broken(
        "an HTML comment",
        (LESSON, "- A pen", "- A pen <!-- blue -->"),
        (LESSON, 42, "raw HTML", "write Markdown"),
    ),
    broken(
        "another site",
        (LESSON, "- A pen", "- A pen from https://pens.example"),
        (LESSON, 42, "the address of another site", "write the source's name instead"),
    ),
    broken(
        "a link without a scheme",
        (LESSON, "- A pen", "- [A pen](//pens.example/x)"),
        (LESSON, 42, "the address of another site", "write the source's name instead"),
    ),
    broken(
        "a link to a file",
        (LESSON, "- A pen", "- [A pen](02-registration.md)"),
        (LESSON, 42, "a link that does not stay in this program", "begins with one /"),
    ),
    broken(
        "a script as an address",
        (LESSON, "- A pen", "- [A pen](javascript:alert)"),
        (LESSON, 42, "the address of another site", "write the source's name instead"),
    ),
    broken(
        "a list of addresses",
        (LESSON, "[^1]: By all members.", "[^1]: By all members.\n\n[x]: /courses/"),
        (LESSON, 52, "a list of link addresses", "write the link where it stands"),
    ),
    broken(
        "a link to nowhere on the page",
        (LESSON, "(#after-signing)", "(#after-signin)"),
        (LESSON, 47, "this page has no place “#after-signin”", "did you mean “after-signing”?"),
    ),
    broken(
        "a picture in running text",
        (LESSON, "- A pen", "- ![A pen](/pen.svg)"),
        (LESSON, 42, "a picture in running text", "/// figure | name.svg"),
    ),
    broken(
        "an event handler in an attribute list",
        (LESSON, "**in the room**", "**in the room**{onclick=x}"),
        (LESSON, 19, "an attribute that may not be set", "write {#id} alone"),
    ),
    broken(
        "an unknown term",
        (LESSON, "The [[protocol]] is", "The [[protocl]] is"),
        (LESSON, 10, "the glossary has no term “protocl”", "did you mean “protocol”?"),
    ),
    broken(
        "a footnote that is not written",
        (LESSON, "[^1]: By all members.\n", ""),
        (LESSON, 10, "the footnote [^1] is not written", "write [^1]: and its text"),
    ),
    broken(
        "a footnote twice",
        (LESSON, "[^1]: By all members.", "[^1]: By all members.\n[^1]: By nobody."),
        (LESSON, 51, "the footnote [^1] again (first on line 50)", "give it another mark"),
    ),
    broken(
        "brackets without end",
        (LESSON, "- A pen", "[" * 12 + " A pen"),
        (LESSON, 42, "more than 6 brackets left open", "close each [ with ]"),
    ),
    broken(
        "a lesson without text",
        (
            "courses/rights/03-more.md",
            "---\ntitle: T\nminutes: 1\nobjectives: [a]\n---\n",
        ),
        ("courses/rights/course.md", "[copy, registration]", "[copy, registration, more]"),
        ("courses/rights/03-more.md", 6, "a lesson without text", "write it below the head"),
    ),
]

PICTURES = [
    broken(
        "no such picture",
        (LESSON, "/// figure | plan.svg", "/// figure | plan.png"),
        (LESSON, 27, "no picture “plan.png” beside this lesson", "did you mean “plan.svg”?"),
    ),
    broken(
        "a picture without words",
        (LESSON, "    alt: A room with one table.\n", ""),
        (LESSON, 27, "this figure has no “alt”", "write alt: and a value"),
    ),
    broken(
        "a script in a picture",
        (PICTURE, "<title>Room</title>", "<script>alert(1)</script>"),
        (PICTURE, 2, "<script> in a picture", "holds no script"),
    ),
    broken(
        "an event handler in a picture",
        (PICTURE, '<g fill="none"', '<g onload="alert(1)" fill="none"'),
        (PICTURE, 3, "the attribute “onload” in a picture", "delete it"),
    ),
    broken(
        "a picture that loads another",
        (PICTURE, "<title>Room</title>", '<use href="https://x.example/a.svg#b"/>'),
        (PICTURE, 2, "“href” leads out of the picture", "refer to a part of it, with #id"),
    ),
    broken(
        "a fill from elsewhere",
        (PICTURE, 'fill="none"', 'fill="url(https://x.example/a.svg#b)"'),
        (PICTURE, 3, "“fill” leads out of the picture", "url(#id)"),
    ),
    broken(
        "a style with an address",
        (PICTURE, 'fill="none"', 'style="fill: url(#a)"'),
        (PICTURE, 3, "a style with more than plain values", "write fill=, stroke="),
    ),
    broken(
        "a document type",
        (PICTURE, "<svg xmlns", '<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg xmlns'),
        (PICTURE, 1, "a document type (<!DOCTYPE)", "delete it"),
    ),
    broken(
        "foreign markup",
        (PICTURE, "<title>Room</title>", "<foreignObject/>"),
        (PICTURE, 2, "<foreignObject> in a picture", "holds no script"),
    ),
    broken(
        "a drawing without a size",
        (PICTURE, ' viewBox="0 0 640 400"', ""),
        (PICTURE, 1, "does not say how large it is", "write viewBox="),
    ),
    broken(
        "a drawing cut off",
        (PICTURE, "</svg>", ""),
        (PICTURE, 8, "this is not a whole SVG drawing", "save it again as plain SVG"),
    ),
    broken(
        "a picture that is no PNG",
        ("courses/rights/plan.png", b"GIF89a"),
        (LESSON, "/// figure | plan.svg", "/// figure | plan.png"),
        ("courses/rights/01-copy.ru.md", "/// figure | plan.svg", "/// figure | plan.png"),
        ("courses/rights/plan.png", 1, "this is not a PNG picture", "save the picture again"),
    ),
]


@each([*BLOCKS, *RULES, *TEXT, *PICTURES])
def test_what_is_wrong_in_a_lesson_is_said_with_its_line(case: Broken, tmp_path: Path) -> None:
    judge(case, tmp_path)
