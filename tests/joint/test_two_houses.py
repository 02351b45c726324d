"""Two houses: joint sessions in one of their own, with its own database, keys and accounts.

What ties them together is one public key on a file, and what somebody carries in a pocket.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import config, create_app, db, schema
from lms.content.compiling import compile_tree
from lms.content.publishing import publish
from lms.joint.models import JointAttendance, JointCard, SpentReceipt
from tests.conftest import START, TREE, Moment
from tests.joint.rooms import Browser, Room
from tests.joint.test_sessions import digits
from tests.world import World


@pytest.fixture
def house(tmp_path: Path, now: Moment) -> Iterator[Flask]:
    """A house of joint sessions alone, on a database of its own."""
    instance = tmp_path / "joint-house"
    config.create_secrets(instance)
    environ = {"LMS_INSTANCE": str(instance), "LMS_CONTENT": str(TREE), "LMS_ROOMS": "joint"}
    app = create_app(config.load(environ))
    app.testing = True
    with app.app_context():
        engine = db.database().engine
        schema.metadata.create_all(engine)
        compiled = compile_tree(TREE)
        with db.transaction() as session:
            publish(session, compiled.documents, compiled.files, now=START)
    yield app
    engine.dispose()


def everything_in(app: Flask) -> str:
    """Every row of every table, as text."""
    with app.app_context(), db.database().engine.connect() as reading:
        each = [
            sa.select(table).execution_options(scope="all")
            for table in schema.metadata.sorted_tables
        ]
        return "\n".join(str(row) for one in each for row in reading.execute(one))


def test_a_receipt_of_the_joint_house_counts_in_the_other_by_its_signature_alone(
    app: Flask, house: Flask, world: World, signed_in_as: Browser, now: Moment
) -> None:
    room = Room(house, World(house, START))
    codes = [room.cards(side, 1)[0].code for side in ("observer", "commission")]
    phones = [room.phone(code) for code in codes]
    room.do("open", "next")
    receipts = []
    for phone in phones:
        phone.get("/sessions/room").submit("/present", {"digits": digits(room, now)})
    room.do("show", "next", "show", "next")
    for phone in phones:
        phone.get("/sessions/room").submit("/receipt")
        found = re.search(r"[0-9A-Z-]{130,}", phone.text)
        assert found
        receipts.append(found.group())
    room.do("close")

    address = f"/cohorts/{world.ids['North one']}/people/{world.ids['aida']}/receipt"
    tamara = signed_in_as("tamara").get(address)
    tamara.submit("/receipt", {"receipt": receipts[0]}, 422)
    assert "not a receipt of a house that is known here" in tamara.text

    keys = app.config["LMS_SETTINGS"].keys
    brought = keys / "receipts-joint.pub"
    shutil.copy(house.config["LMS_SETTINGS"].keys / "receipts.pub", brought)
    try:
        tamara.submit("/receipt", {"receipt": receipts[0]})
        assert "1 receipt counts so far" in tamara.text
        tamara.submit("/receipt", {"receipt": receipts[0]}, 409)
    finally:
        brought.unlink()
    _neither_knows_of_the_other(app, house, world, receipts[0])


def _neither_knows_of_the_other(app: Flask, house: Flask, world: World, receipt: str) -> None:
    with house.app_context():
        assert not db.session().scalars(sa.select(SpentReceipt)).all()
        assert not db.session().scalars(sa.select(JointAttendance)).all()
        cards = db.session().scalars(sa.select(JointCard).execution_options(scope="all")).all()
        marks = [mark for card in cards for mark in (str(card.id), card.secret_hash)]
    with app.app_context():
        assert len(db.session().scalars(sa.select(SpentReceipt)).all()) == 1
    here, there = everything_in(app), everything_in(house)
    assert marks
    assert not [mark for mark in marks if mark in here]
    assert str(world.ids["aida"]) in here
    assert str(world.ids["aida"]) not in there
    for text in (here, there):
        assert receipt not in text
        assert receipt.replace("-", "") not in text


def test_the_joint_house_has_no_page_on_which_anything_is_redeemed(house: Flask) -> None:
    found = {rule.rule for rule in house.url_map.iter_rules()}
    assert "/sessions/room" in found
    # Its own trainers' people are in the other house: no page here asks for a person.
    client = house.test_client()
    assert client.get("/cohorts/").status_code == 404
