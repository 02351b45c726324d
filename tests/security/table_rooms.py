"""More of the table: people of a cohort, messages, sign-offs in the room. Written by hand too."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.rows import (
    COORDINATORS,
    EVERYBODY,
    OWNERS,
    READERS,
    SIGNED_IN,
    STAFF,
    TRAINERS,
    Row,
    alone,
    content,
    in_cohorts,
    of_people,
    own,
)


def coordinated(found: Mapping[str, str]) -> dict[str, str]:
    """The same addresses, for coordinators alone."""
    return {
        address: " ".join(who for who in those.split() if who in COORDINATORS.split())
        for address, those in found.items()
    }


def of_things(pattern: str, north: str, two: str, south: str, members: str) -> dict[str, str]:
    """An address of one thing within its cohort; within another cohort it is not there."""

    def at(cohort: str, owner: str) -> str:
        return pattern.replace("COHORT", f"<{cohort}>").replace("OWNER", owner)

    return {
        at("North one", "aida"): north,
        at("North two", "dana"): two,
        at("South one", "erik"): south,
        at("Members 17", "oleg"): members,
        at("North one", "dana"): "",
        at("South one", "aida"): "",
        at("nobody", "aida"): "",
    }


def of_sheets(pattern: str) -> dict[str, str]:
    return of_things(pattern, "tamara", "timur", "saule", "vera")


IMPORTS = {
    "/cohorts/<North one>/imports/<import of North one>/undo": "tamara kairat",
    "/cohorts/<South one>/imports/<import of South one>/undo": "saule zhan",
    "/cohorts/<North one>/imports/<import of South one>/undo": "",
    "/cohorts/<North one>/imports/<nobody>/undo": "",
    "/cohorts/<nobody>/imports/<import of North one>/undo": "",
}
PEOPLE = (
    Row("accounts.renew", "POST", EVERYBODY, alone("/join/renew", EVERYBODY), (409,)),
    Row("cohorts.today", "GET", STAFF, in_cohorts("/cohorts/COHORT/today")),
    Row("cohorts.way", "GET", STAFF, in_cohorts("/cohorts/COHORT/way")),
    Row("cohorts.compare", "GET", STAFF, alone("/cohorts/compare", STAFF)),
    Row(
        "cohorts.manage",
        "GET",
        COORDINATORS,
        coordinated(of_people("/cohorts/COHORT/people/PERSON/manage")),
    ),
    Row(
        "cohorts.move",
        "POST",
        COORDINATORS,
        {
            "/cohorts/<North one>/people/<aida>/move": "kairat",
            "/cohorts/<South one>/people/<erik>/move": "",  # North two is another organisation's
            "/cohorts/<North one>/people/<erik>/move": "",
            "/cohorts/<nobody>/people/<aida>/move": "",
        },
        (303,),
        {"to": "<North two>"},
    ),
    Row(
        "cohorts.give_post",
        "POST",
        STAFF,
        {
            "/cohorts/<Members 17>/people/<oleg>/post": "vera",
            "/cohorts/<North one>/people/<aida>/post": "",  # observers have no posts
            "/cohorts/<Members 17>/people/<aida>/post": "",
            "/cohorts/<nobody>/people/<oleg>/post": "",
        },
        (303,),
        {"post": "chair"},
    ),
    Row(
        "cohorts.suspend",
        "POST",
        COORDINATORS,
        coordinated(of_people("/cohorts/COHORT/people/PERSON/suspend")),
        (303,),
    ),
    Row(
        "cohorts.resume",
        "POST",
        COORDINATORS,
        coordinated(of_people("/cohorts/COHORT/people/PERSON/resume")),
        (303,),
    ),
    Row(
        "cohorts.confirm_merge",
        "GET",
        COORDINATORS,
        {
            "/cohorts/<North one>/people/<aida>/merge?other=<bota>": "kairat",
            "/cohorts/<North one>/people/<aida>/merge?other=<dana>": "",
            "/cohorts/<North one>/people/<dana>/merge?other=<aida>": "",
            "/cohorts/<nobody>/people/<aida>/merge?other=<bota>": "",
        },
    ),
    Row(
        "cohorts.merge",
        "POST",
        COORDINATORS,
        {
            "/cohorts/<North one>/people/<aida>/merge": "kairat",
            "/cohorts/<North two>/people/<dana>/merge": "",
            "/cohorts/<nobody>/people/<aida>/merge": "",
        },
        (303,),
        {"other": "<nadia>"},
    ),
    Row(
        "cohorts.way_back",
        "POST",
        STAFF,
        of_people("/cohorts/COHORT/people/PERSON/way-back"),
        (200,),
        {"recognised": "in-person"},
    ),
    # Whoever comes second finds it undone.
    Row("cohorts.undo_import", "POST", STAFF, IMPORTS, (303, 409)),
)

MESSAGES = (
    Row("messages.write", "GET", STAFF, in_cohorts("/cohorts/COHORT/messages")),
    Row("messages.send", "POST", STAFF, in_cohorts("/cohorts/COHORT/messages"), (422,)),
    Row("messages.own_letters", "GET", SIGNED_IN, alone("/messages/letters", SIGNED_IN)),
    Row(
        "messages.wish_letters",
        "POST",
        SIGNED_IN,
        alone("/messages/letters", SIGNED_IN),
        (303,),
        {"to": "a@example.org"},
    ),
    Row(
        "messages.end_letters",
        "POST",
        SIGNED_IN,
        alone("/messages/letters/end", SIGNED_IN),
        (303,),
    ),
    Row("messages.inbox", "GET", SIGNED_IN, alone("/messages/", SIGNED_IN)),
    Row(
        "messages.read",
        "POST",
        SIGNED_IN,
        own("/messages/<message to OWNER>/read", OWNERS),
        (303,),
    ),
)

SHOWN = {"line-asks": "1", "line-hands": "1"}
SIGNOFFS = (
    Row("signoffs.record", "GET", STAFF, in_cohorts("/cohorts/COHORT/practical/record")),
    Row("signoffs.overview", "GET", STAFF, in_cohorts("/cohorts/COHORT/practical")),
    Row(
        "signoffs.sheet",
        "GET",
        TRAINERS,
        of_people("/cohorts/COHORT/practical/showing/PERSON", coordinators=False)
        | {"/cohorts/<North one>/practical/absent/<aida>": ""},
    ),
    Row(
        "signoffs.sign",
        "POST",
        TRAINERS,
        of_people("/cohorts/COHORT/practical/showing/PERSON", coordinators=False),
        (303,),
        SHOWN,
    ),
    Row(
        "signoffs.second",
        "POST",
        TRAINERS,
        of_sheets("/cohorts/COHORT/sheets/<waiting of OWNER>/second"),
        (303,),
        {f"second-<waiting of {who}>-hands": "1" for who in ("aida", "dana", "erik", "oleg")},
    ),
    Row(
        "signoffs.withdraw",
        "POST",
        TRAINERS,
        of_sheets("/cohorts/COHORT/sheets/<sheet of OWNER>/withdraw"),
        (303,),
    ),
    Row(
        "signoffs.add_form",
        "POST",
        TRAINERS,
        of_sheets("/cohorts/COHORT/sheets/<sheet of OWNER>/form"),
        (303,),
    ),
    Row(
        "signoffs.show_form",
        "GET",
        TRAINERS,
        of_sheets("/cohorts/COHORT/forms/<form of OWNER>"),
    ),
    Row(
        "signoffs.group",
        "GET",
        TRAINERS,
        in_cohorts("/cohorts/COHORT/practical/showing/group", coordinators=False),
    ),
    Row(
        "signoffs.sign_group",
        "POST",
        TRAINERS,
        in_cohorts("/cohorts/COHORT/practical/showing/group", coordinators=False),
        (422,),
    ),
    Row(
        "signoffs.print_sheets",
        "POST",
        TRAINERS,
        in_cohorts("/cohorts/COHORT/practical/showing/paper", coordinators=False),
    ),
    Row(
        "signoffs.read_back",
        "GET",
        TRAINERS,
        in_cohorts("/cohorts/COHORT/practical/read-back", coordinators=False),
    ),
    Row(
        "signoffs.read_strip",
        "POST",
        TRAINERS,
        in_cohorts("/cohorts/COHORT/practical/read-back", coordinators=False),
        (422,),
    ),
    Row(
        "signoffs.samples",
        "GET",
        TRAINERS,
        content("/assessing/showing", TRAINERS, "/assessing/absent"),
    ),
    Row(
        "signoffs.calibrate",
        "POST",
        TRAINERS,
        content("/assessing/showing", TRAINERS, "/assessing/absent"),
        (422,),
    ),
    Row(
        "signoffs.trainers",
        "GET",
        COORDINATORS,
        coordinated(in_cohorts("/cohorts/COHORT/trainers")),
    ),
    Row(
        "signoffs.accredit",
        "POST",
        COORDINATORS,
        {
            "/cohorts/<North one>/trainers/<tamara>/accredit": "kairat",
            "/cohorts/<South one>/trainers/<saule>/accredit": "zhan",
            "/cohorts/<North one>/trainers/<saule>/accredit": "",
            "/cohorts/<North one>/trainers/<aida>/accredit": "",
            "/cohorts/<nobody>/trainers/<tamara>/accredit": "",
        },
        (303,),
    ),
    Row(
        "signoffs.own",
        "GET",
        READERS,
        content("/practical/showing", READERS, "/practical/absent"),
    ),
    Row("signoffs.sheets", "GET", TRAINERS, alone("/sheets/", TRAINERS)),
    Row("signoffs.worker", "GET", EVERYBODY, alone("/sheets/worker.js", EVERYBODY)),
    Row("signoffs.bundle", "GET", TRAINERS, in_cohorts("/sheets/COHORT", coordinators=False)),
    Row("signoffs.take_events", "POST", TRAINERS, alone("/sheets/events", TRAINERS), (422,)),
)
