"""The compact token: small, exact, and refused after any change."""

from __future__ import annotations

import os
import random
from datetime import date

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.certification import tokens
from lms.certification.signing import ALPHABET, NotGenuine, decode45, encode45, shown, sign
from tests.certification.builders import NAME, SALT, a_key, claims

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
KEY = a_key()
KEYS = {KEY.id: KEY.public}
DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))


@st.composite
def any_claims(draw: st.DrawFn) -> tokens.Claims:
    issued = draw(DAYS)
    life = st.integers(0, 1800).map(lambda days: date.fromordinal(issued.toordinal() + days))
    purpose = draw(st.sampled_from(tokens.PURPOSES))
    return claims(
        serial=draw(st.binary(min_size=16, max_size=16)),
        programme=draw(st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,20})?", fullmatch=True)),
        level=draw(st.integers(1, 9)),
        purpose=purpose,
        language=draw(st.sampled_from(tokens.LANGUAGES)),
        issued_on=issued,
        valid_until=draw(life),
        status_index=draw(st.integers(0, tokens.LIST_POSITIONS - 1)),
        release=draw(st.binary(min_size=12, max_size=12)),
        name_salt=draw(st.binary(min_size=16, max_size=16)),
        name_hash=draw(st.binary(min_size=16, max_size=16)),
        election_on=draw(life) if purpose == "deployment" else None,
    )


@given(any_claims())
@settings(max_examples=1000 if DEEP else 50, deadline=None)
def test_what_is_issued_is_verified_and_says_the_same(found: tokens.Claims) -> None:
    token = tokens.issue(found, KEY)
    assert tokens.verify(token, KEYS) == tokens.Verified(found, KEY.id, token)
    assert tokens.open_typed(token, KEYS).serial == found.serial
    assert len(token) <= 300
    assert set(token) <= set(ALPHABET)


@pytest.mark.parametrize("signed", [7, [], {}, {1: "text"}, {1: b"short"}, {2: bytes(16)}])
def test_what_is_signed_without_a_serial_is_not_genuine(signed: object) -> None:
    for payload in (cbor2.dumps(signed), b"\xff"):
        found = tokens.open_typed(sign(tokens.PREFIX, payload, KEY), KEYS)
        with pytest.raises(NotGenuine):
            _ = found.serial


def test_the_largest_claims_fit_a_token() -> None:
    token = tokens.issue(
        claims(
            programme="p" * 32,
            level=9,
            purpose="deployment",
            election_on=date(2026, 12, 20),
            status_index=131_071,
        ),
        KEY,
    )
    assert len(token) == 299


def test_a_golden_token_stays_readable() -> None:
    """Certificates are on paper: what was issued once has to be read by every later version."""
    token = (
        "OBS1:$RLF7A% CC3DVED5QDO$D/3EHFECOEFFEZKEOPC:.D-UET3ELQE7LE5$C4H0YM0MS0VY0151H+06D1411100Y"
        "T5+713LE3LE3LE3LE3LE3LEUD1100KB0*M0DY0W016C1PN1:Y1GJ1W 9-/56$UPNPWZITQR8YAY-HJS6W/1:GUT4NF"
        "7W*TLXRE.EHG931RLBWUMP67TPREPC3QC1POR3RYL$P7%R4H0TJD0SN4/43L0JA6R1CEJ42CEBLZJIKMT7IDTUJ9T"
    )
    assert tokens.issue(claims(), KEY) == token
    assert tokens.verify(token, KEYS).claims == claims()
    packed = tokens.packed(claims())
    assert packed.hex() == (
        "ab0150" + bytes(range(100, 116)).hex() + "0271" + b"precinct-observer".hex() + "0301"
        "0400"
        "0502"
        "061908cb"
        "07190a38"
        "081a00012cc8"
        "094c" + "72" * 12 + "0a50" + SALT.hex() + "0b50" + tokens.hash_of_name(NAME, SALT).hex()
    )
    assert tokens.serial_text(claims().serial) == "34CNK6ET39D9NPRVBEDXR72WKK"


def _refused(token: str) -> bool:
    try:
        tokens.verify(token, KEYS)
    except NotGenuine:
        return True
    return False


