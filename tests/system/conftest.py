"""Folders for programs that bring their own PostgreSQL."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def folder_for_a_server(folders_for_servers: Callable[[], Path]) -> Path:
    """A data folder in which nothing was made yet, and which a server run as another user may reach."""
    return folders_for_servers()
