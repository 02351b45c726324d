"""The flags of scenarios in words: what one holds and what has happened.

Those that scenarios usually have are named in each language; one that nobody named here is shown as
its author wrote it.
"""

from __future__ import annotations

from flask_babel import gettext as _

from lms.web.languages import once_per_language


@once_per_language
def flags() -> dict[str, str]:
    return {
        "in_room": _("In the voting room"),
        "called": _("Coordinator called"),
        "outside": _("Outside by your own decision"),
        "adopted": _("The decision is adopted"),
        "torch": _("Torch in your hand"),
        "copy": _("Copy of the protocol"),
        "video": _("Video"),
        "device": _("Your telephone"),
        "log": _("Your log"),
        "papers": _("Accreditation papers"),
    }


@once_per_language
def _values() -> dict[tuple[str, str], str]:
    return {
        ("copy", "photo"): _("photographed"),
        ("copy", "slip"): _("a slip without stamp"),
        ("video", "hand"): _("of the hand at the slot"),
        ("video", "pack"): _("of the pack on the table"),
        ("device", "mine"): _("with you"),
        ("device", "police"): _("with the police"),
        ("log", "mine"): _("with you"),
        ("log", "safe"): _("in safe hands"),
        ("log", "theirs"): _("with the commission"),
        ("papers", "second"): _("a second set on its way"),
    }


def name(flag: str) -> str:
    return flags().get(flag, flag.replace("_", " "))


def value(flag: str, held: str | int | bool) -> str:
    """What a flag holds, in words."""
    if isinstance(held, bool):
        return str(_("yes") if held else _("no"))
    if held == "none":
        return str(_("none"))
    return _values().get((flag, str(held)), str(held).replace("_", " "))
