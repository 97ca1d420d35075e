"""The doctor says when statements wait too long for the machine, or cannot be read by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citizen_platform.contributions import services
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.site import cli
from tests import make


def test_statements_that_wait_too_long_are_told(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "language_faults", list)
    about = make.consultation()
    row, other = (make.contribution(about)[0] for _n in range(2))
    session.commit()

    def doctor() -> Any:
        return app.test_cli_runner().invoke(args=["doctor"])

    assert doctor().exit_code == 0, "both have come in just now"
    row.received_at = other.received_at = datetime.now(UTC) - timedelta(hours=1)
    services.mark_unreadable([other.id], version="v1")
    session.commit()
    told = doctor()
    assert told.exit_code == 1
    assert "for more than ten minutes: 1." in told.output
    assert f"number {other.id}" in told.output
