"""Batches of certificates: what the seeded world holds of them, who may see them, their forms."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from lms import db
from lms.certification import together
from lms.certification.models import BatchPerson
from lms.certification.together import Wish
from lms.privacy import vault
from tests.security.rows import TRAINERS, Row, in_cohorts
from tests.world import World

if TYPE_CHECKING:
    from tests.security.seeding import Seeded

# cohort, its trainer, who was certified in a batch there, who waits in a draft
COHORTS = (
    ("North one", "tamara", "aida", "bota"),
    ("North two", "timur", "dana", "dana"),
    ("South one", "saule", "erik", "erik"),
    ("Members 17", "vera", "oleg", "oleg"),
)
TRAIL = {("trail", "*")}
NEW = {("certificate_batches", "*"), ("certificate_batch_people", "*")}


def draw_up(seeded: Seeded, world: World, now: datetime) -> None:
    """In each cohort a batch that was worked off, and one that nobody has confirmed yet."""
    with db.transaction() as session:
        for cohort, trainer, certified, waiting in COHORTS:
            actor, cohort_id = world.actor(trainer), world.ids[cohort]
            for kind, login in (("batch", certified), ("draft", waiting)):
                found = together.draw_up(
                    session,
                    actor,
                    cohort_id,
                    "training",
                    [Wish(world.ids[login], login.title(), "en")],
                    now=now,
                    vault=vault(),
                )
                seeded.ids[f"{kind} of {cohort}"] = str(found)
                if kind == "batch":
                    together.begin(session, actor, cohort_id, found, now=now)
                    person = session.get_one(BatchPerson, (found, world.ids[login]))
                    person.outcome, person.name_sealed = "issued", None
                    person.serial = seeded.ids[f"certificate of {login}"]
        session.flush()


def _of_batches(kind: str, tail: str = "") -> dict[str, str]:
    who = {cohort: trainer for cohort, trainer, _certified, _waiting in COHORTS}
    found = {
        f"/cohorts/<{cohort}>/certify/<{kind} of {cohort}>{tail}": trainer
        for cohort, trainer in who.items()
    }
    return found | {
        f"/cohorts/<North one>/certify/<{kind} of South one>{tail}": "",
        f"/cohorts/<North one>/certify/<nobody>{tail}": "",
    }


BATCHES = (
    Row(
        "certification.certify_many",
        "GET",
        TRAINERS,
        in_cohorts("/cohorts/COHORT/certify", coordinators=False),
    ),
    Row(
        "certification.draw_up",
        "POST",
        TRAINERS,
        in_cohorts("/cohorts/COHORT/certify", coordinators=False),
        (422,),  # nobody is chosen
        {"purpose": "training"},
    ),
    Row("certification.batch", "GET", TRAINERS, _of_batches("draft")),
    Row("certification.begin_batch", "POST", TRAINERS, _of_batches("draft"), (303,)),
    Row("certification.go_on", "POST", TRAINERS, _of_batches("batch", "/go-on"), (303,)),
    Row("certification.batch_files", "GET", TRAINERS, _of_batches("batch", "/files")),
)
WRITES = {
    "certification.draw_up": NEW,
    "certification.begin_batch": TRAIL
    | {("certificate_batches", name) for name in ("begun_at", "begun_by")},
    "certification.go_on": set(),
}
PROMISED = {"certification.begin_batch": "certify-together"}
_NORTH, _SOUTH = "/cohorts/<North one>/certify", "/cohorts/<South one>/certify"
REFUSED = (
    ("certification.begin_batch", "kairat", f"{_NORTH}/<draft of North one>", 403),
    ("certification.begin_batch", "tamara", f"{_SOUTH}/<draft of South one>", 404),
    ("certification.begin_batch", "tamara", f"{_NORTH}/<draft of South one>", 404),
)
