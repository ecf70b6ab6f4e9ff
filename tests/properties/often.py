"""The profile of the properties, for each of them by name: other tests keep their own."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

often = settings(
    max_examples=600 if os.environ.get("SOAK") else 60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
