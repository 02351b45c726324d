"""The page that checks certificates with no network: one file, to be opened from a stick.

It carries the public keys and the newest revocation list, speaks three languages, fetches nothing
and keeps nothing. Its own policy lets exactly its own script and style run. A detached signature
says whose page it is. Source: security C-86; beyond the peers 5.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask_babel import force_locale

from lms.certification import wording
from lms.certification.signing import IssuingKey, NotGenuine, PublicKeys, opened, sign
from lms.certification.wording import _
from lms.domain.languages import LANGUAGES

FOLDER = Path(__file__).parent
SCRIPTS = ("sha.js", "verify.js", "page.js")
SIGNATURE = "OBP1:"
NAMES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}


def script() -> str:
    """The verifier as the page runs it."""
    return "\n".join((FOLDER / name).read_text("utf-8") for name in SCRIPTS)


def page(
    keys: PublicKeys,
    newest: str | None,
    *,
    root: Ed25519PublicKey | None = None,
    key_list: str | None = None,
) -> bytes:
    """The whole page, the same bytes for the same keys and the same lists.

    With a root the page trusts what the root's list says, and a newer one can be given to it.
    """
    code, style = script(), (FOLDER / "page.css").read_text("utf-8")
    words = {}
    for language in LANGUAGES:
        with force_locale(language):
            words[language] = _words()
    data = {
        "keys": sorted(key.public_bytes_raw().hex() for key in keys.values()),
        "list": newest,
        "root": root.public_bytes_raw().hex() if root and key_list else None,
        "key_list": key_list if root else None,
        "languages": NAMES,
        "words": words,
    }
    parts = {
        "script": code,
        "style": style,
        "script_hash": _hash(code),
        "style_hash": _hash(style),
        "title": words["en"]["title"],
        "needs_script": " ".join(words[language]["needs_script"] for language in LANGUAGES),
        # "<" cannot end the block that holds the data, whatever a list or a word has in it.
        "data": json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c"),
    }
    found = (FOLDER / "page.html").read_text("utf-8")
    for name, value in parts.items():
        found = found.replace("{" + name + "}", value, 1)
    return found.encode()


def signature(content: bytes, key: IssuingKey, now: datetime) -> str:
    """The detached signature of a page."""
    claims = {1: hashlib.sha256(content).digest(), 2: int(now.timestamp())}
    return sign(SIGNATURE, cbor2.dumps(claims, canonical=True), key)


def signed_at(content: bytes, text: str, keys: PublicKeys) -> datetime:
    """When this very page was signed. Raises NotGenuine."""
    payload, _key = opened(SIGNATURE, text.strip("\r\n"), keys)
    try:
        claims: Any = cbor2.loads(payload)
        found = datetime.fromtimestamp(claims[2], UTC)
        if claims[1] != hashlib.sha256(content).digest() or len(claims) != 2:
            raise ValueError("another page")
    except (cbor2.CBORError, KeyError, TypeError, ValueError, OverflowError, OSError):
        raise NotGenuine("claims") from None
    return found


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _words() -> dict[str, str]:
    """Everything the page says, in the language of the moment."""
    return {
        "title": _("Check a certificate"),
        "intro": _("This page works without a network. It fetches nothing and keeps nothing."),
        "needs_script": _("This page needs JavaScript."),
        "token": _("The text of the code"),
        "token_hint": _("The text under the QR code. Line breaks and small letters do not matter."),
        "name": _("The name on it"),
        "name_hint": _("Type it to learn whether this name was printed. It is not kept."),
        "newer": _("Newer lists"),
        "newer_hint": _("If you have any: files that end in .list or .signed."),
        "check": _("Check"),
        "keys": _("Keys that this page trusts:"),
        "root_says": _("They are signed by the root {root}, in a list of {day}."),
        "list_of": _("Revocation list {number} of {day}."),
        "no_list": _("Whether it was revoked could not be checked: there is no list for its key."),
        "old_list": _("The revocation list is of {day}. Get a newer one."),
        "compare": _("Compare each line with the paper. A line that differs was changed."),
        "name_fits": _("The name fits"),
        "name_differs": _("The name does not fit"),
        "purpose_training": _("Training completed"),
        "purpose_deployment": _("May be deployed"),
        "status_valid": wording.status("valid"),
        "text_valid": _("This certificate is signed by a key that this page trusts. Today: {day}."),
        "status_expired": wording.status("expired"),
        "text_expired": _("It is signed by a key that this page trusts. Its last day has passed."),
        "status_not-yet": wording.status("not-yet"),
        "text_not-yet": _("It is signed by a key that this page trusts. It does not hold yet."),
        "status_listed": _("Does not hold"),
        "text_listed": _("It was issued, and has been revoked, replaced or suspended since."),
        "status_unknown": wording.status("unknown"),
        "text_unknown": _(
            "This is not a certificate signed by a key that this page trusts. Look again for a "
            "slip of the pen; where there is none, do not rely on it."
        ),
        "text_withdrawn": _(
            "Its key was withdrawn, or signed nothing on that day, and this certificate is not "
            "among those that were issued with it. Do not rely on it."
        ),
        "fact_serial": _("Serial"),
        "fact_programme": _("Programme"),
        "fact_level": _("Level"),
        "fact_purpose": _("Purpose"),
        "fact_election": _("Election"),
        "fact_language": _("Language"),
        "fact_issued": _("Issued on"),
        "fact_until": _("Valid until"),
        "fact_content": _("Content"),
        "fact_key": _("Key"),
    }
