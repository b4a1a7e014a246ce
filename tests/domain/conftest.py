"""How hard Hypothesis tries: seconds by default; minutes with `SEATLEDGER_HYPOTHESIS=thorough pytest --timeout=0`."""

import os

from hypothesis import HealthCheck, settings

# A slow machine is not a broken law: no deadline for one example.
settings.register_profile(
    "quick",
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough",
    max_examples=1_000,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("SEATLEDGER_HYPOTHESIS", "quick"))
