"""Every store in turn: what the contract says must hold for each of them."""

import pytest

from eventstore.store import EventStore


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> EventStore:
    found: EventStore = request.getfixturevalue(f"{request.param}_store")
    return found
