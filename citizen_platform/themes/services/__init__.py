"""What an analyst does: ask for a run or stop it, make themes of topics or by hand, shape them, sign them off, undo."""

from citizen_platform.themes.services.coding import SAMPLE, SAMPLES, code, start_round
from citizen_platform.themes.services.passages import (
    Moved,
    Tick,
    add_statement,
    add_statements,
    add_topic,
    move,
    remove_statement,
    take_out,
)
from citizen_platform.themes.services.runs import (
    ATTEMPTS,
    LONGEST_FRAME,
    ask,
    frame,
    frame_of_theme,
    stop,
    store,
    store_placed,
)
from citizen_platform.themes.services.shaping import (
    accept_parts,
    merge,
    park,
    park_topic,
    split,
    unpark,
    unpark_topic,
)
from citizen_platform.themes.services.signing import withdraw
from citizen_platform.themes.services.steps import UNDONE, hold_desk, undo
from citizen_platform.themes.services.themes import edit, make_theme, refuse_same_name, sign_off

__all__ = [
    "ATTEMPTS",
    "LONGEST_FRAME",
    "SAMPLE",
    "SAMPLES",
    "UNDONE",
    "Moved",
    "Tick",
    "accept_parts",
    "add_statement",
    "add_statements",
    "add_topic",
    "ask",
    "code",
    "edit",
    "frame",
    "frame_of_theme",
    "hold_desk",
    "make_theme",
    "merge",
    "move",
    "park",
    "park_topic",
    "refuse_same_name",
    "remove_statement",
    "sign_off",
    "split",
    "start_round",
    "stop",
    "store",
    "store_placed",
    "take_out",
    "undo",
    "unpark",
    "unpark_topic",
    "withdraw",
]
