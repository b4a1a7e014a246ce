"""Benches of tests keep their databases in memory: that they run is what is tested, not how fast a disk is."""

import tempfile
from collections.abc import Iterator

import pytest

from tests.in_memory import in_memory


@pytest.fixture(scope="module", autouse=True)
def benches_in_memory() -> Iterator[None]:
    """For this process, which is the one that chooses the folder of a bench."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", in_memory())
        yield
