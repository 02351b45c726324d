"""Codes without a name: each is a certificate to whoever checks it, and no two can be matched."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader
from pyzbar import pyzbar

from lms import config, db
from lms.certification import (
    checking,
    ending,
    lists,
    making,
    nameless,
    printing,
    queries,
    sealing,
    tokens,
    wording,
)
from lms.certification import keys as key_files
from lms.certification.auditing import audit
from lms.certification.making import Desk
from lms.certification.models import Certificate, CertificateCode
from lms.domain.errors import NotThere, TooLate
from lms.privacy import CannotOpen, vault
from tests.certification import deeds
from tests.certification.builders import NAME, a_key, claims
from tests.certification.conftest import Certify
from tests.certification.second_verifier import verify_token
from tests.certification.test_printing import a_sheet
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

SignedInAs = Callable[[str], Page]
# What a code says of its own; all else it shares with everybody certified for the same days.
OWN = {"serial", "status_index", "name_salt", "name_hash"}


def draw(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    serial: str,
    name: str = deeds.NAME,
    login: str = "aida",
) -> None:
    actor = deeds.actor_of(app, world, login)
    with app.app_context(), db.transaction() as session:
        nameless.draw(session, actor, serial, name, now=now(), desk=desk)


def drawn(app: Flask, serial: str) -> list[str]:
    with app.app_context():
        row = db.session().get_one(Certificate, serial)
        return [code.token for code in nameless.codes_of(db.session(), row, vault())]


def check(app: Flask, desk: Desk, now: Moment, typed: str, name: str = "") -> checking.Answer:
    with app.app_context():
        return checking.check(db.session(), typed, name, keys=desk.keys, vault=desk.vault, at=now())


def test_each_code_is_genuine_with_a_network_and_without(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    draw(app, world, now, desk, serial)
    found = drawn(app, serial)
    assert len(set(found)) == nameless.SET
    raw = {id_: key.public_bytes_raw() for id_, key in desk.keys.public.items()}
    for token in found:
        claims = tokens.verify(token, desk.keys.public).claims
        assert verify_token(token, raw)["serial"] == claims.serial
        assert claims.names(deeds.NAME)
        shown = tokens.serial_text(claims.serial)
        for typed in (token, shown):
            answer = check(app, desk, now, typed, deeds.NAME)
            assert (answer.word, answer.name_fits) == ("valid", True)
            assert answer.printed is not None
            assert answer.printed["serial"] == shown
            assert check(app, desk, now, typed, "Somebody Else").name_fits is False
    assert not [flaw for flaw in _audit(app) if flaw]


def _audit(app: Flask) -> list[str]:
    with app.app_context():
        return [flaw.what for flaw in audit(db.session())]


def test_two_codes_of_one_person_share_nothing_that_two_people_do_not_share(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    """Everything a verifier sees, token, answer and list, but what is random: the same for Aida's
    two codes as for one of hers and one of Bota's."""
    aida, bota = certified("aida"), certified("bota", name="Бота")
    draw(app, world, now, desk, aida)
    draw(app, world, now, desk, bota, "Бота", "bota")
    mine, other = drawn(app, aida), drawn(app, bota)
    everything = [*mine, *other, *(deeds.token_of(app, desk, one) for one in (aida, bota))]
    claims = [tokens.verify(token, desk.keys.public).claims for token in everything]
    shared = [{k: v for k, v in asdict(one).items() if k not in OWN} for one in claims]
    assert all(one == shared[0] for one in shared)
    for name in OWN:
        assert len({getattr(one, name) for one in claims}) == len(claims), name
    answers = []
    for token in everything:
        printed = dict(check(app, desk, now, token).printed or {})
        printed.pop("serial")
        answers.append(printed)
    assert all(one == answers[0] for one in answers)
    # Nothing of the certificate's own is on the sheet or in the answer.
    told = repr([check(app, desk, now, token) for token in mine])
    row = tokens.verify(deeds.token_of(app, desk, aida), desk.keys.public).claims
    for secret in (aida, tokens.serial_shown(aida), row.name_hash.hex(), deeds.NAME):
        assert secret not in told


