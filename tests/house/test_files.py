"""What is true of every file that somebody has to read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.tree import ROOT, files, name, of_every

LONGEST = 400
WRITTEN = (".py", ".html", ".js", ".css", ".sh", ".toml", ".md", ".yml", ".svg", ".typ", ".po")
GENERATED = "lms/migrations/versions/"  # written by a tool from the models, and never changed
CODE = files(".py", under="lms") + files(".py", under="benchmarks")
EVERYTHING = [path for path in files() if path.suffix in WRITTEN or not path.suffix]

# Not addresses that anything fetches: names that formats prescribe, and places that cannot exist.
HARMLESS = re.compile(
    r"https?://(127\.0\.0\.1|localhost|\[::1\]|([a-z0-9-]+\.)*example(\.org|\.com|\.net)?"
    r"|www\.w3\.org/(2000/svg|1999/xlink|1999/xhtml)|\{|…|\"|'|`|\$|\)|\(|\\|$)"
)
# A licence names its own place, and a test of refusals names what is refused.
MAY_NAME_OTHERS = ("LICENSE", "tests/")


@of_every(files(".py", ".js", ".css", ".html", ".sh"))
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    if not name(path).startswith(GENERATED):
        assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@of_every(CODE)
def test_a_module_opens_with_what_lives_there(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@of_every(CODE)
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    reads = re.findall(
        r"datetime\.now\(|utcnow|date\.today\(|\btime\.time\(", path.read_text("utf-8")
    )
    assert not reads or name(path) == "lms/clock.py" or name(path).startswith("benchmarks/")


@of_every(CODE)
def test_text_becomes_markup_at_one_door(path: Path) -> None:
    # The second one marks phrases of our own catalogues, as Jinja's gettext does.
    if name(path) in ("lms/web/filters.py", "lms/web/templating.py"):
        return
    text = path.read_text("utf-8")
    assert "Markup(" not in text
    assert "autoescape = False" not in text
    assert "autoescape=False" not in text


@of_every(EVERYTHING)
def test_nothing_is_left_for_later(path: Path) -> None:
    if path == Path(__file__):
        return
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", path.read_text("utf-8"))


@of_every(EVERYTHING)
def test_no_file_leads_to_another_site(path: Path) -> None:
    if name(path).startswith(MAY_NAME_OTHERS):
        return
    text = path.read_text("utf-8")
    foreign = [
        text[at.start() : at.start() + 60]
        for at in re.finditer(r"https?://", text)
        if not HARMLESS.match(text, at.start())
    ]
    assert not foreign


@of_every(files(".py", under="tests"))
def test_no_test_is_left_out(path: Path) -> None:
    marks = re.findall(
        r"mark\.(skip\w*|xfail)|pytest\.(skip|xfail|importorskip)\(", path.read_text()
    )
    assert not marks or path == Path(__file__)


def test_the_first_page_gives_the_two_commands_and_a_picture() -> None:
    first = (ROOT / "README.md").read_text("utf-8").split("\n## ")[0]
    assert "bin/demo" in first
    assert "bin/test" in first
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", first)
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).is_file(), picture


@of_every([ROOT / "README.md", *files(".md", under="docs")])
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
