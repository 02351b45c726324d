"""Two worlds that differ only in the observers: who they are, how many, when they were active.

For everybody on the commission's side, and for strangers, every answer is byte for byte the same in
both, and costs the same questions to the database. Source: security C-14, C-15, C-68 (AB1, AB2).
"""

from __future__ import annotations

import os
import re
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from types import FrameType

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import db
from lms.accounts.models import Account
from lms.domain.permissions import Actor, Held, Place, Role
from lms.joint import actions, answering, queries, showing, streaming
from lms.joint.models import JointAttendance, JointCard, JointHeads
from lms.learning import actions as learning
from lms.privacy import vault
from tests.conftest import START, Moment
from tests.security.forms import LANGUAGES
from tests.security.seeding import ANONYMOUS, COOKIE, Seeded, token_of
from tests.security.table import EVERYBODY, ROWS
from tests.security.test_crawl import crawl
from tests.world import World

# What is asked here is the same whichever database answers.
pytestmark = pytest.mark.any_database

# A member of the commission, its trainer (who holds sessions together with the observers' one),
# its coordinator, a phone with one of its cards in a running session, and a stranger.
WATCHERS = ("oleg", "vera", "zarina", "member", ANONYMOUS)
OBSERVERS = ("aida", "bota", "dana", "erik")
LEAST_PAIRS = 2000
THREADS = 8
TIMES = 4
MOST_APART = 20  # functions, of some thousands; a dozen more cards take some hundred
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
NONCES = re.compile(r'name="client_key" value="[^"]*"')
ODD = (
    "/sessions/absent",
    "/sessions/room/absent",
    "/cohorts/",
    "/cohorts/?format=csv",
    "/messages/?page=9",
    "/verify",
    "/verify/0123456789ABCDEFGHJKMNPQRS",
    "/search?q=aida",
    "/search?q=Aida+Printed",
    "/healthz",
    "/readyz",
    "/absent",
    "/%00",
    "/sessions/?format=csv",
    "/sessions/?format=pdf",
    "/sessions/calendar.ics",
    "/sessions/join",
    "/sessions/room",
    "/sessions/room/now",
)
# Sessions that are planned, running and over, each with its every page: the table above looks at
# the first alone.
ROOMS = ("session of North", "scene of North", "end of North")
ROOM_PAGES = (
    ".ics",
    "/sheet",
    "/console",
    "/console?mark=1",
    "/wall",
    "/attendance",
    "/report",
    "/report?format=csv",
)
# What is sent is refused or changes nothing, so that it can be sent in both worlds.
SENT: tuple[tuple[str, str, dict[str, str], int], ...] = (
    ("member", "/sessions/room/present", {"digits": "0"}, 422),
    ("member", "/sessions/room/answer", {"scene": "signed", "letter": "z"}, 404),
    ("member", "/sessions/room/answer", {"scene": "absent", "letter": "a"}, 404),
    ("member", "/sessions/room/answer", {"scene": "signed"}, 303),
    ("member", "/sessions/room/receipt", {}, 409),
    ("member", "/sessions/room/feedback", {"useful": "5", "words": "Too early"}, 409),
    ("member", "/sessions/room/feedback", {}, 422),
    ("member", "/sessions/room/seat", {}, 303),
    (ANONYMOUS, "/sessions/room/seat", {}, 404),
    (ANONYMOUS, "/sessions/room/answer", {"scene": "signed", "letter": "a"}, 404),
    ("oleg", "/sessions/join", {"code": "K7QM-3F9TZ-XB2RD-H"}, 409),
    ("oleg", "/sessions/SCENE/console", {"deed": "next", "number": "0"}, 403),
    ("vera", "/sessions/SCENE/console", {"deed": "next", "number": "0"}, 409),
    ("vera", "/sessions/SCENE/console", {"deed": "dance"}, 404),
    ("vera", "/sessions/SCENE/cards", {"how_many": "0"}, 422),
    ("vera", "/sessions/SCENE/give-back", {"number": "77"}, 422),
    ("vera", "/sessions/SCENE/attendance", {"heads": "many"}, 422),
    ("vera", "/sessions/SCENE/cancel", {}, 404),
    ("zarina", "/sessions/SCENE/give-back", {"number": "77"}, 422),
    ("zarina", "/sessions/SCENE/cards", {"how_many": "101"}, 422),
    ("zarina", "/sessions/new", {"place": ""}, 422),
)


