"""What an analyst does: ask for a run or stop it, make themes of topics or by hand, sign them off."""

from citizen_platform.themes.services.runs import ATTEMPTS, ask, stop, store
from citizen_platform.themes.services.themes import (
    add_statement,
    add_topic,
    edit,
    make_theme,
    remove_statement,
    sign_off,
)

__all__ = [
    "ATTEMPTS",
    "add_statement",
    "add_topic",
    "ask",
    "edit",
    "make_theme",
    "remove_statement",
    "sign_off",
    "stop",
    "store",
]
