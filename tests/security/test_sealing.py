"""Names at rest: sealed to one person and one column, and nowhere else on the disk.

Source: security 1.3 (what a captured disk yields) and C-56.
"""

from __future__ import annotations

import base64
import io
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import db
from lms.accounts.models import Account
from lms.certification.models import Certificate
from lms.config import Settings
from lms.privacy import CannotOpen, Vault, vault
from tests.page import Page
from tests.security.seeding import Seeded, rows_of
from tests.world import World

NAME = "accounts.name_sealed"
CANARY, PRINTED = "Қанарейка Өмірбекқызы", "Zzyzx Printed-Canary"


def people(app: Flask, *logins: str) -> Iterator[Account]:
    with app.app_context():
        for login in logins:
            yield (
                db.session()
                .scalars(sa.select(Account).where(Account.login_skeleton == login))
                .one()
            )


def test_a_sealed_name_opens_for_its_person_and_its_column(app: Flask, world: World) -> None:
    (aida,) = people(app, "aida")
    with app.app_context():
        assert vault().open(aida.id, aida.person_key, NAME, aida.name_sealed or b"") == "Aida"


def test_a_name_moved_to_another_person_does_not_open(app: Flask, world: World) -> None:
    aida, bota = people(app, "aida", "bota")
    with app.app_context():
        for person, key, sealed in (
            (bota.id, bota.person_key, aida.name_sealed),
            (bota.id, aida.person_key, aida.name_sealed),
            (aida.id, bota.person_key, aida.name_sealed),
            (aida.id, bota.person_key, bota.name_sealed),
        ):
            with pytest.raises(CannotOpen):
                vault().open(person, key, NAME, sealed or b"")


def test_a_field_moved_to_another_column_does_not_open(seeded: Seeded) -> None:
    (aida,) = people(seeded.app, "aida")
    with seeded.app.app_context():
        held = db.session().get_one(Certificate, seeded.ids["certificate of aida"])
        fields = {
            NAME: aida.name_sealed,
            "certificates.token_sealed": held.token_sealed,
            "certificates.pdf_sealed": held.pdf_sealed,
        }
        for column, own in fields.items():
            assert vault().open(aida.id, aida.person_key, column, own or b"")
            for other, sealed in fields.items():
                if other != column:
                    with pytest.raises(CannotOpen):
                        vault().open(aida.id, aida.person_key, column, sealed or b"")


def test_a_changed_byte_anywhere_closes_a_field_for_good(app: Flask, world: World) -> None:
    (aida,) = people(app, "aida")
    sealed, key = aida.name_sealed or b"", aida.person_key or b""
    with app.app_context():
        for at in range(len(sealed)):
            bent = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
            with pytest.raises(CannotOpen):
                vault().open(aida.id, key, NAME, bent)
            with pytest.raises(CannotOpen):
                vault().open(aida.id, key, NAME, sealed[:at])
        for at in range(len(key)):
            bent = key[:at] + bytes([key[at] ^ 1]) + key[at + 1 :]
            with pytest.raises(CannotOpen):
                vault().open(aida.id, bent, NAME, sealed)


def test_without_the_key_outside_the_database_nothing_opens(seeded: Seeded) -> None:
    thief = Vault(b"another key, of thirty-two bytes")
    tried = 0
    for row in rows_of(seeded.app)["accounts"]:
        if row["name_sealed"] is not None:
            tried += 1
            with pytest.raises(CannotOpen):
                thief.open(row["id"], row["person_key"], NAME, row["name_sealed"])
    assert tried >= 12


def test_the_same_name_is_sealed_differently_each_time(app: Flask, world: World) -> None:
    """Else whoever has the database could see who shares a name."""
    (aida,) = people(app, "aida")
    with app.app_context():
        key = aida.person_key or b""
        assert vault().seal(aida.id, key, NAME, "Aida") != vault().seal(aida.id, key, NAME, "Aida")
        assert vault().new_person_key(aida.id) != vault().new_person_key(aida.id)


