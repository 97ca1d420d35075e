"""What answering does: the draft, sending it, taking answers in by any door, reading them from a file."""

from citizen_platform.submissions.services.importing import (
    DOORS,
    ColumnMapping,
    begin,
    import_soon,
    note_in_words,
    prepare,
    reason_in_words,
    rehearse,
    store_all,
    upload,
)
from citizen_platform.submissions.services.sending import (
    LONGEST_ON_WEB,
    NothingAnswered,
    code_of,
    save_draft,
    send,
    source_of,
    start_draft,
    take_in,
)
from citizen_platform.submissions.services.tables import Table, Unreadable, read_table

__all__ = [
    "DOORS",
    "LONGEST_ON_WEB",
    "ColumnMapping",
    "NothingAnswered",
    "Table",
    "Unreadable",
    "begin",
    "code_of",
    "import_soon",
    "note_in_words",
    "prepare",
    "read_table",
    "reason_in_words",
    "rehearse",
    "save_draft",
    "send",
    "source_of",
    "start_draft",
    "store_all",
    "take_in",
    "upload",
]
