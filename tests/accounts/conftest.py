"""Hashing that costs little, for tests that are not about its cost."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from citizen_platform.accounts import services


@pytest.fixture
def real_hashing() -> None:
    """Ask for this fixture to hash passwords as the service does."""


@pytest.fixture(autouse=True)
def quick_hashing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same algorithm, least work."""
    if "real_hashing" in request.fixturenames:
        return
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(services, "_hasher", quick)
    monkeypatch.setattr(services, "_NOBODY", quick.hash("nobody at all"))
