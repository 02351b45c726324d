"""Living through a night by its pages: every act kept, what one's place shows, the debrief."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import clock, db
from lms.content import publishing
from lms.counts import actions, queries, views
from lms.counts.models import CountRun, CountStep
from lms.domain.counts.best import best_acts
from lms.domain.counts.night import Moment, Night
from lms.domain.counts.play import Act
from lms.domain.counts.scoring import true_tally, true_verdicts
from lms.domain.counts.telling import clock_face
from lms.domain.errors import TooLate
from lms.learning.models import Evidence
from tests.conftest import START
from tests.page import Page
from tests.world import World

Browser = Callable[[str], Page]


@pytest.fixture
def page(signed_in_as: Browser) -> Page:
    return signed_in_as("aida").get("/counts/door").submit("/start", {"kind": "practice"})


def address(page: Page) -> str:
    return "/".join(page.path.split("/")[:3])


def night_of(app: Flask, page: Page) -> Night:
    """The night that a page is about; nothing on the page tells its number."""
    with app.app_context():
        run = db.session().get_one(CountRun, UUID(address(page).rsplit("/", 1)[-1]))
        books = publishing.at(db.session(), run.release_id)
        return queries.night_of(books, run.exercise, run.seed)


def kept(app: Flask, page: Page) -> list[str]:
    with app.app_context():
        rows = db.session().scalars(
            sa.select(CountStep.verb)
            .where(CountStep.run_id == UUID(address(page).rsplit("/", 1)[-1]))
            .order_by(CountStep.sequence)
        )
        return list(rows)


def do(page: Page, verb: str, status: int = 200, **fields: Any) -> Page:
    """Send one act with what the page knows of its place in the run."""
    step = next(
        value
        for form in page.sheet.forms
        for name, value in form["fields"]  # type: ignore[attr-defined]  # a list of pairs
        if name == "step"
    )
    data = {"verb": verb, "step": step, **fields}
    return page.post(f"{address(page)}/acts", data, status)


def a_note(**other: str) -> dict[str, str]:
    return {
        "kind": "zone",
        "time": "06:05",
        "site": "seat",
        "how": "saw",
        "who": "chair",
        "rule": "see-count",
        "request": "explain",
        "text": "The chairs stand behind a tape.",
    } | other


def test_a_night_is_begun_gone_through_and_looked_back_on(app: Flask, page: Page) -> None:
    assert "nine metres" in page.text
    do(page, "note", **a_note())
    assert "The chairs stand behind a tape." in page.text
    do(page, "on")
    assert "The boxes are shown" in page.text
    do(page, "on")
    assert page.path.endswith("/debrief")
    assert "Found 1 of 1: a sensitivity of 100 %." in page.text
    assert kept(app, page) == ["note", "on", "on"]


def test_before_the_end_nothing_tells_what_is_planted(app: Flask, page: Page) -> None:
    main = page.html[page.html.index("<main") :]
    night = night_of(app, page)
    assert str(night.seed) not in main
    assert "planted" not in main


def test_a_false_alarm_is_named_and_costs(page: Page) -> None:
    do(page, "note", **a_note(kind="insult", who="member"))
    do(page, "on")
    do(page, "on")
    assert "1 false alarm." in page.text
    assert "An insult" in page.text
    assert "Not passed" in page.text


def test_a_double_click_is_one_act(app: Flask, page: Page) -> None:
    key = "88888888-8888-4888-8888-888888888888"
    do(page, "ask", question="why", client_key=key)
    page.post(
        f"{address(page)}/acts",
        {"verb": "ask", "step": "0", "question": "why", "client_key": key},
    )
    assert kept(app, page) == ["ask"]


def test_a_tab_that_was_overtaken_is_refused_with_the_way_on(
    app: Flask, page: Page, signed_in_as: Browser
) -> None:
    run = address(page)
    other = signed_in_as("aida").get(run)
    do(page, "on")
    do(other, "ask", status=409, question="why")
    assert "the other one has moved on" in other.text
    assert f'href="{run}"' in other.html
    assert kept(app, page) == ["on"]


def test_a_run_goes_on_from_another_device(page: Page, signed_in_as: Browser) -> None:
    do(page, "go", place="boxes")
    other = signed_in_as("aida").get("/counts/door")
    assert address(page) in other.sheet.links
    other.get(address(page))
    assert "In sight of the boxes" in other.text
    assert address(other.post("/counts/door/start")) == address(page)


def test_one_moves_once_in_a_step(page: Page) -> None:
    do(page, "go", place="boxes")
    do(page, "go", status=422, place="door")
    assert "This cannot be done here." in page.text


BAD_NOTES = [
    ({"time": "25:00"}, "Write the time in hours and minutes"),
    ({"text": ""}, "Write one sentence on what happened."),
    ({"number": "many"}, "Write a whole number"),
    ({"site": "moon"}, "Choose where it happened."),
    ({"who": ""}, "Choose who did it"),
    ({"how": ""}, "Choose how you know it."),
    ({"request": ""}, "Choose what you asked for."),
    ({"kind": "treason"}, "Choose from the list."),
    ({"witness": "me"}, "Choose from the list."),
    ({"rule": "none-such"}, "Choose from the list."),
    ({"text": "x" * 2_001}, "At most 2000 characters."),
]


@pytest.mark.parametrize(("change", "words"), BAD_NOTES)
def test_a_note_that_cannot_be_used_comes_back_whole(
    change: dict[str, str], words: str, app: Flask, page: Page
) -> None:
    do(page, "note", 422, **a_note(**change))
    assert words in page.text
    assert kept(app, page) == []
    typed = {"text": "The chairs stand behind a tape.", **change}["text"]
    assert typed in page.text or not typed


@pytest.mark.parametrize("verb", ["", "fly", "tally", "judge", "check", "follow", "touch"])
def test_an_act_that_the_step_does_not_have_changes_nothing(
    verb: str, app: Flask, page: Page
) -> None:
    do(page, verb, 422)
    assert kept(app, page) == []


@pytest.mark.parametrize("step", ["", "-1", "7", "x", "9" * 20, "²"])
def test_a_step_that_cannot_be_is_refused(step: str, app: Flask, page: Page) -> None:
    answer = page.client.post(
        f"{address(page)}/acts", data={"csrf_token": page.token(), "verb": "on", "step": step}
    )
    assert answer.status_code in (409, 422)
    assert kept(app, page) == []


def test_nobody_elses_night_is_there(page: Page, signed_in_as: Browser) -> None:
    run = address(page)
    other = signed_in_as("bota").get("/counts/door")
    assert run not in other.sheet.links
    for path in (run, f"{run}/debrief"):
        other.get(path, status=404)
    other.get("/counts/door").post(f"{run}/acts", {"verb": "on", "step": "0"}, 404)


def play_through(page: Page, night: Night) -> Page:
    """The best play of a whole night, through the pages, act by act."""
    for act in best_acts(night):
        do(page, act.verb, **fields(act, night))
    return page


def fields(act: Act, night: Night) -> dict[str, str]:
    """An act as the fields of its form."""
    details = dict(act.details)
    if act.verb == "note":
        found = {
            key: str(value)
            for key, value in details.items()
            if value is not None and not isinstance(value, bool)
        }
        found["site"] = found.pop("place")
        found["time"] = clock_face(details["time"])
        return found | ({"handed": "y"} if details["handed"] else {})
    if act.verb == "tally":
        return {f"pile-{n}": str(count) for n, count in enumerate(details["counts"])}
    if act.verb == "judge":
        return {f"verdict-{n}": verdict for n, verdict in details["verdicts"].items()}
    if act.verb == "own":
        return {f"own-{name}": str(value) for name, value in details["cells"].items()}
    if act.verb == "check":
        marks = details["marks"].items()
        found = {f"by-{check}": str(amount) for check, amount in marks}
        return found | {"sentence": details["text"]}
    return {key: str(value) for key, value in details.items()}


@pytest.mark.parametrize("seed", [1683451547, 1338423215])
def test_a_time_after_the_second_sunrise_is_of_the_second_day(
    app: Flask, signed_in_as: Browser, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """These nights go on past six in the morning, at which hour they began."""
    monkeypatch.setattr(views.secrets, "randbelow", lambda _bound: seed)
    page = signed_in_as("aida").get("/counts/night").submit("/start", {"kind": "certifying"})
    night = night_of(app, page)
    assert night.moments[-1].ends > night.moments[0].at + 24 * 60
    play_through(page, night)
    assert "100 % of the points." in page.text


def test_a_full_night_with_three_irregularities_can_be_found_out_through_the_pages(
    app: Flask, world: World, signed_in_as: Browser
) -> None:
    page = signed_in_as("aida").get("/counts/night").submit("/start", {"kind": "certifying"})
    night = night_of(app, page)
    assert len(night.kinds) == 3
    play_through(page, night)
    assert page.path.endswith("/debrief")
    assert "Found 3 of 3: a sensitivity of 100 %." in page.text
    assert "100 % of the points." in page.text
    with app.app_context():
        everybody = sa.select(CountRun).execution_options(scope="all")  # one person played
        run = db.session().scalars(everybody).one()
        assert (run.passed, run.percent, run.planted, run.detected) == (True, 100, 3, 3)
        shown = db.session().execute(
            sa.select(Evidence.rule, Evidence.right).where(Evidence.account_id == world.ids["aida"])
        )
        assert [tuple(row) for row in shown] == [("see-count", True)]


def test_ballots_are_told_only_to_those_who_stand_at_the_table(
    app: Flask, signed_in_as: Browser
) -> None:
    page = signed_in_as("aida").get("/counts/night").submit("/start")
    night = night_of(app, page)
    while step_of(app, page).step.id != "sorting":
        do(page, "on")
    assert "From here the marks cannot be read." in page.text
    assert "<svg viewBox" not in page.html
    do(page, "go", place="table")
    moment = step_of(app, page)
    assert page.html.count('class="ballot"') == len(moment.ballots)
    assert sum(true_tally(night, moment)) == len(moment.ballots)
    while step_of(app, page).step.id != "doubtful":
        do(page, "on")
    verdicts = true_verdicts(night, step_of(app, page))
    do(page, "judge", 422, **{"verdict-0": verdicts[0][1]})
    assert "Decide about this ballot." in page.text
    assert "The commission decides:" not in page.text
    do(page, "go", place="door")  # one judges what one saw
    do(page, "judge", **{f"verdict-{n}": verdict for n, verdict in verdicts})
    assert page.text.count("The commission decides:") == len(verdicts)


def step_of(app: Flask, page: Page) -> Moment:
    with app.app_context():
        run_id = UUID(address(page).rsplit("/", 1)[-1])
        run = db.session().get_one(CountRun, run_id)
        from lms.domain.permissions import Actor

        return queries.own_run(db.session(), Actor(run.account_id), run_id).moment


def test_certifying_runs_are_counted_and_wait(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = START
    actor = world.actor("aida")
    with app.app_context():
        books = publishing.current(db.session())

        def whole_run(at: Any) -> None:
            with db.transaction() as session:
                run_id = actions.start(
                    session, actor, books, "night", certifying=True, draw=lambda: 3, now=at
                )
            living = queries.own_run(db.session(), actor, run_id)
            for step in range(len(living.night.moments)):
                with db.transaction() as session:
                    actions.act(
                        session,
                        actor,
                        run_id,
                        Act("on"),
                        step=step,
                        client_key=UUID(int=step + 1),
                        now=at,
                    )

        whole_run(now)
        with pytest.raises(TooLate, match="wait"):
            whole_run(now + timedelta(hours=11))
        whole_run(now + timedelta(hours=13))
        with pytest.raises(TooLate, match="wait"):  # the two of these seven days
            whole_run(now + timedelta(hours=30))
        whole_run(now + timedelta(days=7))
    monkeypatch.setattr(clock, "now", lambda: now)


def test_the_key_of_a_night_is_printed_for_trainers_alone(
    page: Page, signed_in_as: Browser
) -> None:
    trainer = signed_in_as("tamara")
    trainer.get("/counts/night/paper?seed=3")
    assert "Answer sheet" in trainer.text
    first = trainer.text
    assert trainer.get("/counts/night/paper?seed=3").text == first
    trainer.get("/counts/night/kit?seed=nonsense")
    assert "Role cards" in trainer.text
    page.get("/counts/night/paper?seed=3", status=403)
    page.get("/counts/night")
    assert "Paper version" not in page.text
