"""What a certificate says, in words: on paper, on the page of those who check it, and for trainers.

Each function speaks the language of the moment (gettext), so that paper and page cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale, gettext

from lms.certification.tokens import serial_shown

# Named once with its type, so that what is made of it is known to be text.
_: Callable[..., str] = gettext

# A fixed list, so that a reason never tells more about a person than it must (never free text).
REASONS = ("mistake", "name", "pledge", "exam", "law", "lost", "asked")


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


def day(value: str | date) -> str:
    """A day in words."""
    found = date.fromisoformat(value) if isinstance(value, str) else value
    locale = str(get_locale() or "en")
    return format_date(found, format="long", locale={"en": "en_GB"}.get(locale, locale))


def purpose(printed: Mapping[str, Any]) -> str:
    """What the certificate is, in two or three words."""
    if printed["purpose"] == "deployment":
        return _("May be deployed")
    return _("Training completed")


def permits(printed: Mapping[str, Any]) -> str:
    """What the certificate allows, and what it does not."""
    if printed["purpose"] == "deployment":
        return _(
            "For the election of %(day)s the holder may be deployed as an observer. "
            "This certificate is not an accreditation.",
            day=day(printed["election_on"]),
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
    found = [
        (_("Serial"), serial_shown(printed["serial"])),
        (_("Issued by"), printed["organisation"]),
        (_("Programme"), f"{printed['programme_title']} ({printed['programme']})"),
        (_("Level"), str(printed["level"])),
        (_("Purpose"), purpose(printed)),
    ]
    if printed["election_on"]:
        found.append((_("Election"), day(printed["election_on"])))
    return [
        *found,
        (_("Law learned"), law(printed["law"])),
        (_("Language"), {"en": "English", "ru": "Русский", "kk": "Қазақша"}[printed["language"]]),
        (_("Issued on"), day(printed["issued_on"])),
        (_("Valid until"), day(printed["valid_until"])),
        (_("Content"), printed["release"]),
        (_("Key"), printed["key_id"]),
    ]


def holds(word: str) -> str:
    """How a certificate stands, to those who know that it is genuine."""
    return _("Valid") if word == "valid" else status(word)


def status(word: str) -> str:
    """How a certificate stands, in the word that somebody who checks it reads."""
    if word == "valid":
        return _("Genuine")
    if word == "revoked":
        return _("Revoked")
    if word == "expired":
        return _("Expired")
    if word == "not-yet":
        return _("Not valid yet")
    return _("Unknown")
