"""The few places where the product has chance, or bounds too large to be reached here, of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from command_api.policies import run, sending
from command_api.policies import when_show_is_cancelled_cancel_bookings as cancelling
from tests.simulation.plan import Plan


@contextmanager
def seams(plan: Plan) -> Iterator[None]:
    """Ids by the seed; policies that go in small steps."""
    ids = plan.chance("ids")

    def new_id() -> str:
        return str(UUID(int=ids.getrandbits(128)))

    changes: list[tuple[Any, str, Any]] = [
        (sending, "new_id", new_id),
        (run, "FACTS_MAX", plan.follow_max),
        (cancelling, "BOOKINGS_MAX", plan.follow_max),
    ]
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in changes:
            patch.setattr(module, name, value)
        yield
