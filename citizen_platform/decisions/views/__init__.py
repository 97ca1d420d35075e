"""Pages of decisions: the policy officer's desk, you said we did, and the receipt."""

from datetime import UTC, datetime

from citizen_platform.consultations.models import Consultation
from citizen_platform.decisions import blueprint
from citizen_platform.decisions.forms import ANSWERS
from citizen_platform.decisions.models import REFUSALS, Answer
from citizen_platform.decisions.queries import Standing, standings
from citizen_platform.decisions.views import desk, public, receipts

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
