"""What tests of the themes desk share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from citizen_platform.accounts.models import Person, Role
from citizen_platform.core.database import CommittingFlask
from citizen_platform.core.i18n import LOCALES, force_locale
from tests import make


@pytest.fixture
def in_english(app: CommittingFlask) -> Iterator[None]:
    """What is refused outside a request is refused in English."""
    with force_locale(LOCALES["en"]):
        yield


@pytest.fixture
def analyst() -> Person:
    """An analyst of Tirwen."""
    return make.person("tirwen", Role.ANALYST)
