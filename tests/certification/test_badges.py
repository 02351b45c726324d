"""The Open Badge of a certificate, judged by a validator that is not ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier

from lms.certification import badges
from lms.certification.making import Desk
from tests.certification import deeds
from tests.certification.builders import a_key
from tests.certification.conftest import Certify
from tests.conftest import Moment
from tests.page import Page
from tests.world import World

KEY = a_key()
PEM = KEY.public.public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
PRINTED = {
    "serial": "34CNK6ET39D9NPRVBEDXR72WKK",
    "programme": "precinct-observer",
    "programme_title": "Учаскедегі байқаушы",
    "organisation": "«Тәуелсіз бақылау»",
    "issued_on": "2026-03-01",
    "valid_until": "2099-03-01",
    "release": "72" * 12,
}


def credential() -> dict[str, Any]:
    return badges.credential(PRINTED, "OBS1:ANY", "Оқуды аяқтады.", KEY.public)


def test_an_independent_validator_accepts_both_forms() -> None:
    found = badges.signed(credential(), KEY, AT)
    assert OB3LdpVerifier(PEM).verify(json.dumps(found, ensure_ascii=False))
    assert OB3LdpVerifier.for_issuer_did(badges.did_of(KEY.public)).verify(found)
    assert OB3Verifier(PEM).verify(badges.jwt(credential(), KEY))


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.update(name="Another programme"),
        lambda b: b.update(validUntil="2100-03-01T23:59:59Z"),
        lambda b: b["issuer"].update(name="Somebody else"),
        lambda b: b["credentialSubject"].update(id="urn:uuid:0"),
        lambda b: b["credentialSubject"]["achievement"].update(description="May do anything."),
        lambda b: b["proof"].update(created="2026-03-02T09:00:00Z"),
        lambda b: b["proof"].update(proofValue="z" + badges.base58(b"\x01" * 64)),
    ],
)
def test_after_any_change_it_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    found = json.loads(json.dumps(badges.signed(credential(), KEY, AT)))
    change(found)
    with pytest.raises(LibOpenBadgesException):
        OB3LdpVerifier(PEM).verify(found)


def test_a_badge_of_another_key_is_refused() -> None:
    other = a_key(2)
    found = badges.signed(credential(), other, AT)
    with pytest.raises(LibOpenBadgesException):
        OB3LdpVerifier(PEM).verify(found)
    with pytest.raises(LibOpenBadgesException):
        OB3Verifier(PEM).verify(badges.jwt(credential(), other))


def test_it_is_the_same_every_time_and_says_nothing_of_a_person() -> None:
    first, second = badges.signed(credential(), KEY, AT), badges.signed(credential(), KEY, AT)
    assert first == second
    assert PRINTED["serial"] not in json.dumps(first)


def test_base58_is_that_of_its_vectors() -> None:
    assert badges.base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert badges.base58(b"\x00\x00\x28\x7f\xb4\xcd") == "11233QC4"


def test_only_the_holder_takes_it_and_only_while_it_holds(
    app: Flask,
    world: World,
    now: Moment,
    desk: Desk,
    certified: Certify,
    signed_in_as: Callable[[str], Page],
) -> None:
    serial = certified()
    holder = signed_in_as("aida")
    answer = holder.get(f"/certificates/{serial}/badge").answer
    found = json.loads(answer.data)
    assert deeds.NAME not in answer.text
    assert desk.keys.issuing is not None
    assert found["issuer"]["id"] == badges.did_of(desk.keys.issuing.public)
    assert holder.get(f"/certificates/{serial}/badge?format=jws").answer.text.count(".") == 2
    for login in ("tamara", "kairat", "bota"):
        signed_in_as(login).get(f"/certificates/{serial}/badge", status=404)
    deeds.revoke(app, world, now, desk, serial)
    holder.get(f"/certificates/{serial}/badge", status=409)
