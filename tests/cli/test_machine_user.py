"""Whoever types a command is named in what it records, on any machine."""

import getpass
import os

import pytest

from cli.machine_user import machine_user


def test_a_user_without_a_name_goes_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no username set in the environment")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert machine_user() == str(os.getuid())