def test_every_small_change_is_refused() -> None:
    """Bits flipped; signs replaced, dropped, doubled and swapped; pieces cut off."""
    token = tokens.issue(claims(), KEY)
    signed = decode45(token[5:])
    changed = {token[:end] for end in range(len(token))}
    changed |= {token[start:] for start in range(1, len(token))}
    for at in range(len(signed)):
        for bit in range(8):
            bent = bytearray(signed)
            bent[at] ^= 1 << bit
            changed.add(tokens.PREFIX + encode45(bytes(bent)))
    for at in range(len(token)):
        changed.add(token[:at] + token[at + 1 :])
        changed.add(token[:at] + token[at] + token[at:])
        changed.add(token[:at] + token[at : at + 2][::-1] + token[at + 2 :])
        changed |= {token[:at] + sign + token[at + 1 :] for sign in ALPHABET}
    changed.discard(token)
    assert len(changed) > 12_000
    tried = changed if DEEP else random.Random(20260301).sample(sorted(changed), 3_000)
    assert [found for found in tried if not _refused(found)] == []


def test_many_mutations_are_all_refused() -> None:
    """What scanners, editors and forgers do to a text: signs changed, lost, added and swapped,
    bytes bent, ends cut off, and the signature of another certificate put under these claims."""
    chance = random.Random(20260301)
    token = tokens.issue(claims(), KEY)
    other = tokens.issue(claims(level=2), KEY)
    assert len(token) == len(other)
    wanted = 1_000_000 if DEEP else 10_000
    accepted, tried = [], 0
    while tried < wanted:
        bent = list(token)
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            at = chance.randrange(len(bent))
            bent[at : at + 1] = {
                0: [chance.choice(ALPHABET)],
                1: [chr(chance.randrange(32, 127))],
                2: [],
                3: [bent[at], chance.choice(ALPHABET)],
                4: [bent[at - 1]],
                5: [bent[at].lower()],
            }[chance.randrange(6)]
        found = "".join(bent)
        cut = chance.randrange(5, len(token))
        found = {0: token[:cut] + other[cut:], 1: found[:cut], 2: found + found[:cut]}.get(
            chance.randrange(20), found
        )
        if found in (token, other):
            continue
        tried += 1
        if not _refused(found):
            accepted.append(found)
    assert accepted == []


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (1, b"short"),
        (2, "Not A Slug"),
        (2, "p" * 33),
        (3, 0),
        (3, True),
        (3, 1.0),
        (4, 2),
        (5, 3),
        (5, -1),
        (6, -1),
        (6, 10**9),
        (7, 1),
        (7, 2**63),
        (8, 131_072),
        (9, b""),
        (10, None),
        (11, "text instead of bytes"),
        (12, 2300),
        (12, None),
        (13, 1),
        ("1", b"x" * 16),
    ],
)
def test_a_signature_over_claims_that_cannot_be_is_refused(number: object, value: object) -> None:
    """Not even the right key makes a token of something we would never have written."""
    found = cbor2.loads(tokens.packed(claims())) | {number: value}
    token = sign(tokens.PREFIX, cbor2.dumps(found, canonical=True), KEY)
    with pytest.raises(NotGenuine, match="claims"):
        tokens.verify(token, KEYS)


def test_the_same_claims_written_another_way_are_refused() -> None:
    """One certificate, one token: other bytes with the same meaning are not it."""
    packed = tokens.packed(claims())
    found = cbor2.loads(packed)
    backwards = cbor2.dumps(dict(reversed(found.items())))
    longer = b"\xb8\x0b" + packed[1:]  # the number of pairs in two bytes instead of one
    twice = b"\xac" + packed[1:] + b"\x03\x01"
    for payload in (backwards, longer, twice, packed + b"\x00", cbor2.dumps([found])):
        assert payload != packed
        with pytest.raises(NotGenuine, match="claims"):
            tokens.verify(sign(tokens.PREFIX, payload, KEY), KEYS)


@given(st.binary(max_size=200))
@settings(max_examples=500 if DEEP else 150, deadline=None)
def test_any_signed_bytes_are_refused_without_falling_over(payload: bytes) -> None:
    with pytest.raises(NotGenuine):
        tokens.verify(sign(tokens.PREFIX, payload, KEY), KEYS)


@given(st.text(max_size=320))
@settings(max_examples=500 if DEEP else 150, deadline=None)
def test_any_text_is_refused_without_falling_over(text: str) -> None:
    for found in (text, tokens.PREFIX + text):
        assert _refused(found)
        with pytest.raises(NotGenuine):
            tokens.verify_typed(found, KEYS)


