"""The answer form, made from a consultation's questions; and the forms by which a file of answers comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from citizen_platform.consultations.models import Consultation, Question, QuestionKind
from citizen_platform.contributions.models import DOOR_NAMES
from citizen_platform.core.errors import DomainError
from citizen_platform.core.forms import Form, LongText, Required
from citizen_platform.core.i18n import _, _l, local, pgettext
from citizen_platform.submissions.models import SCALE_WORDS
from citizen_platform.submissions.services import DOORS, LONGEST_ON_WEB


class AnswerForm(Form):
    """Answers to all questions of one consultation; made by :func:`answer_form`. Fields are named ``question_<id>``."""

    questions: Sequence[Question] = ()

    @property
    def answers(self) -> dict[str, str]:
        """What was given, by question code; questions left blank are not there."""
        given = {question.code: self[name_of(question)].data or "" for question in self.questions}
        return {code: value for code, value in given.items() if value.strip()}

    def refuse(self, error: DomainError) -> None:
        """Show a rule that was not met at the question it belongs to (``error.field`` is a question's code)."""
        names = {question.code: name_of(question) for question in self.questions}
        super().refuse(DomainError(error.message, names.get(error.field or "")))


def name_of(question: Question) -> str:
    """The name and id of a question's field."""
    return f"question_{question.id}"


def answer_form(consultation: Consultation, answers: Mapping[str, str]) -> AnswerForm:
    """The form for a consultation's questions, filled with answers given before (unless something was posted)."""
    made = type("AnswerForm", (AnswerForm,), {"questions": list(consultation.questions)})
    for question in consultation.questions:
        setattr(made, name_of(question), field_for(question))
    form: AnswerForm = made(
        data={name_of(question): answers.get(question.code) for question in consultation.questions}
    )
    return form


def field_for(question: Question) -> Any:
    """The field by which one question is answered."""
    words = {"label": local(question.text), "description": local(question.hint)}
    if question.kind == QuestionKind.TEXT:
        needed = (
            [Required(_("Write an answer: %(question)s", question=local(question.text)))]
            if question.required
            else []
        )
        return LongText(**words, max_chars=LONGEST_ON_WEB, rows=7, validators=needed)
    choices = [SelectChoice(value, text) for value, text in choices_of(question)]
    if not question.required:
        choices.append(SelectChoice("", pgettext("answer", "No answer")))
    needed = (
        [Required(_("Choose an answer: %(question)s", question=local(question.text)))]
        if question.required
        else [Optional()]
    )
    return RadioField(**words, choices=choices, validators=needed)


def choices_of(question: Question) -> list[tuple[str, str]]:
    """The values a question offers and their words in the reader's language."""
    if question.kind == QuestionKind.SCALE:
        return [(value, local(words)) for value, words in SCALE_WORDS.items()]
    return [(choice.code, local(choice.text)) for choice in question.choices]


def answer_in_words(question: Question, value: str) -> str:
    """An answer as its reader would say it."""
    return value if question.kind == QuestionKind.TEXT else dict(choices_of(question)).get(value, "")


class UploadForm(Form):
    """A file of answers and the door they came by."""

    file = FileField(
        _l("File with the answers"),
        validators=[Required(_l("Choose a file"))],
        description=_l("CSV or XLSX, at most 16 MB. The first row holds the names of the columns."),
    )
    door = RadioField(
        _l("How did these answers reach you?"),
        choices=[SelectChoice(door.value, DOOR_NAMES[door]) for door in DOORS],
        validators=[Required(_l("Choose how the answers reached you"))],
    )


class MappingForm(Form):
    """Which column is what; made by :func:`mapping_form`."""

    id_column = SelectField(_l("Column that says who or which form"))
    language_column = SelectField(_l("Column with the language of the form"))


def mapping_form(consultation: Consultation, columns: Sequence[str]) -> Any:
    """A form with one list of columns for each question, and two for the id and the language.

    Values are positions in ``columns``, for names may be empty or strange.
    """
    named = [SelectChoice(str(index), column) for index, column in enumerate(columns) if column]
    made = type("MappingForm", (MappingForm,), {})
    for question in consultation.questions:
        label = _("%(question)s (%(code)s)", question=local(question.text), code=question.code)
        setattr(
            made,
            name_of(question),
            SelectField(label, choices=[SelectChoice("", _("Not in this file")), *named]),
        )
    form: Any = made()
    form.id_column.choices = form.language_column.choices = [SelectChoice("", _("There is none")), *named]
    return form


def mapping_of(form: Any, consultation: Consultation, columns: Sequence[str]) -> dict[str, str]:
    """Columns and question codes as chosen in a :func:`mapping_form`. Raises DomainError for a column chosen twice."""
    chosen: dict[str, str] = {}
    for question in consultation.questions:
        index = form[name_of(question)].data
        if not index:
            continue
        column = columns[int(index)]
        if column in chosen:
            raise DomainError(_l("Each column can answer one question only"), name_of(question))
        chosen[column] = question.code
    return chosen


def column_of(index: str | None, columns: Sequence[str]) -> str | None:
    """The name of a chosen column, None when none was."""
    return columns[int(index)] if index else None