def a_world(seeded: Seeded, now: datetime) -> World:
    """A way to add people to the world that is there."""
    world = World.__new__(World)
    world.app, world.ids, world.now = seeded.app, {}, now
    return world


def watched(seeded: Seeded) -> dict[str, FlaskClient]:
    """The browsers of everybody who must not learn who observes."""
    with seeded.app.app_context(), db.transaction() as session:
        place = Place(uuid.UUID(seeded.ids["Commission 17"]))
        world = a_world(seeded, START)
        world.person(session, "zarina", Role.COORDINATOR, place)
    found = {login: seeded.client(login) for login in ("oleg", "vera", ANONYMOUS)}
    for name, address, fields in (
        ("zarina", "/sign-in", {"login": "zarina", "secret": seeded.secret}),
        ("member", "/sessions/join", {"code": seeded.ids["member's card of scene of North"]}),
    ):
        client = seeded.app.test_client()
        token = token_of(client.get(address).get_data(as_text=True))
        assert client.post(address, data={"csrf_token": token, **fields}).status_code == 303
        found[name] = client
    _members_take_part(seeded)
    return found


def _members_take_part(seeded: Seeded) -> None:
    """Enough of the commission are in the room, and have answered, for their share to be told."""
    with seeded.app.app_context(), db.transaction() as session:
        held = _actor(session, seeded.ids["vera"])
        for name, scene in (("scene of North", "signed"), ("session of North", "when")):
            joint_id = uuid.UUID(seeded.ids[name])
            actions.hand_out(session, held, joint_id, 4)
            for card in queries.cards_of(session, joint_id, "commission"):
                answering.come_in(session, card.id)
                answering.answer(session, card.id, scene, "a", key=uuid.uuid4())


def asked(seeded: Seeded) -> Iterator[tuple[str, str, str]]:
    """(watcher, language, address) of everything that is looked at."""
    for row in ROWS:
        # A stream tells marks, which are asked for beside it, and is never over; a card to print
        # has another number each time it is drawn.
        if row.method != "GET" or row.endpoint in ("joint.stream", "learning.card"):
            continue
        for login in WATCHERS:
            inside = row.door == EVERYBODY or login in row.door.split()
            inside = inside or (login == "zarina" and "kairat" in row.door.split())
            for number, pattern in enumerate(row.reach):
                address = seeded.address(pattern)
                if not inside and number:
                    continue  # refused at the door: the address is not looked at
                yield login, "en", address
                if inside:
                    yield login, "kk", address
                if inside and ("joint" in row.endpoint or DEEP):
                    yield from ((login, language, address) for language in LANGUAGES[1:2])
                    yield login, "en", f"{address.partition('?')[0]}?format=csv"
    of_rooms = [
        f"/sessions/{seeded.ids[name]}{rest}" for name in ROOMS for rest in ("", *ROOM_PAGES)
    ]
    for address in (*ODD, *of_rooms):
        for login in WATCHERS:
            for language in LANGUAGES:
                yield login, language, address


def told(answer: TestResponse, statements: int = 0) -> str:
    """Everything that an answer tells: status, headers, body, and what it cost."""
    headers = sorted((n, v) for n, v in answer.headers if n not in ("Date", "Set-Cookie"))
    body = NONCES.sub("", answer.get_data().decode("utf-8", "replace"))
    return f"{answer.status_code} {headers} {statements}\n{body}"


def look(
    seeded: Seeded, clients: dict[str, FlaskClient], what: list[tuple[str, str, str]]
) -> list[str]:
    statements = [0]

    def count(*_: object) -> None:
        statements[0] += 1

    with seeded.app.app_context():
        engine = db.database().engine
    sa.event.listen(engine, "before_cursor_execute", count)
    found = []
    for login, language, address in what:
        statements[0] = 0
        answer = clients[login].get(address, headers={"Accept-Language": language})
        # Elsewhere the first of several asks for what is then kept for all of them.
        found.append(told(answer, statements[0] if address.startswith("/sessions/") else 0))
        answer.close()
    sa.event.remove(engine, "before_cursor_execute", count)
    return found


