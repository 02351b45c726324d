"""A question that was passed on: whose page it was, who may ask, and what the trail keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.trail import Entry
from tests.assessment.papers import RIGHT, answer, compiled, republish, start
from tests.conftest import START, Moment
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]
BANK = "quizzes/banks/basics.md"
STORY = "Station 4127, 19:05. Where do you stand at the count?"
OWN = {
    BANK: (
        "type=single level=1}\nWhere do you stand at the count?",
        f'type=single level=1 own="4127 19:05"}}\n{STORY}',
    )
}
SEEN = re.compile(r"Station (\d{4}), (19:\d\d)\. Where")


@pytest.fixture
def published(app: Flask, tmp_path: Path, world: World) -> None:
    republish(app, tmp_path, START, OWN)


def figures(page: Page) -> tuple[str, str]:
    found = SEEN.search(page.text)
    assert found, page.text
    return found[1], found[2]


@pytest.mark.usefixtures("published")
def test_every_account_reads_its_own_figures_always_the_same(signed_in_as: Browser) -> None:
    aida, bota = signed_in_as("aida"), signed_in_as("bota")
    attempt = start(aida, "exam")
    mine = figures(aida.get(f"{attempt}/q-see"))
    answer(aida, attempt, "q-see", RIGHT["q-see"])
    assert figures(aida.get(f"{attempt}/q-see")) == mine != ("4127", "19:05")
    aida.get(f"{attempt}/finish").submit("/finish")
    again = start(aida, "exam")
    assert figures(aida.get(f"{again}/q-see")) == mine
    assert figures(bota.get(f"{start(bota, 'exam')}/q-see")) != mine


@pytest.mark.usefixtures("published")
def test_a_text_that_turns_up_names_whose_page_it_was(
    app: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    aida, bota = signed_in_as("aida"), signed_in_as("bota")
    pages = {}
    for login, page in (("aida", aida), ("bota", bota)):
        pages[login] = page.get(f"{start(page, 'exam')}/q-see").text
    kairat = signed_in_as("kairat").get("/questions/")
    assert "/questions/leaks" in kairat.sheet.links
    kairat.get("/questions/leaks").submit("/leaks", {"text": f"answers!! {pages['bota']}"})
    assert "Bota" in kairat.text and "Aida" not in kairat.text
    assert "one in 540000 would fit by chance" in kairat.text
    with app.app_context():
        entries = {
            e.deed: e
            for e in db.session().scalars(sa.select(Entry).where(Entry.deed.contains("trace")))
        }
    assert entries["trace-leak"].facts == {"questions": 1, "people": 1}
    assert entries["leak-traced"].subject == f"account:{world.ids['bota']}"


@pytest.mark.usefixtures("published")
def test_nobody_is_named_on_weak_proof(signed_in_as: Browser) -> None:
    aida = signed_in_as("aida")
    _, time = figures(aida.get(f"{start(aida, 'exam')}/q-see"))
    kairat = signed_in_as("kairat").get("/questions/leaks")
    only_time = "was it Station 4000, ??\n".replace("4000, ??", f"x {time}. Where do you")
    kairat.submit("/leaks", {"text": only_time})
    assert "Aida" not in kairat.text
    kairat.submit("/leaks", {"text": "Station 9999, 19:59. Where do you stand at the count?"})
    assert "Nobody of your organisation read these figures." in kairat.text
    kairat.submit("/leaks", {"text": "What is the weather like?"})
    assert "repeats no question" in kairat.text
    kairat.submit("/leaks", {"text": ""}, status=422)
    assert "Paste the text first." in kairat.text


def test_an_account_that_has_met_most_of_a_bank_stands_in_the_trail_once(
    app: Flask, world: World, tmp_path: Path, signed_in_as: Browser, now: Moment
) -> None:
    republish(app, tmp_path, START, {"quizzes/exam.md": ("pass: 50", "pass: 50\nseen: 60")})
    aida = signed_in_as("aida")
    for _ in range(3):
        attempt = start(aida, "exam")
        aida.get(f"{attempt}/finish").submit("/finish")
    with app.app_context():
        found = list(db.session().scalars(sa.select(Entry).where(Entry.deed == "bank-seen")))
    assert [entry.subject for entry in found] == [f"account:{world.ids['aida']}"]
    assert int(found[0].facts["percent"]) > 60


@pytest.mark.parametrize(
    ("own", "story", "says"),
    [
        ("4127 noon", STORY, "the own figure “noon”"),
        ("4127 20:05", STORY, "“20:05” does not stand in the story (en)"),
        ("7", STORY.replace("4127", "7"), "the own figure “7”"),
    ],
)
def test_own_figures_that_cannot_be_are_named(
    tmp_path: Path, own: str, story: str, says: str
) -> None:
    old, new = OWN[BANK]
    new = new.replace('own="4127 19:05"', f'own="{own}"').replace(STORY, story)
    problems = compiled(tmp_path, {BANK: (old, new)}).problems
    assert any(says in str(problem) for problem in problems), [str(p) for p in problems]


def test_a_figure_of_an_option_or_of_a_typed_answer_is_nobody_s_own(tmp_path: Path) -> None:
    old, new = OWN[BANK]
    copy = {BANK: (f"{old}\n\n- [x] Where the marks", f"{new}\n\n- [x] At 19:05 where the marks")}
    problems = [str(problem) for problem in compiled(tmp_path, copy).problems]
    assert any("“19:05” stands in an option too" in problem for problem in problems)
    typed = compiled(
        tmp_path / "more",
        {BANK: ("type=number level=2}", 'type=number level=2 own="1180"}')},
    )
    assert any("its answer may hang on a figure" in str(p) for p in typed.problems)
