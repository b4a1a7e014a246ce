"""In production nothing starts with secrets that are weak or that nobody gave, and it says so in one line."""

import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.keys.command import command as keys
from cli.production import is_weak_key, is_weak_password, must_suit_production
from cli.secrets import master_key
from cli.serve import command as serve
from cli.up import command as up
from runtime.settings import BadSettings, load_settings

STRONG = "6f1ed002ab5595859014ebf0951522d9a7f0c3e1b2d4568897aabbccddee1f20"
GOOD: dict[str, Any] = {"mode": "production", "master_key": STRONG}


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"master_key": None}, "SEATLEDGER_MASTER_KEY"),
        ({"master_key": "00" * 32}, "SEATLEDGER_MASTER_KEY"),
        ({"master_key": bytes(range(32)).hex()}, "SEATLEDGER_MASTER_KEY"),
        ({"master_key": ("00" * 32) + "," + STRONG}, "SEATLEDGER_MASTER_KEY"),
        ({"admin_password": "password1234"}, "SEATLEDGER_ADMIN_PASSWORD"),
        ({"admin_password": "x7!kQ2-z"}, "SEATLEDGER_ADMIN_PASSWORD"),
        ({"cors_origins": "https://a.example,*"}, "SEATLEDGER_CORS_ORIGINS"),
        ({"oidc_issuer": "http://127.0.0.1:1", "oidc_audience": "a"}, "SEATLEDGER_OIDC_ISSUER"),
        ({"oidc_jwks_url": "http://localhost:1"}, "SEATLEDGER_OIDC_JWKS_URL"),
    ],
)
def test_each_weak_setting_is_named_with_the_way_out(changes: dict[str, Any], variable: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        must_suit_production(load_settings(**{**GOOD, **changes}))
    line = str(refusal.value)
    assert line.startswith(f"{variable}: ")
    assert "\n" not in line
    assert not any(str(value) in line for value in changes.values() if value and len(str(value)) > 3)
    must_suit_production(load_settings(**{**GOOD, **changes, "mode": "development"}))


def test_what_is_strong_starts() -> None:
    must_suit_production(load_settings(**GOOD))
    # To get away from a weak one, both are needed for a while.
    must_suit_production(load_settings(**{**GOOD, "master_key": f"{STRONG},{'00' * 32}"}))
    must_suit_production(
        load_settings(**GOOD, admin_password="tR4vel-Lamp-Ochre", cors_origins="https://a.example")
    )


@pytest.mark.parametrize(
    "key",
    [
        b"\0" * 32, b"ab" * 16, bytes(range(32)), bytes(range(0, 256, 8)), bytes(reversed(range(100, 132))),
        b"0123456789abcdef0123456789abcdef", b"correct-horse-battery-staple-now",
        # Named, because processes that share the tests out have to agree on what these are called.
        pytest.param(os.urandom(8) * 4, id="of chance, but four times the same"),
    ],
)  # fmt: skip
def test_keys_that_somebody_thought_up_are_told(key: bytes) -> None:
    assert len(key) == 32
    assert is_weak_key(key)


def test_keys_of_chance_are_not_called_weak() -> None:
    assert not any(is_weak_key(os.urandom(32)) for _ in range(20_000))


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "Seatledger-2027!", "abababababab", "MyPassword!2027"]
)
def test_passwords_that_everybody_tries_are_told(password: str) -> None:
    assert is_weak_password(password)


@pytest.mark.parametrize(
    "arguments", [(up, ["--port", "0"]), (serve, ["all", "--port", "0"]), (keys, ["rotate"])]
)
def test_no_verb_that_needs_secrets_starts_without(
    arguments: tuple[Any, list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SEATLEDGER_MODE", "production")
    verb, given = arguments
    result = CliRunner().invoke(verb, [*given, "--data-dir", str(tmp_path)])
    assert isinstance(result.exception, BadSettings)
    assert list(tmp_path.iterdir()) == []


def test_in_development_a_master_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    wrapped = master_key(settings).wrap(b"a", b"secret")
    assert master_key(settings).unwrap(b"a", wrapped) == b"secret"
    assert (tmp_path / "master-key").stat().st_mode & 0o777 == 0o600
    assert not is_weak_key(bytes.fromhex((tmp_path / "master-key").read_text()))


def test_a_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "master-key").write_text("oops")
    with pytest.raises(BadSettings, match="master-key: holds no master key"):
        master_key(load_settings(data_dir=tmp_path))
