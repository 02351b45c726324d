"""Messages inside the product: to whom, how quiet, how sealed, how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.messages import actions
from lms.messages.models import Message, MessageCopy
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

Browse = Callable[[str], Page]


def written(page: Page, world: World, *logins: str, words: str = "Come at six.") -> Page:
    page.get(f"/cohorts/{world.ids['North one']}/messages")
    people = [str(world.ids[login]) for login in logins]
    return page.submit("/messages", {"people": people, "words": words})


def test_only_those_chosen_get_it_and_the_sender_sees_how_many_read_it(
    world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = written(signed_in_as("tamara"), world, "aida")
    assert "Sent to 1 person." in page.text
    assert "read by 0 of 1" in page.text
    aida = signed_in_as("aida").get("/messages/")
    assert "Come at six." in aida.text
    aida.submit("/read")
    assert "I have read this" not in aida.text
    assert "Nobody has written to you." in signed_in_as("bota").get("/messages/").text
    page.get(f"/cohorts/{world.ids['North one']}/messages")
    assert "read by 1 of 1" in page.text


def test_the_words_are_sealed_and_nobody_else_opens_them(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    written(signed_in_as("tamara"), world, "aida", "bota", words="Жасырын сөз")
    with app.app_context():
        sealed = list(
            db.session().scalars(
                sa.select(MessageCopy.words_sealed).where(
                    MessageCopy.account_id.in_([world.ids["aida"], world.ids["bota"]])
                )
            )
        )
        assert len(sealed) == 2
        assert all("Жасырын".encode() not in body for body in sealed)
    assert (
        "Жасырын сөз"
        not in signed_in_as("kairat").get(f"/cohorts/{world.ids['North one']}/messages").text
    )


def test_a_filtered_set_is_chosen_beforehand(
    world: World, signed_in_as: Browse, now: Moment
) -> None:
    now.move(days=8)
    page = signed_in_as("tamara")
    page.get(f"/cohorts/{world.ids['North one']}/messages?filter=reason:quiet")
    assert page.html.count('name="people"') == page.html.count(" checked") == 2
    page.get(f"/cohorts/{world.ids['North one']}/messages?filter=weak:see-count")
    assert "Do not know: See the whole count" in page.text


def test_nobody_of_another_cohort_is_written_to(
    world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}/messages")
    data = {"people": str(world.ids["dana"]), "words": "x"}
    page.post(f"/cohorts/{world.ids['North one']}/messages", data, status=404)
    data = {"people": "not-an-id", "words": "x"}
    page.get(f"/cohorts/{world.ids['North one']}/messages")
    page.post(f"/cohorts/{world.ids['North one']}/messages", data, status=422)
    assert "Choose at least one person." in page.text


def test_what_was_typed_stays_when_nobody_is_chosen(
    world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}/messages")
    page.submit("/messages", {"words": "Long words"}, status=422)
    assert "Long words" in page.html


def test_one_form_is_one_message_and_a_day_has_a_limit(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    page = signed_in_as("tamara").get(f"/cohorts/{world.ids['North one']}/messages")
    form = next(f for f in page.sheet.forms if "/messages" in str(f["action"]))
    fields = {**dict(form["fields"]), "people": str(world.ids["aida"]), "words": "Hello"}  # type: ignore[call-overload]  # pairs
    address = f"/cohorts/{world.ids['North one']}/messages"
    for _time in range(2):
        assert page.client.post(address, data=fields).status_code == 303
    with app.app_context():
        mine = (
            sa.select(sa.func.count())
            .select_from(Message)
            .where(Message.sender_id == world.ids["tamara"])
        )
        assert db.session().scalar(mine) == 1
    for _time in range(actions.MOST_A_DAY - 1):
        written(page, world, "aida")
    page.get(address)
    page.submit("/messages", {"people": str(world.ids["aida"]), "words": "x"}, status=409)
    assert "Enough for one day" in page.text


def test_messages_are_erased_when_their_time_is_over(
    app: Flask, world: World, signed_in_as: Browse, now: Moment
) -> None:
    written(signed_in_as("tamara"), world, "aida")
    with app.app_context():
        for days, gone in ((90, 0), (91, 1)):
            with db.transaction() as session:
                assert actions.erase_over(session, now().date() + timedelta(days=days)) == gone
    assert "Come at six." not in signed_in_as("aida").get("/messages/").text


def test_no_title_and_no_address_says_what_it_is_about(
    world: World, signed_in_as: Browse, now: Moment
) -> None:
    written(signed_in_as("tamara"), world, "aida", words="station 17")
    page = signed_in_as("aida").get("/messages/")
    assert "17" not in page.sheet.title
    assert page.path == "/messages/"
