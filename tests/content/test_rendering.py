"""The one door for authored text: what comes out is safe, whatever went in."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.content.problems import Report
from lms.content.reading import Piece
from lms.content.rendering import ATTRIBUTES, TAGS, Page, Renderer, plain


def rendered(text: str, scope: str = "") -> tuple[str, list[str]]:
    """The HTML of a text in the door's own hands, and what it had to say."""
    report = Report()
    renderer = Renderer()
    renderer.terms = {"en": {"protocol": "protocol"}}
    page = Page("en", scope=scope)
    body = renderer.take_notes(Piece("x.md", 1, tuple(text.split("\n"))), page, report)
    return renderer.block(body, page, report), [str(problem) for problem in report.problems]


def past_the_guard(text: str) -> str:
    """What Markdown and the allow-list make of a text that the guard would have refused.

    The guard is the first of three gates; this proves that the other two do not need it.
    """
    renderer = Renderer()
    page = Page("en")
    machine = renderer._machine("en", inline=False)
    return renderer._clean(machine.convert(text, page, {}), page)


class _Reader(HTMLParser):
    """Every tag and attribute of some HTML, as a browser would see them."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[tuple[str, str, str]] = []
        self.tags: set[str] = set()
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.seen += [(tag, name, value or "") for name, value in attrs]


def judge(markup: str) -> None:
    """No tag that is not allowed, no attribute that acts, no address that leaves the program."""
    reader = _Reader(markup)
    assert reader.tags <= TAGS, reader.tags - TAGS
    for tag, name, value in reader.seen:
        assert name in ATTRIBUTES.get(tag, set()) | ATTRIBUTES["*"], (tag, name)
        assert not name.startswith("on") and name != "style"
        if name in ("href", "src"):
            assert re.match(r"(#|/(?![/\\]))", value), value
            assert not re.search(r"[\x00-\x20\\]", value), value


ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>@import '//evil.example'</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?>",
    "<div\nonclick=alert(1)>x</div>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "[x](/\t/evil.example)",
    "[x](https://evil.example)",
    "[x](mailto:a@evil.example)",
    '[x](/ok "title" onclick=alert(1))',
    "[x][1]\n\n[1]: javascript:alert(1)",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "<https://evil.example>",
    "<javascript:alert(1)>",
    "<a@evil.example>",
    "**x**{onclick=alert(1)}",
    "**x**{: onmouseover='alert(1)' style='position:fixed' }",
    "## x {onclick=alert(1)}",
    "| a {onclick=alert(1)} | b |\n|---|---|\n| c | d {style=color:red} |",
    "[x](/ok){href=javascript:alert(1)}",
    "[x](/ok){: href=//evil.example }",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>alert(1)</script>`",
    "[[protocol|<img src=x onerror=alert(1)>]]",
    "[[javascript:alert(1)]]",
    '[[protocol" onclick="alert(1)]]',
    "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
    '[^"><img src=x onerror=alert(1)>]\n\n[^"><img src=x onerror=alert(1)>]: x',
    "*[<img src=x onerror=alert(1)>]: x\n\n<img src=x onerror=alert(1)>",
    '*[PEC]: " onmouseover="alert(1)\n\nPEC',
    "x\x02wzxhzdk:0\x03y",
    "term {onclick=alert(1)}\n:   meaning",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_to_nothing(attack: str) -> None:
    judge(rendered(attack)[0])


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_to_nothing_without_the_guard(attack: str) -> None:
    judge(past_the_guard(attack))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_line_comes_to_nothing(attack: str) -> None:
    report = Report()
    markup = Renderer().inline(attack.replace("\n", " "), "x.md", 1, Page("en"), report)
    judge(markup)


PARTS = [
    "<", ">", "script", "img src=x ", "onerror=", "alert(1)", "javascript:", "data:",
    "//evil.example",
    "[", "]", "(", ")", "{", "}", "{: ", "#", "*", "_", "`", "!", "&", "&#106;", "&colon;", "\\",
    '"', "'", "=", "\n", "\n\n", "|", "|---|", " ", ":   ", "x", "PEC", "*[PEC]: ", "[^1]",
    "[^1]: ",
    "[[", "]]", "style=", "href=", "class=", "id=", "\t", "/", "svg", "-->", "<!--", "<![CDATA[",
    "1. ", "- ", "> ", "\x02", "\x03", "klzzwxh:0000", "wzxhzdk:0", "ё", "қ", "\u200b",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rendering_never_emits_an_event_handler_or_a_foreign_address(text: str) -> None:
    judge(rendered(text)[0])
    judge(past_the_guard(text))


@given(st.text(max_size=120))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_at_all_comes_out_safe(text: str) -> None:
    judge(rendered(text.replace("\r", ""))[0])


SLOW = [
    "[" * 4_000,
    "<![" * 4_000,
    "![" * 4_000,
    "[a](" * 1_000,
    "](" * 2_000,
    "*" * 4_000,
    "*a " * 1_300,
    "_a_ " * 1_000,
    "**a" * 1_300,
    "`" * 4_000,
    "`a``b```c" * 400,
    "<" * 4_000,
    "<a " * 1_300,
    "{" * 4_000,
    "a{: " * 1_000,
    "[^1]" * 1_000,
    "[[a" * 1_300,
    "[[protocol]]" * 330,
    "&" * 4_000,
    "\\" * 4_000,
    "> " * 2_000,
    ">" * 4_000,
    "- " * 2_000,
    "1. " * 1_300,
    " " * 3_999 + "a",
    "a" + " " * 3_998 + "b",
    "|" * 4_000,
    "|-" * 2_000,
    "#" * 4_000,
    "http://" * 570,
    "*[a]: b\n\n" * 400 + "a " * 1_000,
    "term\n:   x\n" * 400,
    "`\n- \n> x" * 1_000,
    "## x\n\n" * 1_000,
    "(\n\n" * 4_000,
    "*_" * 90 + "x" + "_*" * 90,
]


@pytest.mark.parametrize("text", SLOW, ids=[text[:8].strip() or "spaces" for text in SLOW])
@pytest.mark.parametrize("lines", [1, 8], ids=["one", "many"])
def test_what_keeps_a_parser_busy_is_refused_or_quick(text: str, lines: int) -> None:
    whole = "\n".join([text] * lines)[: 60 * 1024]
    begun = time.process_time()
    judge(rendered(whole)[0])
    assert time.process_time() - begun < 2


def test_an_open_bracket_is_refused_by_its_line() -> None:
    _, problems = rendered("Fine.\n\n" + "[" * 4_000)
    assert problems[0].startswith("x.md:3: “[” more than 12 times in a row; shorten it")


def test_markdown_is_rendered() -> None:
    markup, problems = rendered(
        "## Head\n\nA **b** *c* `<d>` &lt; [e](#head) [f](/courses/).\n\n"
        "| a | b |\n|:--|--:|\n| 1 | 2 |\n\n1. x\n2. y\n\nTerm\n:   Meaning"
    )
    assert problems == []
    assert markup == (
        '<h2 id="h-head">Head</h2>\n'
        "<p>A <strong>b</strong> <em>c</em> <code>&lt;d&gt;</code> &lt;"
        ' <a href="#h-head">e</a> <a href="/courses/">f</a>.</p>\n'
        '<table tabindex="0">\n<thead>\n<tr>\n<th align="left" scope="col">a</th>\n'
        '<th align="right" scope="col">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
        '<td align="left">1</td>\n<td align="right">2</td>\n</tr>\n</tbody>\n</table>\n'
        "<ol>\n<li>x</li>\n<li>y</li>\n</ol>\n"
        "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>"
    )


def test_a_term_is_a_link_to_the_glossary() -> None:
    markup, problems = rendered("[[protocol]] and [[protocol|the *one*]].")
    assert problems == []
    assert markup == (
        '<p><a class="term" href="/glossary#protocol">protocol</a> and '
        '<a class="term" href="/glossary#protocol">the <em>one</em></a>.</p>'
    )


def test_footnotes_of_two_pieces_do_not_share_ids() -> None:
    report, renderer, page = Report(), Renderer(), Page("en")
    body = Piece("x.md", 1, ("a[^1]", "", "b[^1] c[^2]", "", "[^1]: One.", "", "[^2]: Two."))
    body = renderer.take_notes(body, page, report)
    first = renderer.block(body.part(0, 2), page, report)
    second = renderer.block(body.part(2, 7), page, report)
    assert report.problems == []
    ids = re.findall(r'id="([^"]+)"', first + second)
    assert len(ids) == len(set(ids)) == 6
    for href in re.findall(r'href="#([^"]+)"', first + second):
        assert href in ids


def test_two_headings_of_the_same_words_have_two_ids() -> None:
    markup, _ = rendered("## Same\n\n## Same\n\n## {}\n\n## Қазақша", scope="q")
    assert re.findall(r'id="([^"]+)"', markup) == [
        "h-q-same",
        "h-q-same-2",
        "h-q-part-3",
        "h-q-part-4",
    ]


def test_an_option_is_words_and_never_a_block() -> None:
    report = Report()
    renderer = Renderer()
    for text, expected in (
        ("2019. A year", "2019. A year"),
        ("# not a heading", "# not a heading"),
        ("> not a quote", "&gt; not a quote"),
        ("- not a list", "- not a list"),
        ("**bold** `<b>`", "<strong>bold</strong> <code>&lt;b&gt;</code>"),
    ):
        assert renderer.inline(text, "x.md", 1, Page("en"), report) == expected
    assert report.problems == []


def test_plain_words_keep_their_spaces_and_lose_their_markup() -> None:
    assert plain("<p>a &lt;b&gt;</p><ul><li>c</li><li>d</li></ul>e<br>f") == "a <b> c d e f"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1 180 + 6 + 1 014 = 2 200", "1_180 + 6 + 1_014 = 2_200"),
        ("**2 150**, 54,9 % и № 17", "2_150, 54,9_% и №_17"),
        ("12 3456 и 20:00 123", "12 3456 и 20:00_123"),
        ("2 of 200 ballots", "2 of 200 ballots"),
    ],
)
def test_a_number_written_in_groups_stays_on_one_line(written: str, shown: str) -> None:
    html, _ = rendered(written)
    assert re.sub("<[^>]+>", "", html).replace("\u00a0", "_").replace("&nbsp;", "_") == shown
