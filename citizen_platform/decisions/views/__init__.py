"""Pages of decisions: the policy officer's desk, you said we did, and the receipt."""

from collections.abc import Iterable
from datetime import UTC, datetime

from citizen_platform.consultations.models import Consultation
from citizen_platform.decisions import blueprint
from citizen_platform.decisions.forms import ANSWERS
from citizen_platform.decisions.models import REFUSALS, Answer, Decision
from citizen_platform.decisions.queries import Standing, public_answers, standings
from citizen_platform.decisions.views import desk, public, receipts
from citizen_platform.themes.models import Theme

__all__ = ["desk", "public", "receipts"]

KINDS = dict.fromkeys(Answer, "done") | {Answer.STILL_DECIDING: "waiting"} | dict.fromkeys(REFUSALS, "closed")


@blueprint.app_template_filter("answer_word")
def answer_word(answer: Answer) -> str:
    """An answer in the reader's language."""
    return str(ANSWERS[answer])


@blueprint.app_template_filter("answer_kind")
def answer_kind(answer: Answer) -> str:
    """The shape and colour that ``status`` gives an answer."""
    return KINDS[answer]


@blueprint.app_template_filter("standing")
def standing(consultation: Consultation) -> Standing:
    """Where a consultation stands on the loop now."""
    return standings([consultation], datetime.now(UTC))[consultation.id]


@blueprint.app_template_filter("standings")
def many_standings(consultations: Iterable[Consultation]) -> dict[int, Standing]:
    """By consultation id: where each stands on the loop now, asked for all at once."""
    return standings(consultations, datetime.now(UTC))


@blueprint.app_template_filter("answers")
def answers(themes: Iterable[Theme]) -> dict[int, Decision]:
    """By theme id: its published answer, for themes that have one."""
    return public_answers(theme.id for theme in themes)
