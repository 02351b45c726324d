"""Settings are read once and checked once: a bad value stops the start with one sentence."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from lms import config, db
from lms.config import ConfigurationError
from tests.conftest import TREE


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    config.create_secrets(tmp_path)
    return {"LMS_INSTANCE": str(tmp_path), "LMS_CONTENT": str(TREE)}


def test_what_nobody_sets_is_safe(environ: dict[str, str], tmp_path: Path) -> None:
    found = config.load(environ)
    assert (found.host, found.port) == ("127.0.0.1", 8000)
    assert found.public_url == "http://127.0.0.1:8000"
    assert found.database_url == f"sqlite:///{tmp_path}/lms.sqlite"
    assert found.demo is False
    assert found.secure is False
    assert set(found.trusted_hosts) == {"127.0.0.1", "localhost", "[::1]"}
    assert found.proxy_hops == 0


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("BIND", "8000", "127.0.0.1:8000"),
        ("BIND", "127.0.0.1:", "127.0.0.1:8000"),
        ("BIND", "127.0.0.1:99999", "127.0.0.1:8000"),
        ("BIND", "127.0.0.1:http", "127.0.0.1:8000"),
        ("BIND", "0.0.0.0:8000", "https"),
        ("PUBLIC_URL", "example.org", "https://example.org"),
        ("PUBLIC_URL", "https://example.org/lms", "https://example.org"),
        ("PUBLIC_URL", "ftp://example.org", "https://example.org"),
        ("WORKERS", "0", "1 to 64"),
        ("WORKERS", "many", "1 to 64"),
        ("WORKERS", "-1", "1 to 64"),
        ("THREADS", "1000", "1 to 512"),
        ("PROXY_HOPS", "six", "0 to 5"),
        ("DEMO", "perhaps", "yes or no"),
        ("DATABASE_URL", "mysql://localhost/lms", "postgresql://"),
        ("DATABASE_URL", "lms.sqlite", "sqlite:///"),
        ("CONTENT", "/proc", "courses/"),
    ],
)
def test_a_bad_value_is_one_sentence_with_its_name(
    environ: dict[str, str], name: str, value: str, word: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        config.load(environ | {f"LMS_{name}": value})
    sentence = str(refused.value)
    assert f"LMS_{name}" in sentence
    assert word in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_the_environment_wins_over_the_file(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('LMS_WORKERS = 3\nLMS_DEMO = "yes"\n')
    assert config.load(environ).workers == 3
    assert config.load(environ).demo is True
    assert config.load(environ | {"LMS_WORKERS": "5"}).workers == 5


def test_a_value_may_lie_in_a_file_of_its_own(environ: dict[str, str], tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://lms:se%40cret@db.example/lms\n")
    found = config.load(environ | {"LMS_DATABASE_URL_FILE": str(secret)})
    assert found.database_url == "postgresql://lms:se%40cret@db.example/lms"


def test_a_named_file_that_is_not_there_stops_the_start(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="LMS_DATABASE_URL_FILE"):
        config.load(environ | {"LMS_DATABASE_URL_FILE": "/nowhere/url"})


@pytest.mark.parametrize("content", [b"LMS_DEMO = yes", b"\xff\xfe", b"= 3"])
def test_a_broken_settings_file_is_one_sentence(
    environ: dict[str, str], tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "settings.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"settings\.toml is not valid TOML"):
        config.load(environ)


def test_secrets_are_private_random_and_made_once(tmp_path: Path) -> None:
    assert config.create_secrets(tmp_path) == ["session.key", "field.key"]
    keys = tmp_path / "keys"
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in keys.iterdir())
    assert all(len(key) == 32 for key in before.values())
    assert len(set(before.values())) == len(before)
    assert config.create_secrets(tmp_path) == []
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before


@pytest.mark.parametrize("name", ["session.key", "field.key"])
@pytest.mark.parametrize(
    ("content", "word"),
    [(None, "lms init"), (b"", "32 random bytes"), (b"short", "32 random"), (b"x" * 32, "random")],
)
def test_a_missing_short_or_guessable_key_stops_the_start(
    environ: dict[str, str], tmp_path: Path, name: str, content: bytes | None, word: str
) -> None:
    path = tmp_path / "keys" / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=word):
        config.load(environ)


def test_a_key_that_others_can_read_stops_the_start(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "keys" / "field.key").chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        config.load(environ)


def test_what_is_shown_holds_no_secret(environ: dict[str, str]) -> None:
    found = config.load(environ | {"LMS_DATABASE_URL": "postgresql://lms:pa55@db.example/lms"})
    shown = str(found.shown())
    assert "pa55" not in shown
    assert "postgresql://lms:…@db.example/lms" in shown
    assert found.session_key.hex() not in shown


def test_only_https_makes_cookies_secure(environ: dict[str, str]) -> None:
    found = config.load(environ | {"LMS_PUBLIC_URL": "https://learn.example.org"})
    assert found.secure
    assert "learn.example.org" in found.trusted_hosts


def test_a_sqlite_that_can_corrupt_a_shared_database_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(db.sqlite, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(ConfigurationError, match=r"at least 3\.51\.3"):
        db.Database("sqlite:////nowhere/lms.sqlite")
