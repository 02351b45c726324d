"""The rows and forms of those who review translations; asel audits and reviews."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms import db
from lms.accounts import actions as accounts
from lms.content import publishing
from lms.domain.permissions import Role
from lms.reviews import actions as reviews
from lms.reviews import queries
from tests.security.rows import Row, alone, content
from tests.world import World

FILE = "courses/basics/02-copying"
BLOCK = f"/translations/kk/blocks/<block of copying>/{FILE}"
REVIEWER = "asel"


def of_files(pattern: str) -> dict[str, str]:
    """A file that is translated, one that is not there, and a language that is the source's."""
    there = pattern.replace("FILE", FILE)
    absent = pattern.replace("FILE", "courses/basics/absent")
    return content(there, REVIEWER, absent, there.replace("/kk/", "/en/"))


REVIEWS = (
    Row("reviews.shelf", "GET", REVIEWER, alone("/translations/", REVIEWER)),
    Row("reviews.file", "GET", REVIEWER, of_files("/translations/kk/files/FILE")),
    Row("reviews.approve", "POST", REVIEWER, of_files("/translations/kk/files/FILE"), (303,)),
    Row(
        "reviews.block",
        "GET",
        REVIEWER,
        {BLOCK: REVIEWER, f"/translations/kk/blocks/absent/{FILE}": ""},
    ),
    Row("reviews.decide", "POST", REVIEWER, alone(BLOCK, REVIEWER), (422,)),
    Row("reviews.seal", "POST", REVIEWER, of_files("/translations/kk/sealed/FILE"), (422,)),
    Row(
        "reviews.patch",
        "GET",
        REVIEWER,
        content("/translations/kk/patch", REVIEWER, "/translations/en/patch"),
    ),
)

WORDS = "Көшіруге болады."
WRITES: Mapping[str, set[tuple[str, str]]] = {
    "reviews.approve": {("trail", "*"), ("translation_reviews", "*")},
    "reviews.decide": {("trail", "*"), ("translation_reviews", "*")},
    "reviews.seal": {("trail", "*"), ("translation_seals", "*")},
}
PROMISED = {
    "reviews.approve": "review-translation",
    "reviews.decide": "review-translation",
    "reviews.seal": "seal-translation",
}
REFUSED = (
    ("reviews.approve", REVIEWER, "/translations/kk/files/courses/basics/absent", 404),
    ("reviews.approve", "tamara", f"/translations/kk/files/{FILE}", 403),
    ("reviews.approve", REVIEWER, f"/translations/kk/files/{FILE}", 409, {"right": "0" * 24}),
    ("reviews.decide", REVIEWER, BLOCK, 422, {"words": "", "note": ""}),
    ("reviews.decide", "kairat", BLOCK, 403, {"words": WORDS, "note": ""}),
    ("reviews.seal", REVIEWER, f"/translations/kk/sealed/{FILE}", 422),
    ("reviews.seal", REVIEWER, f"/translations/kk/sealed/{FILE}", 409, {"native": "y"}),
    ("reviews.seal", "arman", f"/translations/kk/sealed/{FILE}", 403, {"native": "y"}),
)


def fill(seeded: Any, world: World, now: datetime) -> None:
    """One translation that nobody read yet, and one of which every block is decided."""
    with db.transaction() as session:
        accounts.add_role(session, world.ids[REVIEWER], Role.REVIEWER, None, now=now)
    actor = world.actor(REVIEWER)
    with db.transaction() as session:
        release = publishing.current(session).published
        copying = queries.one(session, actor, release, "kk", FILE)
        seeded.ids["block of copying"] = copying.ids[1]
        glossary = queries.one(session, actor, release, "kk", "courses/glossary")
        reviews.approve(session, actor, glossary, glossary.ids, now=now)
        seeded.ids["seal of glossary"] = glossary.seal
