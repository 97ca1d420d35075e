"""An address once public answers for ever: those written down here may be added to, never changed or removed."""

from __future__ import annotations

from pathlib import Path

from citizen_platform.core.database import CommittingFlask
from citizen_platform.core.security import ACCESS, PUBLIC

KEPT = Path(__file__).parent / "addresses.txt"


def public_addresses(app: CommittingFlask) -> set[str]:
    """Every public address of the service as its rule, in both languages."""
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if ACCESS.get(rule.endpoint) is PUBLIC and "GET" in (rule.methods or ()) and rule.endpoint != "static"
    }


def written_down() -> set[str]:
    return {
        line for line in KEPT.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    }


def test_public_addresses_answer_for_ever(app: CommittingFlask) -> None:
    assert written_down() - public_addresses(app) == set(), "an address that was public no longer answers"


def test_new_public_addresses_are_written_down(app: CommittingFlask) -> None:
    assert public_addresses(app) - written_down() == set(), "write these down in addresses.txt"


def test_addresses_of_the_two_languages_come_in_pairs() -> None:
    cy = [line for line in written_down() if line.startswith("/cy")]
    en = [line for line in written_down() if line.startswith("/en")]
    assert len(cy) == len(en) > 10
