"""The certificate as a person holds it: a tagged PDF with its QR, frozen at issue.

The page is set by typst from templates/print/certificate.typ. Every word reaches it as data, never
as markup, so that a name cannot draw on the page. The token also stands in the PDF's own keywords,
where ``token_in`` finds it again without a PDF library.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.certification import wording
from lms.certification.signing import shown
from lms.certification.tokens import PREFIX, serial_shown
from lms.config import ROOT
from lms.domain.certification import level_word
from lms.typesetting import Unsettable, typeset

TEMPLATE = ROOT / "templates" / "print" / "certificate.typ"
CODES = ROOT / "templates" / "print" / "codes.typ"
# A screen reader finds its way, and the file still opens in thirty years.
STANDARDS = ["ua-1", "a-2a"]
TOKEN_LINE = 100
CODE_LINE = 66
LONGEST_BODY = 900  # characters; a longer text is set smaller
_IN_METADATA = re.compile(rb"<pdf:Keywords>(" + PREFIX.encode() + rb"[0-9A-Z $%*+\-./:]+)</pdf:")

Block = dict[str, Any]


class Unprintable(ValueError):
    """The name has a letter that the font of the certificate does not have."""


@dataclass(frozen=True)
class Sheet:
    """What goes on the paper. ``printed`` holds the claims as kept; ``name`` is kept nowhere.

    ``body_html`` and ``pledge_html`` are authored text that passed the sanitising door.
    """

    printed: Mapping[str, Any]
    token: str
    name: str
    body_html: str
    pledge_html: str
    verify_at: str


def pdf(sheet: Sheet) -> bytes:
    """The certificate in its language: PDF/UA-1 and PDF/A-2a, the same bytes for the same sheet.

    Raises Unprintable for a name with letters of a script that cannot be printed.
    """
    issued = date.fromisoformat(sheet.printed["issued_on"])
    with force_locale(sheet.printed["language"]):
        data = json.dumps(_data(sheet, issued), ensure_ascii=False)
    stamp = datetime(issued.year, issued.month, issued.day, tzinfo=UTC)
    try:
        made: bytes = typeset(TEMPLATE, data, standards=STANDARDS, timestamp=stamp)
    except Unsettable as problem:
        # What authors wrote is printed by the tests; what is left is the name.
        if "could not be displayed with font" in str(problem):
            raise Unprintable from None
        raise
    return made


def codes_pdf(codes: Sequence[tuple[str, Mapping[str, Any]]], language: str, at: str) -> bytes:
    """Sheets of six codes without a name, to cut: pairs of a token and what a check of it answers.

    Each card says what the token says and nothing else, so that no two of them can be matched.
    """
    with force_locale(language):
        data = {
            "language": language,
            "title": _("Codes without a name"),
            "lead": _(
                "Cut along the lines, and show each verifier another one. Whoever checks it learns "
                "that a certificate stands behind it, and not whose."
            ),
            "qr_alt": _("QR code with a signed token; the same stands as text."),
            "check": _(
                "Check: %(address)s. The code is signed and can be checked offline.", address=at
            ),
            "cards": [_card(token, printed) for token, printed in codes],
        }
    made: bytes = typeset(CODES, json.dumps(data, ensure_ascii=False), standards="ua-1")
    return made


def _card(token: str, printed: Mapping[str, Any]) -> dict[str, Any]:
    text = shown(token)
    return {
        "title": printed["programme_title"],
        "facts": [
            (_("Level"), str(printed["level"])),
            (_("Purpose"), wording.purpose(printed)),
            *(
                [(_("Election"), wording.day(printed["election_on"]))]
                if printed["election_on"]
                else []
            ),
            (_("Issued on"), wording.day(printed["issued_on"])),
            (_("Valid until"), wording.day(printed["valid_until"])),
        ],
        "serial": serial_shown(printed["serial"]),
        "qr": qr_svg(token),
        "lines": [text[at : at + CODE_LINE] for at in range(0, len(text), CODE_LINE)],
    }


def token_in(content: bytes) -> str | None:
    """The token that a certificate's PDF carries in its keywords; None when it carries none."""
    found = _IN_METADATA.search(content)
    return found.group(1).decode() if found else None


def qr_svg(text: str) -> str:
    """A QR of level Q, dark on light with its quiet zone, one path.

    The mask is given: trying all eight takes five times as long as everything else here, and what
    is in a token looks like chance, with which every mask does equally well.
    """
    import segno  # a megabyte that few pages need

    buffer = io.BytesIO()
    code = segno.make_qr(text, error="q", mask=4, boost_error=False)
    code.save(buffer, kind="svg", border=4, xmldecl=False)
    return buffer.getvalue().decode()


def _data(sheet: Sheet, issued: date) -> dict[str, Any]:
    printed, token = sheet.printed, shown(sheet.token)
    body = blocks(sheet.body_html)
    length = sum(len(words) for block in body for _strong, words in block["runs"])
    larger_above = {_("Issued by"), _("Level"), _("Purpose")}
    return {
        "language": printed["language"],
        "title": f"{_('Certificate')} {serial_shown(printed['serial'])}",
        "day": [issued.year, issued.month, issued.day],
        "organisation": printed["organisation"],
        "heading": _("Certificate"),
        "given_to": _("This is to certify that"),
        "name": sheet.name,
        "trained_as": _("has been trained in the programme"),
        "programme": printed["programme_title"],
        "level": _("level %(level)s", level=level_word(printed["level"])),
        "permits": {"title": wording.purpose(printed), "text": wording.permits(printed)},
        "body": body,
        "body_size": 10.5 if length <= LONGEST_BODY else 9,
        "facts": [pair for pair in wording.facts(printed) if pair[0] not in larger_above],
        "check": {
            "title": _("Is it genuine?"),
            "text": _(
                "Open %(address)s and type the serial, or the text under the code. The answer is "
                "genuine, expired, revoked or unknown, with every line that is printed here but "
                "the name: compare them. It can also be checked with no network: the code is "
                "signed.",
                address=sheet.verify_at,
            ),
        },
        "serial_label": _("Serial"),
        "serial": serial_shown(printed["serial"]),
        "qr": qr_svg(sheet.token),
        "qr_alt": _("QR code with the signed token of this certificate; the same stands as text."),
        "token": sheet.token,
        "token_lines": [token[at : at + TOKEN_LINE] for at in range(0, len(token), TOKEN_LINE)],
        "pledge_title": _("The pledge"),
        "pledge": blocks(sheet.pledge_html),
    }


def blocks(html: str) -> list[Block]:
    """Authored text as paragraphs and numbered items of (strong or not, words)."""
    reader = _Blocks()
    reader.feed(html)
    reader.close()
    return [block for block in reader.found if any(run[1].strip() for run in block["runs"])]


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Block] = []
        self._strong = 0
        self._in_item = False

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self._in_item = True
            self.found.append({"kind": "item", "runs": []})
        elif tag == "p" and not self._in_item:
            self.found.append({"kind": "paragraph", "runs": []})
        elif tag in ("strong", "b"):
            self._strong += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "li":
            self._in_item = False
        elif tag in ("strong", "b"):
            self._strong -= 1

    def handle_data(self, data: str) -> None:
        words = re.sub(r"\s+", " ", data)
        if self.found and words:
            self.found[-1]["runs"].append([self._strong > 0, words])
        elif words.strip():
            self.found.append({"kind": "paragraph", "runs": [[self._strong > 0, words]]})
