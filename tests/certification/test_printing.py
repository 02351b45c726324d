"""The printed certificate: it says every claim, reads aloud, and its QR is its token."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from pyzbar import pyzbar

from lms.certification import printing, tokens
from lms.certification.tokens import serial_text
from tests.certification.builders import NAME, a_key, claims

KEY = a_key()
BODY = "<p>Иесі дайындалды: <strong>ұйым, құқық, өңір</strong>; Һ, І, Ғ, Ң.</p>"
PLEDGE = (
    "<p>Мен:</p><ol><li><p><strong>Қол тигізбеймін.</strong> Ешқашан.</p></li><li>Екі</li></ol>"
)
ALPHABET = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"


def a_sheet(**stated: Any) -> printing.Sheet:
    found = claims(
        purpose="deployment", election_on=date(2026, 4, 19), valid_until=date(2026, 5, 19)
    )
    printed: dict[str, Any] = {
        "serial": serial_text(found.serial),
        "programme": found.programme,
        "programme_title": "Учаскедегі байқаушы",
        "level": 1,
        "purpose": "deployment",
        "language": "kk",
        "organisation": "«Тәуелсіз байқаушылар» қоғамдық бірлестігі",
        "issued_on": "2026-03-01",
        "valid_until": "2026-05-19",
        "election_on": "2026-04-19",
        "law": "B",
        "release": found.release.hex(),
        "key_id": KEY.id.hex(),
    }
    given: dict[str, Any] = {
        "printed": printed | stated.pop("printed", {}),
        "token": tokens.issue(found, KEY),
        "name": f"{NAME} {ALPHABET}",
        "body_html": BODY,
        "pledge_html": PLEDGE,
        "verify_at": "https://learn.example.org/verify",
    }
    return printing.Sheet(**(given | stated))


def a_pdf(app: Flask, **stated: Any) -> bytes:
    with app.app_context():
        return printing.pdf(a_sheet(**stated))


def words_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_the_paper_says_every_claim_with_kazakh_letters(app: Flask) -> None:
    text = words_of(a_pdf(app))
    for claim in (
        f"{NAME} {ALPHABET}",
        "Учаскедегі байқаушы",
        "«Тәуелсіз байқаушылар» қоғамдық бірлестігі",
        tokens.serial_shown(serial_text(claims().serial)),
        "2026 ж. 1 наурыз",
        "2026 ж. 19 мамыр",
        "2026 ж. 19 сәуір",
        KEY.id.hex(),
        claims().release.hex(),
        "Қазақша",
        "https://learn.example.org/verify",
        "ұйым, құқық, өңір",
        "Қол тигізбеймін.",
    ):
        assert claim in text, claim


def test_the_fonts_are_embedded_and_carry_every_letter(app: Flask) -> None:
    reader = PdfReader(io.BytesIO(a_pdf(app)))
    found = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]  # a dictionary
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            found.add(str(descriptor["/FontName"]).split("+")[-1].split("-")[0])
    assert found == {"LibertinusSerif", "DejaVuSansMono"}
    assert "\ufffd" not in words_of(a_pdf(app))


def test_the_paper_is_tagged_and_says_its_language_and_title(app: Flask) -> None:
    pdf = a_pdf(app)
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/Lang"] == "kk"  # type: ignore[index]  # a dictionary
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]  # a dictionary
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]  # a dictionary
    kinds, alts = [], []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            kinds.append(node.get("/S"))
            alts.append(node.get("/Alt"))
            walk(node.get("/K"))

    walk(root["/StructTreeRoot"])  # type: ignore[index]  # a dictionary
    assert kinds.count("/H1") == 1
    assert {"/H2", "/P", "/L", "/LI", "/Figure"} <= set(kinds)
    assert any(alt and "QR" in alt for alt in alts)
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", pdf)
    assert re.search(rb"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A", pdf)


def test_the_same_certificate_is_the_same_file(app: Flask) -> None:
    assert a_pdf(app) == a_pdf(app)


def test_the_qr_on_the_picture_is_the_token(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(a_pdf(app))
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            "150",
            "-gray",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
            file,
            tmp_path / "p",
        ],
        check=True,
    )
    header, size, depth, pixels = (tmp_path / "p.pgm").read_bytes().split(b"\n", 3)
    assert (header, depth) == (b"P5", b"255")
    width, height = map(int, size.split())
    (code,) = pyzbar.decode((pixels, width, height), symbols=[pyzbar.ZBarSymbol.QRCODE])
    assert code.data.decode() == a_sheet().token
    assert tokens.verify(code.data.decode(), {KEY.id: KEY.public}).claims.names(NAME)


def test_the_token_is_found_in_the_file_and_under_the_code(app: Flask) -> None:
    pdf = a_pdf(app)
    assert printing.token_in(pdf) == a_sheet().token
    text = "".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines())
    found = text[text.index("OBS1:") :][: len(a_sheet().token)]
    assert tokens.verify_typed(found, {KEY.id: KEY.public}).claims.names(NAME)


@pytest.mark.parametrize(
    "name",
    [
        '#set page(fill: red) #read("/etc/passwd")',
        "*Aida* _x_ `y` $z$ \\ @ref <label> // note /* */",
        '"}] ; panic("x")',
        "Ә" * 80,
        "Анна-Мария фон дер Бранденбургская-Константинопольская-Заилийская Қуанышқызы Ө",
    ],
)
def test_a_name_is_words_whatever_it_says(app: Flask, name: str) -> None:
    pdf = a_pdf(app, name=name)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    bare = re.sub(r"\s", "", words_of(pdf))
    assert re.sub(r"\s", "", name) in bare


def test_training_and_deployment_cannot_be_mistaken_for_each_other(app: Flask) -> None:
    english = {"language": "en"}
    deployment = words_of(a_pdf(app, printed=english))
    training = words_of(a_pdf(app, printed=english | {"purpose": "training", "election_on": None}))
    assert "For the election of 19 April 2026 the holder may be deployed" in deployment
    assert "Training completed" not in deployment
    assert "Training completed" in training
    assert "does not allow deployment" in training
    assert "may be deployed" not in training


def test_without_a_pledge_there_is_one_page(app: Flask) -> None:
    pdf = a_pdf(app, pledge_html="")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_a_file_without_a_token_has_none() -> None:
    assert printing.token_in(b"%PDF-1.7 nothing <pdf:Keywords>other</pdf:Keywords>") is None


def test_authored_text_becomes_paragraphs_and_items() -> None:
    assert printing.blocks(PLEDGE) == [
        {"kind": "paragraph", "runs": [[False, "Мен:"]]},
        {"kind": "item", "runs": [[True, "Қол тигізбеймін."], [False, " Ешқашан."]]},
        {"kind": "item", "runs": [[False, "Екі"]]},
    ]