def test_a_page_shows_a_pseudonym_and_never_a_wrong_name_after_a_swap(
    app: Flask, world: World
) -> None:
    with app.app_context(), db.transaction() as session:
        aida = session.get_one(Account, world.ids["aida"])
        bota = session.get_one(Account, world.ids["bota"])
        aida.name_sealed, bota.name_sealed = bota.name_sealed, aida.name_sealed
    page = Page(app.test_client()).sign_in("tamara", World.secret)
    page.get(f"/cohorts/{world.ids['North one']}")
    assert "aida" in page.text
    assert "Aida" not in page.text
    assert "Bota" not in page.text


def test_whose_key_is_destroyed_is_a_pseudonym_everywhere(seeded: Seeded) -> None:
    with seeded.app.app_context(), db.transaction() as session:
        session.get_one(Account, uuid.UUID(seeded.ids["aida"])).person_key = None
    trainer = seeded.client("tamara")
    page = trainer.get(seeded.address("/cohorts/<North one>")).get_data(as_text=True)
    assert "Aida" not in page
    file = seeded.address("/certificates/<certificate of aida>/file")
    assert trainer.get(file).status_code == 404
    known = trainer.get(seeded.address("/verify/<certificate of aida>")).get_data(as_text=True)
    assert "Genuine" in known


# --- the disk ------------------------------------------------------------------------------------


def forms_of(text: str) -> set[bytes]:
    """A name as it could lie in a file, whoever wrote it there."""
    found = set()
    for word in text.split():
        for spelled in (word, word.lower(), word.upper()):
            found |= {spelled.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")}
            found.add(spelled.encode("unicode_escape"))
        found.add(base64.b64encode(word.encode())[:-4])
        found.add(word.encode().hex().encode())
    return {form for form in found if len(form) >= 6}


@pytest.fixture
def used(seeded: Seeded) -> Seeded:
    """The seeded world after names went through every door that takes one."""
    trainer, token = seeded.client("tamara"), seeded.tokens["tamara"]
    listed = f"name\n{CANARY}\n".encode()
    page = trainer.post(
        seeded.address("/cohorts/<North one>/import"),
        data={"csrf_token": token, "file": (io.BytesIO(listed), "people.csv")},
    )
    plan = re.search(r'name="plan" value="([^"]+)"', page.get_data(as_text=True))
    assert plan
    answer = trainer.post(
        seeded.address("/cohorts/<North one>/import/confirm"),
        data={"csrf_token": token, "plan": plan.group(1)},
    )
    assert CANARY in answer.get_data(as_text=True)
    answer = trainer.post(
        seeded.address("/cohorts/<North one>/people/<bota>/certify"),
        data={"csrf_token": token, "name": PRINTED, "language": "en", "purpose": "training"},
    )
    assert answer.status_code == 303
    seeded.app.test_client().post("/verify", data={"token": "x" * 26, "name": PRINTED})
    assert CANARY in trainer.get(seeded.address("/cohorts/<North one>")).get_data(as_text=True)
    return seeded


def test_a_dump_of_the_database_holds_no_name(used: Seeded) -> None:
    """Neither of the import nor of the certificate, on either database."""
    dump = repr(rows_of(used.app)).encode("utf-8")
    for form in forms_of(CANARY) | forms_of(PRINTED):
        assert form not in dump


def test_no_file_beside_the_keys_holds_a_name(used: Seeded, settings: Settings) -> None:
    """The database file, its write-ahead log, its index and whatever else lies in the instance."""
    wanted = forms_of(CANARY) | forms_of(PRINTED)
    files = [path for path in Path(settings.instance).rglob("*") if path.is_file()]
    with used.app.app_context():
        if db.database().is_sqlite:
            assert {".sqlite", ".sqlite-wal"} <= {path.suffix for path in files}
    for path in files:
        content = path.read_bytes()
        assert not [form for form in wanted if form in content], path.name


def test_the_scan_finds_a_name_where_there_is_one(used: Seeded, tmp_path: Path) -> None:
    """So that its silence above means something."""
    (tmp_path / "leak").write_bytes(b"\0\1" + CANARY.upper().encode() + b"\0")
    content = (tmp_path / "leak").read_bytes()
    assert [form for form in forms_of(CANARY) if form in content]
