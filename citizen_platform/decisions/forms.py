"""Forms of decisions, and the words of their answers."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, RadioField, SelectChoice, SelectField

from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.forms import BilingualField, DateField, Form, Required, Shared, Text
from citizen_platform.core.i18n import _, _l, local
from citizen_platform.decisions.models import Answer, Decision
from citizen_platform.decisions.services import TEXTS, Content
from citizen_platform.organisations.models import Body

ANSWERS = {
    Answer.ADOPTED: _l("Adopted"),
    Answer.ADOPTED_IN_PART: _l("Adopted in part"),
    Answer.ALREADY_IN_PLACE: _l("Already in place"),
    Answer.STILL_DECIDING: _l("Still deciding"),
    Answer.NOT_ADOPTED: _l("Not adopted"),
    Answer.NOT_POSSIBLE: _l("Not possible"),
}
MEANINGS = {
    Answer.ADOPTED: _l("We will do it."),
    Answer.ADOPTED_IN_PART: _l("We will do some of it. Say under “why” what we will not do."),
    Answer.ALREADY_IN_PLACE: _l("It is done already."),
    Answer.STILL_DECIDING: _l("We do not know yet. Needs the date by which we will."),
    Answer.NOT_ADOPTED: _l("We could, and will not. Needs the reason."),
    Answer.NOT_POSSIBLE: _l("We cannot. Needs the reason."),
}


class DecisionForm(Shared):
    """A draft answer to a theme; it may be saved at any time and is checked when it is published."""

    you_said = BilingualField(
        _l("You said"),
        description=_l("What people said, in two or three sentences."),
        multiline=True,
        max_chars=2_000,
    )
    answer = RadioField(_l("Our answer"), validate_choice=False)
    deciding_until = DateField(_l("Still deciding until"))
    what_we_will_do = BilingualField(
        _l("What we will do"),
        description=_l("What will be different, for whom. Not needed when the answer is no."),
        multiline=True,
        max_chars=4_000,
    )
    by_when = DateField(_l("By when"), description=_l("Leave empty if there is no date to keep."))
    why = BilingualField(
        _l("Why"),
        description=_l("The reasons: what was weighed, what it costs, what the law allows."),
        multiline=True,
        rows=6,
        max_chars=8_000,
    )
    owner = BilingualField(
        _l("Who answers for it"),
        description=_l("A role or a team, for example Head of Transport."),
        max_chars=200,
    )
    agrees = BooleanField(
        _l("Both languages still say the same"),
        description=_l("Tick this if you changed one language and the other needs no change."),
    )

    def offer(self) -> None:
        """Set the answers, each with what it means."""
        self.answer.choices = [
            SelectChoice(answer.value, str(name), render_kw={"hint": str(MEANINGS[answer])})
            for answer, name in ANSWERS.items()
        ]

    def content(self) -> Content:
        """What was typed."""
        chosen = self.answer.data if self.answer.data in set(Answer) else None
        return Content(
            answer=Answer(chosen) if chosen else None,
            deciding_until=self.deciding_until.data,
            by_when=self.by_when.data,
            **{name: self[name].data or Bilingual() for name in TEXTS},
        )


def values_of(decision: Decision | None) -> dict[str, object]:
    """What the form begins with."""
    if decision is None:
        return {name: Bilingual() for name in TEXTS}
    return {
        **{name: getattr(decision, name) for name in TEXTS},
        "answer": decision.answer.value if decision.answer else None,
        "deciding_until": decision.deciding_until,
        "by_when": decision.by_when,
    }


class FilterForm(Form):
    """Which decisions to show."""

    class Meta(Form.Meta):
        csrf = False

    body = SelectField(_l("Organisation"), validate_choice=False)
    area = SelectField(_l("Area"), validate_choice=False)
    answer = SelectField(_l("Answer"), validate_choice=False)

    def offer(self, bodies: Iterable[Body], areas: Iterable[tuple[str, Bilingual]]) -> None:
        """Set the choices."""
        self.body.choices = [
            ("", _("All organisations")),
            *((body.slug, local(body.name)) for body in bodies),
        ]
        self.area.choices = [("", _("All of Wales")), *((code, local(name)) for code, name in areas)]
        self.answer.choices = [
            ("", _("Every answer")),
            *((answer.value, str(name)) for answer, name in ANSWERS.items()),
        ]

    @property
    def chosen_answer(self) -> Answer | None:
        """The answer to show, when one is chosen."""
        return Answer(self.answer.data) if self.answer.data in set(Answer) else None


class FindForm(Form):
    """A receipt's code."""

    code = Text(
        _l("Receipt code"),
        description=_l("28 letters and digits. Capitals, spaces and dashes do not matter."),
        validators=[Required(_l("Enter the code from your receipt"))],
        render_kw={"autocomplete": "off", "spellcheck": False},
    )