def other_observers(seeded: Seeded, now: Moment) -> None:
    """Other names, more people, other times; more cards of their side, in the room and present."""
    with seeded.app.app_context(), db.transaction() as session:
        for login in OBSERVERS:
            row = session.get_one(Account, uuid.UUID(seeded.ids[login]))
            row.login = row.login_skeleton = f"other-{login}"
            row.name_sealed = vault().seal(
                row.id, row.person_key or b"", "accounts.name_sealed", f"Other {login}"
            )
            session.merge(JointAttendance(account_id=row.id, receipts=3, last_on=now.at.date()))
        world = a_world(seeded, now.at + timedelta(minutes=7))
        for number in range(7):
            cohort = ("North one", "South one")[number % 2]
            owner = "North" if number % 2 == 0 else "South"
            place = Place(uuid.UUID(seeded.ids[owner]), uuid.UUID(seeded.ids[cohort]))
            made = world.person(session, f"fresh-{number}", Role.TRAINEE, place)
            learning.finish_lesson(session, Actor(made), "basics/seeing", now=world.now)
        for name, trainer in (("scene of North", "tamara"), ("session of North", "tamara")):
            joint_id = uuid.UUID(seeded.ids[name])
            held = _actor(session, seeded.ids[trainer])
            actions.hand_out(session, held, joint_id, 9)
            session.add(JointHeads(session_id=joint_id, side="observer", heads=12, paper=11))
            scene = "signed" if name == "scene of North" else "when"
            for number, card in enumerate(queries.cards_of(session, joint_id, "observer")):
                answering.come_in(session, card.id)
                session.get_one(JointCard, card.id).present = True
                answering.answer(session, card.id, scene, "ab"[number % 2], key=uuid.uuid4())


def _actor(session: Session, account_id: str) -> Actor:
    row = session.get_one(Account, uuid.UUID(account_id))
    held = [Held(Role(h.role), h.organisation_id, h.cohort_id) for h in row.held]
    return Actor(row.id, tuple(held))


def differences(what: list[tuple[str, str, str]], first: list[str], second: list[str]) -> list[str]:
    return [
        f"{login} ({language}) {address}"
        for (login, language, address), one, other in zip(what, first, second, strict=True)
        if one != other
    ]


def paces(seeded: Seeded, clients: dict[str, FlaskClient]) -> dict[tuple[str, str], int]:
    """How many functions run for each answer, the fewest of some tries: what it takes, measured so
    that it does not depend on how busy the machine is."""
    pages = [(login, page) for login in ("vera", "zarina") for page in ROOM_PAGES]
    asked_for = [
        (login, f"/sessions/{seeded.ids[name]}{page}")
        for login, page in pages
        for name in ("session of North", "scene of North")
    ]
    asked_for += [("member", page) for page in ("/sessions/room", "/sessions/room/now")]
    steps = [0]

    def step(_frame: FrameType, event: str, _: object) -> None:
        steps[0] += event == "call"

    found = {}
    for login, address in asked_for:
        taken = []
        for _ in range(TIMES):
            steps[0] = 0
            sys.setprofile(step)
            answer = clients[login].get(address)
            sys.setprofile(None)
            answer.close()
            taken.append(steps[0])
        found[login, address] = min(taken)
    return found


def sent(seeded: Seeded, clients: dict[str, FlaskClient]) -> list[str]:
    """What is answered to forms, and what a stream says first."""
    found = []
    for login, address, fields, status in SENT:
        path = address.replace("SCENE", seeded.ids["scene of North"])
        token = token_of(clients[login].get("/sessions/join").get_data(as_text=True))
        answer = clients[login].post(path, data={"csrf_token": token, **fields})
        assert answer.status_code == status, (login, path, fields, answer.status_code)
        found.append(told(answer))
    for login in WATCHERS:
        answer = clients[login].get("/sessions/room/stream")
        pieces = answer.iter_encoded() if answer.status_code == 200 else iter(())
        found.append(f"{login} {answer.status_code} {answer.headers} {list(islice(pieces, 2))}")
        answer.close()
    return found