def test_an_unknown_key_and_a_key_under_a_known_id_are_refused() -> None:
    stranger = a_key(2)
    token = tokens.issue(claims(), stranger)
    with pytest.raises(NotGenuine, match="key"):
        tokens.verify(token, KEYS)
    with pytest.raises(NotGenuine, match="signature"):
        tokens.verify(token, {stranger.id: KEY.public})


def test_a_token_is_not_a_list_though_both_are_signed_alike() -> None:
    payload = tokens.packed(claims())
    as_list = sign("OBL1:", payload, KEY)
    with pytest.raises(NotGenuine, match="signature"):
        tokens.verify(tokens.PREFIX + as_list[5:], KEYS)


def test_a_token_with_spaces_survives_paper_mail_and_small_letters() -> None:
    for seed in range(400):
        found = claims(serial=random.Random(seed).randbytes(16))
        token = tokens.issue(found, KEY)
        if token.count(" ") < 4:
            continue
        printed = shown(token)
        wrapped = "\r\n".join(printed[at : at + 100] for at in range(0, len(printed), 100))
        for typed in (
            token,
            printed,
            wrapped,
            wrapped.lower(),
            f"  {token}\n",
            token.lower(),
            " ".join(printed[at : at + 4] for at in range(0, len(printed), 4)),
            f"My certificate:\n{wrapped}",
        ):
            assert tokens.verify_typed(typed, KEYS).claims == found, typed
        return
    raise AssertionError("no token with spaces was drawn")


@given(st.binary(max_size=80))
def test_base45_comes_back(content: bytes) -> None:
    assert decode45(encode45(content)) == content


def test_base45_is_that_of_the_standard() -> None:
    assert encode45(b"AB") == "BB8"
    assert encode45(b"Hello!!") == "%69 VD92EX0"
    assert encode45(b"base-45") == "UJCLQE7W581"
    assert decode45("QED8WEX0") == b"ietf!"


@pytest.mark.parametrize("text", ["A", "GGW", ":::", "::", "ABCD", "ab", "É" * 3, "ABC\n"])
def test_base45_that_nobody_writes_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        decode45(text)


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("Әсел Қуанышқызы", True),
        ("  әсел   ҚУАНЫШҚЫЗЫ ", True),
        ("Әсел Куанышкызы", False),
        ("", False),
    ],
)
def test_a_name_fits_but_for_case_and_spaces(typed: str, fits: bool) -> None:
    assert claims().names(typed) is fits


def test_a_name_fits_with_e_for_yo_and_with_letters_in_two_pieces() -> None:
    found = claims(name_hash=tokens.hash_of_name("Артём Йодов", SALT))
    assert found.names("Артем Йодов")
    assert found.names("Артём Йодов")


def test_serials_are_typed_in_any_way() -> None:
    serial = tokens.serial_text(bytes(range(16)))
    assert serial == "00041061050R3GG28A1C60T3GF"
    assert tokens.serial_shown(serial) == "000410-61050-R3GG2-8A1C6-0T3GF"
    assert tokens.serial_typed(tokens.serial_shown(serial).lower()) == serial
    assert tokens.serial_typed(" ooo4lo 6io5o r3gg2 8alc6 ot3gf ") == serial
    for wrong in ("", serial[:-1], serial + "0", "8" + serial[1:], serial[:-1] + "U", "ё" * 26):
        assert tokens.serial_typed(wrong) is None


@given(st.binary(min_size=16, max_size=16))
def test_a_serial_in_words_holds_all_128_bits(serial: bytes) -> None:
    text = tokens.serial_text(serial)
    assert len(text) == 26
    assert tokens.serial_typed(text) == text


@pytest.mark.parametrize(
    "stated",
    [
        {"valid_until": date(2026, 2, 28)},
        {"valid_until": date(2036, 3, 1)},
        {"purpose": "deployment"},
        {"election_on": date(2026, 4, 19)},
        {"purpose": "deployment", "election_on": date(2026, 2, 28)},
        {"level": 0},
        {"language": "de"},
        {"status_index": -1},
        {"programme": "with space"},
    ],
)
def test_impossible_claims_are_not_made(stated: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        claims(**stated)
