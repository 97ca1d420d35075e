"""Forms of the themes desk."""

from citizen_platform.themes.forms.runs import RunForm
from citizen_platform.themes.forms.themes import AddTopicForm, FindForm, ThemeForm

__all__ = ["AddTopicForm", "FindForm", "RunForm", "ThemeForm"]