def test_nobody_on_the_other_side_can_tell_who_observes_how_many_or_when(
    seeded: Seeded, now: Moment
) -> None:
    clients, what = watched(seeded), list(asked(seeded))
    look(seeded, clients, [one for one in what if one[2].startswith("/sessions")])  # warm
    first, first_sent = look(seeded, clients, what), sent(seeded, clients)
    first_paces = paces(seeded, clients)
    other_observers(seeded, now)
    # Their phones hold every stream that this process can give them.
    held = 0
    while streaming.streams.take("observer", streaming.most_of("observer", THREADS)):
        held += 1
    second, second_sent = look(seeded, clients, what), sent(seeded, clients)
    second_paces = paces(seeded, clients)
    for _ in range(held):
        streaming.streams.give_back("observer")
    print(f"{len(what) + len(first_sent)} pairs of answers")  # noqa: T201 - the evidence
    assert len(what) >= LEAST_PAIRS
    assert held
    assert differences(what, first, second) == []
    assert [one for one in zip(first_sent, second_sent, strict=True) if one[0] != one[1]] == []
    print(_apart(first_paces, second_paces)[-3:])  # noqa: T201 - as above
    assert [one for one in _apart(first_paces, second_paces) if one[0] > MOST_APART] == []


def _apart(
    first: dict[tuple[str, str], int], second: dict[tuple[str, str], int]
) -> list[tuple[int, str, str]]:
    """(functions, who, address): how far the paces of two worlds are apart."""
    return sorted((abs(first[place] - second[place]), *place) for place in first)


def test_a_planted_leak_is_found(
    seeded: Seeded, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain: Callable[..., str] = showing.title

    def leaking(*arguments: object) -> str:
        cards = sa.select(sa.func.count(JointCard.id)).where(
            JointCard.session_id.in_([uuid.UUID(seeded.ids["scene of North"])])
        )
        return f"{plain(*arguments)} ({db.session().scalar(cards)})"

    monkeypatch.setattr(showing, "title", leaking)
    clients = watched(seeded)
    what = [("vera", "en", "/sessions/"), ("oleg", "en", "/sessions/"), ("vera", "en", "/my/")]
    first = look(seeded, clients, what)
    other_observers(seeded, now)
    second = look(seeded, clients, what)
    assert differences(what, first, second) == ["vera (en) /sessions/", "oleg (en) /sessions/"]


@pytest.mark.parametrize("login", ["zarina", "vera", "member"])
def test_a_crawl_from_the_commissions_side_finds_no_observer(login: str, seeded: Seeded) -> None:
    """No name, login, cohort or stable id of an observer on any page, file, error or header."""
    clients = watched(seeded)
    cookie = clients[login].get_cookie(COOKIE, domain="localhost")
    assert cookie is not None
    seeded.cookies[login] = cookie.value
    canaries = {name for who in OBSERVERS for name in (who, who.title(), seeded.ids[who])}
    canaries |= {seeded.ids[c] for c in ("North one", "North two", "South one")}
    canaries |= {"North one", "North two", "South one"}
    looked, found = 0, []

    def search(address: str, answer: TestResponse) -> None:
        text = f"{answer.headers}{answer.get_data().decode('utf-8', 'replace')}"
        # What was asked for is in the address of the page, which says nothing new.
        text = text.replace(address.partition("?")[0], "")
        found.extend((address, word) for word in canaries if re.search(rf"\b{word}\b", text))

    for address, answer in crawl(seeded, login, "en"):
        search(address, answer)
        looked += 1
    for row in ROWS:
        if row.method == "GET" and row.endpoint != "joint.stream":
            for address in map(seeded.address, row.reach):
                search(address, clients[login].get(address))
                looked += 1
    assert looked > 150
    assert found == []
