"""More of the table: joint sessions. Written by hand too.

South's session with the commission is not held together, so the commission's trainer has no
console there. Whoever has no card finds nothing in the room, signed in or not.
"""

from __future__ import annotations

from tests.security.rows import EVERYBODY, STAFF, TRAINERS, Row, alone, of_people

SEE = f"{STAFF} oleg"
HOSTS, SOUTH = "tamara timur kairat", "saule zhan"


def of_sessions(pattern: str, *, members: str = "", guests: bool = True) -> dict[str, str]:
    """An address of a session: for its hosts and, with ``guests``, the commission's trainer."""

    def at(name: str) -> str:
        return pattern.replace("SESSION", f"<{name}>")

    guest = "vera" if guests else ""
    return {
        at("session of North"): f"{HOSTS} {guest or ('vera' if members else '')} {members}",
        at("session of South"): f"{SOUTH} {guest} {members}",
        at("nobody"): "",
    }


def at_console(pattern: str) -> dict[str, str]:
    found = of_sessions(pattern, guests=False)
    north = next(iter(found))
    return found | {north: f"{HOSTS} vera"}


JOINT = (
    Row("joint.shelf", "GET", SEE, alone("/sessions/", SEE)),
    Row("joint.calendar", "GET", SEE, alone("/sessions/calendar.ics", SEE)),
    Row("joint.entry", "GET", SEE, of_sessions("/sessions/SESSION.ics", members="oleg")),
    Row("joint.session", "GET", SEE, of_sessions("/sessions/SESSION", members="oleg")),
    Row("joint.sheet", "GET", SEE, of_sessions("/sessions/SESSION/sheet", members="oleg")),
    Row("joint.new", "GET", STAFF, alone("/sessions/new", STAFF)),
    Row("joint.plan", "POST", STAFF, alone("/sessions/new", STAFF), (422,)),
    Row(
        "joint.hand_out",
        "POST",
        STAFF,
        of_sessions("/sessions/SESSION/cards"),
        (200,),
        {"how_many": "1"},
    ),
    Row(
        "joint.give_back",
        "POST",
        STAFF,
        of_sessions("/sessions/SESSION/give-back"),
        (303,),
        {"number": "1"},
    ),
    # Whoever comes second finds it called off.
    Row(
        "joint.cancel",
        "POST",
        STAFF,
        of_sessions("/sessions/SESSION/cancel", guests=False),
        (303, 409),
    ),
    Row("joint.change", "GET", STAFF, of_sessions("/sessions/SESSION/change", guests=False)),
    # Whoever comes after it was called off is too late.
    Row(
        "joint.change_post",
        "POST",
        STAFF,
        of_sessions("/sessions/SESSION/change", guests=False),
        (422,),
    ),
    Row("joint.console", "GET", STAFF, at_console("/sessions/SESSION/console")),
    Row(
        "joint.conduct",
        "POST",
        STAFF,
        at_console("/sessions/SESSION/console"),
        (303,),
        {"deed": "take"},
    ),
    Row("joint.wall", "GET", STAFF, at_console("/sessions/SESSION/wall")),
    Row("joint.attendance", "GET", STAFF, of_sessions("/sessions/SESSION/attendance")),
    Row("joint.count_heads", "POST", STAFF, of_sessions("/sessions/SESSION/attendance"), (303,)),
    Row("joint.report", "GET", STAFF, of_sessions("/sessions/SESSION/report")),
    Row("joint.card", "GET", EVERYBODY, alone("/sessions/join", EVERYBODY)),
    # Whoever is signed in is told to sign out first.
    Row("joint.use_card", "POST", EVERYBODY, alone("/sessions/join", EVERYBODY), (422, 409)),
    Row("joint.room", "GET", EVERYBODY, alone("/sessions/room", EVERYBODY), (303,)),
    Row("joint.now", "GET", EVERYBODY, alone("/sessions/room/now", EVERYBODY)),
    Row("joint.stream", "GET", EVERYBODY, alone("/sessions/room/stream", EVERYBODY), (204,)),
    Row("joint.seat", "POST", EVERYBODY, alone("/sessions/room/seat", "")),
    Row("joint.answer", "POST", EVERYBODY, alone("/sessions/room/answer", "")),
    Row("joint.present", "POST", EVERYBODY, alone("/sessions/room/present", "")),
    Row("joint.receipt", "POST", EVERYBODY, alone("/sessions/room/receipt", "")),
    Row("joint.say", "POST", EVERYBODY, alone("/sessions/room/feedback", "")),
    Row("joint.go", "POST", EVERYBODY, alone("/sessions/room/leave", EVERYBODY), (303,)),
    Row(
        "joint.redeem",
        "GET",
        TRAINERS,
        of_people("/cohorts/COHORT/people/PERSON/receipt", coordinators=False),
    ),
    Row(
        "joint.redeem_post",
        "POST",
        TRAINERS,
        of_people("/cohorts/COHORT/people/PERSON/receipt", coordinators=False),
        (422,),
    ),
)
