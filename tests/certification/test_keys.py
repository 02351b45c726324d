"""Issuing keys on disk: private, named by what they are, the newest issues."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lms.certification import keys
from lms.certification.signing import key_id

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_new_key_is_private_and_its_public_half_can_be_given_away(tmp_path: Path) -> None:
    made = keys.new_key(tmp_path, AT)
    private, public = tmp_path / f"issuing-{made}.key", tmp_path / f"issuing-{made}.pub"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert b"PRIVATE" not in public.read_bytes()
    (found,) = keys.public_keys(public.read_bytes(), public)
    assert key_id(found).hex() == made


def test_the_key_made_last_issues_and_the_older_ones_still_verify(tmp_path: Path) -> None:
    made = [keys.new_key(tmp_path, AT + timedelta(days=n)) for n in (5, 9, 2)]
    ring = keys.keyring(tmp_path)
    assert ring.must_issue().id.hex() == made[1]
    assert {found.hex() for found in ring.public} == set(made)


def test_a_key_whose_private_half_is_taken_away_still_verifies(tmp_path: Path) -> None:
    made = keys.new_key(tmp_path, AT)
    (tmp_path / f"issuing-{made}.key").unlink()
    ring = keys.keyring(tmp_path)
    assert [found.hex() for found in ring.public] == [made]
    with pytest.raises(keys.NoKey, match="new-key"):
        ring.must_issue()


def test_a_broken_key_file_is_named_and_its_content_is_not(tmp_path: Path) -> None:
    (tmp_path / "issuing-00000000.key").write_text("secret rubbish")
    with pytest.raises(keys.NoKey) as caught:
        keys.keyring(tmp_path)
    assert "issuing-00000000.key" in str(caught.value)
    assert "rubbish" not in str(caught.value)


@pytest.mark.parametrize("text", [b"", b"-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----"])
def test_a_file_without_a_usable_public_key_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(keys.NoKey):
        keys.public_keys(text, tmp_path / "some.pub")
