"""What a certificate says, in words: on paper, on the page of those who check it, and for trainers.

Each function speaks the language of the moment (gettext), so that paper and page cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from lms.certification.tokens import serial_shown
from lms.domain.certification import (
    Cause,
    Currency,
    History,
    Kind,
    Standing,
    Status,
    level_word,
)
from lms.domain.certification import currency as domain_currency
from lms.web.languages import long_day, say, spoken

_ = say

# A fixed list, so that a reason never tells more about a person than it must (never free text).
_LANGUAGES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
REASONS = ("mistake", "name", "pledge", "exam", "law", "lost", "asked")
SUSPEND_REASONS = ("inquiry", "pledge", "exam", "lost", "asked")
LIFT_REASONS = ("cleared", "mistake")
REPLACE_REASONS = ("name", "language", "lost")


def reasons() -> dict[str, str]:
    """The reasons for which a certificate is revoked, by code."""
    return {
        "mistake": _("It was issued by mistake"),
        "name": _("The name is not printed rightly"),
        "pledge": _("The pledge was broken"),
        "exam": _("The exam was not honest"),
        "law": _("The law has changed and the holder has not learned it"),
        "lost": _("The certificate was lost or copied by others"),
        "asked": _("The holder asked for it"),
    }


def suspend_reasons() -> dict[str, str]:
    """The reasons for which a certificate is suspended, by code."""
    return {
        "inquiry": _("A complaint is being looked into"),
        "pledge": _("The pledge may have been broken"),
        "exam": _("The exam may not have been honest"),
        "lost": _("The certificate is being looked for"),
        "asked": _("The holder asked for it"),
    }


def lift_reasons() -> dict[str, str]:
    """The reasons for which a suspension ends, by code."""
    return {
        "cleared": _("It was looked into and nothing was found"),
        "mistake": _("It was suspended by mistake"),
    }


def replace_reasons() -> dict[str, str]:
    """The reasons for which a certificate is replaced by a corrected one, by code."""
    return {
        "name": _("The name is not printed rightly"),
        "language": _("It is needed in another language"),
        "lost": _("The certificate was lost or copied by others"),
    }


def day(value: str | date) -> str:
    """A day in words."""
    return long_day(date.fromisoformat(value) if isinstance(value, str) else value, spoken())


def purpose(printed: Mapping[str, Any]) -> str:
    """What the certificate is, in two or three words."""
    if printed["purpose"] == "deployment":
        return _("May be deployed")
    return _("Training completed")


def permits(printed: Mapping[str, Any]) -> str:
    """What the certificate allows, and what it does not."""
    deployed = printed["purpose"] == "deployment"
    return permits_for(printed["purpose"], day(printed["election_on"]) if deployed else "")


def permits_for(purpose: str, election: str) -> str:
    """The same; ``election`` is its day in words."""
    if purpose == "deployment":
        return _(
            "For the election of %(day)s the holder may be deployed as an observer. "
            "This certificate is not an accreditation.",
            day=election,
        )
    return _(
        "The holder has completed the training. "
        "This certificate alone does not allow deployment to a polling station."
    )


def law(clock: str) -> str:
    """Which text of the election law was learned."""
    if clock == "A":
        return _("A: as it stood on 9 June 2019")
    if clock == "B":
        return _("B: as in force from 24 May 2021")
    return _("C: as in force from 1 July 2026")


def facts(printed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything printed but the name: pairs of label and value, in the order of the paper."""
    named = labels(with_election=bool(printed["election_on"]))
    return list(zip(named, values(printed), strict=True))


def labels(*, with_election: bool) -> list[str]:
    """What the ``values`` are called, one for each."""
    election = [_("Election")] if with_election else []
    return [
        _("Serial"),
        _("Issued by"),
        _("Programme"),
        _("Level"),
        _("Purpose"),
        *election,
        _("Law learned"),
        _("Language"),
        _("Issued on"),
        _("Valid until"),
        _("Content"),
        _("Key"),
    ]


def values(printed: Mapping[str, Any]) -> list[str]:
    """Everything printed but the name, in words and in the order of the paper."""
    election = [day(printed["election_on"])] if printed["election_on"] else []
    return [
        serial_shown(printed["serial"]),
        printed["organisation"],
        f"{printed['programme_title']} ({printed['programme']})",
        level_word(printed["level"]),
        purpose(printed),
        *election,
        law(printed["law"]),
        _LANGUAGES[printed["language"]],
        day(printed["issued_on"]),
        day(printed["valid_until"]),
        printed["release"],
        printed["key_id"],
    ]


def holds(standing: Standing) -> str:
    """How a certificate stands, to those who know that it is genuine."""
    if standing.status is Status.VALID:
        return _("Valid")
    if standing.status is Status.TOP_UP_DUE and standing.top_up_by:
        return _("Valid, top-up due by %(day)s", day=day(standing.top_up_by))
    return status(standing.status.value)


def currency(practised: datetime | None, on: date) -> str:
    """Whether the holder has practised lately."""
    found = domain_currency(practised, on)
    if practised is None or found is Currency.NEVER:
        return _("No practice yet")
    if found is Currency.CURRENT:
        return _("In practice: last on %(day)s", day=day(practised.date()))
    return _("Out of practice: last on %(day)s", day=day(practised.date()))


def life(history: History, issued_at: datetime) -> list[tuple[str, str]]:
    """What happened to a certificate, in order: pairs of day and words."""
    words = {
        Kind.SUSPENDED: _("Suspended"),
        Kind.LIFTED: _("Suspension lifted"),
        Kind.REVOKED: _("Revoked"),
        Kind.REPLACED: _("Replaced by a corrected one"),
        Kind.RENEWED: _("Renewed by another"),
        Kind.TOP_UP_ASKED: _("The law has changed: a top-up was asked for"),
        Kind.TOPPED_UP: _("The top-up was done"),
        Kind.TOP_UP_WAIVED: _("The top-up was taken back"),
    }
    began = {
        Cause.FIRST: _("Issued"),
        Cause.RENEWAL: _("Issued as a renewal"),
        Cause.TOP_UP: _("Issued after a change of the law"),
        Cause.LAPSE_REPAIR: _("Issued after the one before had lapsed"),
        Cause.REPLACEMENT: _("Issued in place of another"),
    }[history.period.cause]
    events = sorted(history.events, key=lambda event: event.at)
    return [
        (day(issued_at.date()), began),
        *((day(event.at.date()), words[event.kind]) for event in events),
    ]


def status(word: str) -> str:
    """How a certificate stands, in the word that somebody who checks it reads."""
    return {
        "valid": _("Genuine"),
        "top-up-due": _("Genuine, top-up due"),
        "grace": _("Genuine, in its days of grace"),
        "top-up-overdue": _("Not valid: the top-up is overdue"),
        "suspended": _("Suspended"),
        "replaced": _("Replaced by a corrected one"),
        "revoked": _("Revoked"),
        "expired": _("Expired"),
        "not-yet": _("Not valid yet"),
    }.get(word) or _("Unknown")
