"""What a row of the table of who may do what is made of; see tests/security/table.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

EVERYBODY = "everybody"
SIGNED_IN = "aida bota dana erik tamara timur saule vera kairat zhan oleg asel arman"
# Those who learn: trainees, members of a commission, and trainers, who learn before they teach.
LEARNERS = "aida bota dana erik oleg tamara timur saule vera"
READERS = f"{LEARNERS} kairat zhan"
TRAINERS = "tamara timur saule vera"
STAFF = f"{TRAINERS} kairat zhan"
COORDINATORS = "kairat zhan"

OWNERS = "aida dana erik oleg"


@dataclass(frozen=True)
class Row:
    endpoint: str
    method: str
    door: str
    reach: Mapping[str, str]
    ok: tuple[int, ...] = (200,)
    form: Mapping[str, str] = field(default_factory=dict)


def alone(address: str, who: str) -> dict[str, str]:
    """One address that is the same for all who may enter."""
    return {address: who}


def own(pattern: str, owners: str) -> dict[str, str]:
    """One address for each owner, for that owner only; and one that nobody owns."""
    found = {pattern.replace("OWNER", owner): owner for owner in owners.split()}
    return found | {re.sub("<[^<>]*OWNER>", "<nobody>", pattern): ""}


def in_cohorts(pattern: str, coordinators: bool = True) -> dict[str, str]:
    """An address of each cohort: for its trainer and, where they may, its coordinator."""
    one, south = ("tamara kairat", "saule zhan") if coordinators else ("tamara", "saule")
    two = "timur kairat" if coordinators else "timur"
    return {
        pattern.replace("COHORT", "<North one>"): one,
        pattern.replace("COHORT", "<North two>"): two,
        pattern.replace("COHORT", "<South one>"): south,
        pattern.replace("COHORT", "<Members 17>"): "vera",
        pattern.replace("COHORT", "<nobody>"): "",
    }


def of_people(pattern: str, coordinators: bool = True) -> dict[str, str]:
    """An address of a person within a cohort; somebody of another cohort is not there."""
    one, south = ("tamara kairat", "saule zhan") if coordinators else ("tamara", "saule")
    two = "timur kairat" if coordinators else "timur"

    def at(cohort: str, person: str) -> str:
        return pattern.replace("COHORT", f"<{cohort}>").replace("PERSON", f"<{person}>")

    return {
        at("North one", "aida"): one,
        at("North two", "dana"): two,
        at("South one", "erik"): south,
        at("Members 17", "oleg"): "vera",
        at("North one", "dana"): "",
        at("North two", "aida"): "",
        at("North one", "tamara"): "",  # trains there, does not learn there
        at("South one", "nobody"): "",
        at("nobody", "aida"): "",
        at("nobody", "nobody"): "",
    }


def of_certificates(
    pattern: str, holders: bool = False, coordinators: bool = True
) -> dict[str, str]:
    def at(holder: str) -> str:
        return pattern.replace("SERIAL", f"<certificate of {holder}>")

    kairat, zhan = (" kairat", " zhan") if coordinators else ("", "")
    return {
        at("aida"): "tamara" + kairat + (" aida" if holders else ""),
        at("dana"): "timur" + kairat + (" dana" if holders else ""),
        at("erik"): "saule" + zhan + (" erik" if holders else ""),
        at("oleg"): "vera" + (" oleg" if holders else ""),
        pattern.replace("SERIAL", "<no serial>"): "",
    }


def content(found: str, who: str, *absent: str) -> dict[str, str]:
    """Published content is the same for all who read; what was not published is not there."""
    return {found: who} | dict.fromkeys(absent, "")
