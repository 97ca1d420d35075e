"""What answering does: the draft, sending it, taking answers in by any door, reading them from a file."""

from citizen_platform.submissions.services.sending import (
    LONGEST_ON_WEB,
    NothingAnswered,
    save_draft,
    send,
    start_draft,
    take_in,
)

__all__ = ["LONGEST_ON_WEB", "NothingAnswered", "save_draft", "send", "start_draft", "take_in"]
