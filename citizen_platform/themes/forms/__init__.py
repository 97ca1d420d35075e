"""Forms of the themes desk."""

from citizen_platform.themes.forms.coding import CodeForm, RoundForm
from citizen_platform.themes.forms.runs import FramedRunForm, RunForm
from citizen_platform.themes.forms.shaping import MergeForm, MoveForm, ParkForm, PartsForm, SplitForm
from citizen_platform.themes.forms.signing import SignOffForm, WithdrawForm
from citizen_platform.themes.forms.themes import AddTopicForm, Decided, FindForm, ThemeForm, WordsForm

__all__ = [
    "AddTopicForm",
    "CodeForm",
    "Decided",
    "FindForm",
    "FramedRunForm",
    "MergeForm",
    "MoveForm",
    "ParkForm",
    "PartsForm",
    "RoundForm",
    "RunForm",
    "SignOffForm",
    "SplitForm",
    "ThemeForm",
    "WithdrawForm",
    "WordsForm",
]