def test_all_of_them_end_with_the_certificate_online_and_in_the_list(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial, bystander = certified(), certified("bota")
    draw(app, world, now, desk, serial)
    draw(app, world, now, desk, bystander, login="bota")
    found, others = drawn(app, serial), drawn(app, bystander)

    def listed() -> set[int]:
        with app.app_context():
            newest = queries.newest_list(db.session())
            assert newest is not None
            return set(lists.verify(newest.body.decode(), desk.keys.public).revoked)

    def places(some: list[str]) -> set[int]:
        return {tokens.verify(t, desk.keys.public).claims.status_index for t in some}

    every = places([*found, deeds.token_of(app, desk, serial)])
    deeds.end(app, world, now, desk, serial, ending.suspend, "inquiry")
    assert listed() == every
    assert {check(app, desk, now, token).word for token in found} == {"suspended"}
    deeds.end(app, world, now, desk, serial, ending.lift, "cleared")
    assert listed() == set()
    deeds.revoke(app, world, now, desk, serial)
    assert listed() == every
    assert not listed() & places(others)
    assert {check(app, desk, now, token).word for token in found} == {"revoked"}
    assert {check(app, desk, now, token).word for token in others} == {"valid"}


def test_only_the_holder_draws_under_the_printed_name_while_it_holds_and_not_without_end(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    with pytest.raises(NotThere):
        draw(app, world, now, desk, serial, login="bota")
    with pytest.raises(nameless.OtherName):
        draw(app, world, now, desk, serial, "Somebody Else")
    draw(app, world, now, desk, serial, deeds.NAME.upper())  # as a verifier compares it
    draw(app, world, now, desk, serial)
    with pytest.raises(TooLate, match="codes-drawn"):
        draw(app, world, now, desk, serial)
    deeds.revoke(app, world, now, desk, serial)
    with pytest.raises(TooLate, match="revoked"):
        draw(app, world, now, desk, serial)
    assert len(drawn(app, serial)) == nameless.MOST


def test_a_new_certificate_and_a_new_code_never_get_one_place(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    certified: Certify,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serial = certified()
    draw(app, world, now, desk, serial)
    with app.app_context():
        of_codes = sa.select(CertificateCode.status_index)
        place = db.session().scalars(of_codes.execution_options(scope="all")).first()
        taken = sa.select(Certificate.status_index).execution_options(scope="all")
        assert place is not None
        drawn_by_lot = iter([db.session().scalars(taken).one(), place, 4711])
        monkeypatch.setattr("secrets.randbelow", lambda _below: next(drawn_by_lot))
        assert making.free_index(db.session()) == 4711
        assert making.is_taken(db.session(), place)


def test_codes_leave_room_for_certificates(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    certified: Certify,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serial = certified()
    monkeypatch.setattr(nameless, "ROOM", nameless.SET)
    with pytest.raises(TooLate, match="codes-full"):
        draw(app, world, now, desk, serial)


def test_a_code_put_in_by_hand_is_found(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    draw(app, world, now, desk, serial)
    with app.app_context(), db.transaction() as session:
        row = session.get_one(Certificate, serial)
        session.add(
            CertificateCode(
                serial="0" * 26,
                certificate=serial,
                made_at=now(),
                token_sealed=b"x",
                token_sha256="0" * 64,
                status_index=row.status_index,
                key_id=row.key_id,
            )
        )
    assert len(_audit(app)) == 2


def test_codes_are_sealed_with_the_key_of_their_holder(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify
) -> None:
    serial = certified()
    draw(app, world, now, desk, serial)
    with app.app_context():
        row = db.session().scalars(
            sa.select(CertificateCode).where(CertificateCode.certificate == serial)
        )
        for code in row:
            assert b"OBS1" not in code.token_sealed
        sealed = queries.sealed_code(
            db.session(),
            tokens.serial_text(
                tokens.verify(drawn(app, serial)[0], desk.keys.public).claims.serial
            ),
        )
        assert sealed is not None
        holder, _key, body = sealed
        with pytest.raises(CannotOpen):
            sealing.open_code(desk.vault, holder, None, body)


def test_the_holder_draws_and_prints_them_from_their_own_page(
    app: Flask, world: World, now: Moment, desk: Desk, certified: Certify, signed_in_as: SignedInAs
) -> None:
    serial = certified()
    page = signed_in_as("aida").get("/my/")
    assert f"/certificates/{serial}/codes" in page.html
    page.get(f"/certificates/{serial}/codes")
    assert "Fewer than ten people" in page.text
    page.submit("/codes", {"name": ""}, status=422)
    assert "Type the name" in page.text
    page.submit("/codes", {"name": "Кто-то Другой"}, status=422)
    assert "Another name was printed" in page.text
    assert "Кто-то Другой" in page.html
    page.submit("/codes", {"name": deeds.NAME})
    assert "You have 6 codes." in page.text
    answer = page.client.get(f"/certificates/{serial}/codes/sheet")
    assert answer.mimetype == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.data))
    text = "".join(one.extract_text() for one in reader.pages)
    assert len(reader.pages) == 1
    assert "Codes without a name" in text
    compact = re.sub(r"\s+", "", text)
    for token in drawn(app, serial):
        assert token.replace(" ", "_") in compact
    assert "Әсел" not in text
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert tokens.serial_shown(serial) not in text
    page.get(f"/certificates/{serial}/codes").submit("/codes", {"name": deeds.NAME})
    assert "No more codes can be made" in page.text
    reader = PdfReader(io.BytesIO(page.client.get(f"/certificates/{serial}/codes/sheet").data))
    assert len(reader.pages) == 2


def test_without_a_key_the_page_says_so_and_keeps_what_was_typed(
    app: Flask,
    settings: config.Settings,
    now: Moment,
    certified: Certify,
    signed_in_as: SignedInAs,
) -> None:
    serial = certified()
    page = signed_in_as("aida").get(f"/certificates/{serial}/codes")
    away = [(path, path.read_bytes()) for path in settings.keys.glob("issuing-*.key")]
    try:
        for path, _content in away:
            path.unlink()
        key_files._keyring.cache_clear()
        page.submit("/codes", {"name": deeds.NAME}, status=409)
        assert "no key that may sign" in page.text
        assert page.client.get(f"/certificates/{serial}/badge").status_code == 409
    finally:
        for path, content in away:
            path.write_bytes(content)
        key_files._keyring.cache_clear()


@pytest.mark.parametrize("language", ["kk", pytest.param("ru", marks=pytest.mark.deep)])
def test_every_code_is_read_by_a_camera_and_says_its_claims_in_words(
    app: Flask, tmp_path: Path, language: str
) -> None:
    """Six of the longest at once, as a printer puts them on paper at 200 dots an inch."""
    sheet, key = a_sheet(), a_key()
    made = []
    for number in range(nameless.SET):
        found = claims(
            serial=bytes([number]) * 16,
            programme="p" * tokens.LONGEST_PROGRAMME,
            purpose="deployment",
            election_on=date(2026, 4, 19),
        )
        printed = {**sheet.printed, "serial": tokens.serial_text(found.serial)}
        made.append((tokens.issue(found, key), printed))
    with app.app_context():
        pdf = printing.codes_pdf(made, language, "https://learn.example.org/verify")
    (tmp_path / "c.pdf").write_bytes(pdf)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    words = re.sub(r"\s+", " ", PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
    with app.app_context(), force_locale(language):
        for word in (wording.purpose(sheet.printed), wording.day("2026-05-19"), "Учаскедегі"):
            assert words.count(" ".join(word.split())) == nameless.SET
    assert NAME.split()[0] not in words
    assert sheet.printed["organisation"] not in words  # the token does not say it either
    command = ["pdftoppm", "-r", "200", "-gray", "-singlefile"]
    subprocess.run([*command, str(tmp_path / "c.pdf"), str(tmp_path / "c")], check=True)
    header, size, _depth, pixels = (tmp_path / "c.pgm").read_bytes().split(b"\n", 3)
    assert header == b"P5"
    width, height = map(int, size.split())
    codes = pyzbar.decode((pixels, width, height), symbols=[pyzbar.ZBarSymbol.QRCODE])
    assert {code.data.decode() for code in codes} == {token for token, _printed in made}
