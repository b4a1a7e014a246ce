"""Settings come from the environment, and a bad one is one line."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from runtime.settings import BadSettings, known_variables, load_settings, unknown_variables


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in known_variables():
        monkeypatch.delenv(variable, raising=False)


def test_the_defaults_start_on_a_laptop() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8000, None)
    assert settings.cors_origins == ()
    assert (settings.access_token_seconds, settings.refresh_token_seconds) == (1800, 604800)


def test_the_environment_is_read_and_the_command_line_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATLEDGER_PORT", "9000")
    monkeypatch.setenv("SEATLEDGER_CORS_ORIGINS", "https://a.example/, https://b.example")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@h/d")
    assert load_settings().port == 9000
    assert load_settings(port=9001).port == 9001
    assert load_settings().cors_origins == ("https://a.example", "https://b.example")
    assert load_settings().database_url == "postgresql://u:p@h/d"
    assert load_settings(database_url="postgres://other").database_url == "postgres://other"


def test_an_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATLEDGER_PORT", "")
    monkeypatch.setenv("DATABASE_URL", "")
    assert (load_settings().port, load_settings().database_url) == (8000, None)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SEATLEDGER_PORT", "http"),
        ("SEATLEDGER_PORT", "70000"),
        ("SEATLEDGER_LOG_LEVEL", "loud"),
        ("SEATLEDGER_BODY_MAX_BYTES", "1 MiB"),
        ("SEATLEDGER_MASTER_KEY", "hunter2"),
        ("DATABASE_URL", "mysql://u:hunter2@h/d"),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_variable_but_not_the_value(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSettings) as bad:
        load_settings()
    line = str(bad.value)
    assert line.startswith(f"{variable}: ")
    assert "\n" not in line
    assert value not in line


def test_a_rule_between_two_settings_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATLEDGER_POOL_MIN_CONNECTIONS", "11")
    with pytest.raises(
        BadSettings, match=r"^SEATLEDGER_POOL_MIN_CONNECTIONS: .* SEATLEDGER_POOL_MAX_CONNECTIONS$"
    ):
        load_settings()


def test_secrets_stay_out_of_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@h/d")
    monkeypatch.setenv("SEATLEDGER_ADMIN_PASSWORD", "hunter2hunter2")
    assert "hunter2" not in repr(load_settings())


def test_a_mistyped_variable_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATLEDGER_PROT", "1")
    assert "SEATLEDGER_PROT" in unknown_variables()


ODD = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)


def said_of_the_settings() -> str:
    try:
        load_settings()
    except BadSettings as bad:
        return str(bad)
    return ""


# The environment is made clean once for all examples: each sets the one variable anew.
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(known_variables())),
    ODD | st.text("0123456789.,:/-+_=eE ", max_size=20) | st.floats().map(str),
)
@example("SEATLEDGER_KEEP_ALIVE_SECONDS", "nan")
@example("SEATLEDGER_TRUSTED_PROXIES", "10.0.0.0/99")
@example("SEATLEDGER_OIDC_ISSUER", "https://[")
@example("SEATLEDGER_SMTP_URL", "smtp://h:99999")
@example("SEATLEDGER_RESET_URL", "https://[::1")
def test_no_value_of_any_variable_is_more_than_one_line(variable: str, value: str) -> None:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(variable, value)
        assert len(said_of_the_settings().splitlines()) <= 1
