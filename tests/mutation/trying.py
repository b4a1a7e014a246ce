"""One mutant, tried: in a process of its own the module is the mutant, and the tests that should see it run."""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from types import ModuleType
from typing import Any

import pytest

PASSED = 0
UNHURRIED = ("-o", "timeout=300")
"""A test that is cut off because the machine is busy would be told as one that has seen something."""


class Fate(StrEnum):
    KILLED = "killed"
    SURVIVED = "survived"
    HUNG = "hung"
    """Its tests did not come to an end in time, which they would have told as well."""


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        self._name = name
        self._path = path
        self._source = source

    def find_spec(self, fullname: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=self._path)

    def get_source(self, _fullname: str) -> str:
        return self._source

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = self._path
        exec(compile(self._source, self._path, "exec"), module.__dict__)


def tried(name: str, path: str, source: str, tests: Sequence[str], seconds_max: float) -> Fate:
    """What becomes of `source` as the module `name`. Nothing of ours but this may have been imported before."""
    child = os.fork()
    if child == 0:
        _become(name, path, source, tests)
    until = time.monotonic() + seconds_max
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return Fate.SURVIVED if status == PASSED else Fate.KILLED
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return Fate.HUNG


def _become(name: str, path: str, source: str, tests: Sequence[str]) -> None:
    code = 1
    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        sys.meta_path.insert(0, _Instead(name, path, source))
        quiet = ("-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", "--no-header", *UNHURRIED)
        code = int(pytest.main([*quiet, *tests]))
    finally:
        os._exit(code)
