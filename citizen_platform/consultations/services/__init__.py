"""What is done to a consultation: written, checked, opened, closed, moved along the loop."""

from citizen_platform.consultations.services.authoring import (
    add_option,
    add_question,
    draft,
    edit_dates,
    edit_option,
    edit_question,
    edit_texts,
    move,
    remove_option,
    remove_question,
    set_choices,
)
from citizen_platform.consultations.services.checking import Gap, Section, missing
from citizen_platform.consultations.services.stages import close, mark_analysing, mark_answered, open_

__all__ = [
    "Gap",
    "Section",
    "add_option",
    "add_question",
    "close",
    "draft",
    "edit_dates",
    "edit_option",
    "edit_question",
    "edit_texts",
    "mark_analysing",
    "mark_answered",
    "missing",
    "move",
    "open_",
    "remove_option",
    "remove_question",
    "set_choices",
]
