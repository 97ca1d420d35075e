"""What accounts do: declare who may, invite, accept, sign in."""

from __future__ import annotations

from typing import Any

from citizen_platform.accounts.models import Person, Role
from citizen_platform.core.security import Access


def role(*roles: Role) -> Access:
    """Access for people who hold one of the roles in the body that the address names (``<body>``)."""
    names = ", ".join(sorted(roles)) or "any role"

    def allows(person: Person | None, address: Any) -> bool:
        return person is not None and person.holds(address["body"], *roles)

    return Access(f"{names} in the body", allows)
