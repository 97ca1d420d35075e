"""You said, we did: an answer needs a public theme, both languages and its reasons, or it is nowhere in public."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts.models import Person, Role
from citizen_platform.consultations.models import Consultation, Stage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.core.errors import DomainError
from citizen_platform.decisions import queries, services
from citizen_platform.decisions.models import Answer, Decision
from citizen_platform.decisions.services import Content
from citizen_platform.themes.models import Theme
from tests import make
from tests.conftest import NOW
from tests.themes.made import theme

pytestmark = pytest.mark.usefixtures("app")

POSTED = {
    "you_said-cy": "Mae'r bysiau'n hwyr",
    "you_said-en": "Buses are late",
    "answer": "adopted",
    "what_we_will_do-cy": "Mwy o fysiau",
    "what_we_will_do-en": "More buses",
    "why-cy": "",
    "why-en": "",
    "owner-cy": "Pennaeth Trafnidiaeth",
    "owner-en": "Head of Transport",
}


def whole(answer: Answer = Answer.ADOPTED, **changed: Any) -> Content:
    """An answer with nothing missing."""
    texts = {name: make.both(name) for name in services.TEXTS}
    return Content(**{"answer": answer, "deciding_until": date(2027, 3, 1), **texts, **changed})


def themed(name: str = "Buses", about: Consultation | None = None) -> tuple[Consultation, Theme]:
    """A closed consultation with a signed-off theme."""
    about = about or make.consultation(stage=Stage.ANALYSING)
    return about, theme(about, make.contribution(about)[0], name=Bilingual(f"{name} (cy)", name))


def officer(about: Consultation) -> Person:
    return make.person(about.body_slug, Role.POLICY_OFFICER)


def published(shown: Theme, content: Content | None = None) -> Decision:
    """A published answer to a theme."""
    by = make.person("tirwen", Role.POLICY_OFFICER)
    decision = services.draft(shown, content or whole(), by=by, now=NOW)
    services.publish(decision, by=by, now=NOW)
    session.commit()
    return decision


def desk(about: Consultation, rest: str = "") -> str:
    return f"/en/desk/{about.body_slug}/consultations/{about.reference}/decisions{rest}"


def test_an_answer_is_written_checked_and_published(staff: Any, client: Any) -> None:
    about, shown = themed()
    by = staff("tirwen", Role.POLICY_OFFICER)
    saved = by.save(desk(about, f"/{shown.number}/edit"), POSTED)
    assert saved.status_code == 303
    assert "More buses" not in client.get("/en/you-said-we-did").text
    assert "Publish in both languages" in by.get(saved.location).text
    assert by.post(desk(about, f"/{shown.number}/publish")).status_code == 303
    english, welsh = client.get("/en/you-said-we-did").text, client.get("/cy/dywedoch-chi-gwnaethon-ni").text
    assert "More buses" in english
    assert "Mwy o fysiau" in welsh
    number = queries.public_records()[0].decision.number
    assert "Head of Transport" in client.get(f"/en/decisions/{number}").text
    assert "Pennaeth Trafnidiaeth" in client.get(f"/cy/penderfyniadau/{number}").text
    frozen = by.get(desk(about, f"/{shown.number}/edit"))
    assert frozen.status_code == 303
    assert "not changed quietly" in by.get(frozen.location).text


def test_what_is_missing_is_listed_and_publishing_refused(staff: Any) -> None:
    about, shown = themed()
    by = staff("tirwen", Role.POLICY_OFFICER)
    by.save(desk(about, "/1/edit"), {**POSTED, "you_said-cy": "", "answer": "not_possible", "owner-en": ""})
    page = by.get(desk(about, "/1/check")).text
    assert "“You said” is missing or out of date in one language." in page
    assert "Give the reason: nothing is refused without one." in page
    assert "“Who answers for it” is missing or out of date in one language." in page
    assert "Publish in both languages" not in page
    by.post(desk(about, "/1/publish"))
    decision = queries.decision_on(shown.id)
    assert decision
    assert not decision.is_public


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"you_said_cy": ""}, "both_languages"),
        ({"you_said_stale": "en"}, "both_languages"),
        ({"owner_en": " "}, "both_languages"),
        ({"answer": "not_adopted", "why_cy": "", "why_en": ""}, "reason_for_refusal"),
        ({"answer": "not_possible", "why_en": ""}, "reason_for_refusal"),
        ({"why_en": ""}, "reason_never_one_language"),
        ({"what_we_will_do_cy": "", "what_we_will_do_en": ""}, "action_promised"),
        ({"answer": "not_adopted", "what_we_will_do_en": ""}, "action_never_one_language"),
        ({"answer": "still_deciding", "deciding_until": None}, "deciding_until_a_date"),
        ({"answer": None}, "answer_when_public"),
        ({"number": None}, "published_by_somebody"),
        ({"theme_is_public": False}, "(?i)theme_is_public|foreign key"),
    ],
)
def test_the_database_refuses_what_must_not_be_public(values: dict[str, Any], constraint: str) -> None:
    decision = published(themed()[1])
    with pytest.raises(IntegrityError, match=constraint):
        session.execute(update(Decision.__table__).where(Decision.id == decision.id).values(**values))


def test_a_theme_with_a_published_answer_cannot_be_hidden() -> None:
    decision = published(themed()[1])
    shown = session.get_one(Theme, decision.theme_id)
    shown.is_public, shown.signed_off_at, shown.signed_off_by_id = False, None, None
    with pytest.raises(IntegrityError):
        session.flush()


def test_only_a_signed_off_theme_is_answered(staff: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING)
    hidden = theme(about, make.contribution(about)[0], signed_off=False)
    with pytest.raises(DomainError):
        services.draft(hidden, whole(), by=officer(about), now=NOW)
    assert staff("tirwen", Role.POLICY_OFFICER).get(desk(about, "/1/edit")).status_code == 404
    by = officer(about)
    session.add(
        Decision(
            consultation_id=about.id,
            theme_id=hidden.id,
            theme_is_public=True,
            drafted_by_id=by.id,
            drafted_at=NOW,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("answer", list(Answer))
def test_every_answer_can_be_published(answer: Answer, client: Any) -> None:
    decision = published(themed()[1], whole(answer))
    for address in (f"/en/decisions/{decision.number}", f"/cy/penderfyniadau/{decision.number}"):
        assert client.get(address).status_code == 200


def test_a_refusal_needs_its_reason_but_promises_nothing() -> None:
    about, shown = themed()
    by = officer(about)
    no_reason = services.draft(shown, whole(Answer.NOT_POSSIBLE, why=Bilingual()), by=by, now=NOW)
    with pytest.raises(DomainError) as refused:
        services.publish(no_reason, by=by, now=NOW)
    assert refused.value.field == "why"
    services.edit(no_reason, whole(Answer.NOT_POSSIBLE, what_we_will_do=Bilingual()), by=by, now=NOW)
    services.publish(no_reason, by=by, now=NOW)
    session.commit()


def test_editing_one_language_makes_the_other_stale_until_somebody_agrees() -> None:
    about, shown = themed()
    by = officer(about)
    decision = services.draft(shown, whole(), by=by, now=NOW)
    changed = whole(you_said=Bilingual("you_said (cy)", "Something else"))
    services.edit(decision, changed, by=by, now=NOW)
    assert [lack.field for lack in services.missing(decision)] == ["you_said"]
    services.edit(decision, changed, agrees=True, by=by, now=NOW)
    assert services.missing(decision) == []


def test_a_published_answer_is_not_changed() -> None:
    decision = published(themed()[1])
    with pytest.raises(DomainError):
        services.edit(
            decision, whole(Answer.NOT_ADOPTED), by=make.person("tirwen", Role.POLICY_OFFICER), now=NOW
        )


def test_a_theme_has_one_answer() -> None:
    about, shown = themed()
    services.draft(shown, whole(), by=officer(about), now=NOW)
    with pytest.raises(DomainError):
        services.draft(shown, whole(), by=officer(about), now=NOW)


def test_a_consultation_is_answered_only_when_each_theme_is(staff: Any) -> None:
    about, first = themed("Buses")
    _about, second = themed("Trams", about)
    published(first)
    by = staff("tirwen", Role.POLICY_OFFICER)
    by.post(desk(about, "/answered"))
    assert about.stage == Stage.ANALYSING
    assert "no published answer yet: Trams." in by.get(desk(about)).text
    published(second)
    by.post(desk(about, "/answered"))
    assert about.stage == Stage.ANSWERED


def test_the_public_list_is_filtered_and_says_what_waits(client: Any) -> None:
    bangor = make.consultation(stage=Stage.ANALYSING, areas=["W06000002"])
    everywhere = make.consultation("arall", stage=Stage.ANALYSING, areas=[])
    published(themed("Buses", bangor)[1])
    published(themed("Trains", everywhere)[1], whole(Answer.NOT_ADOPTED))
    themed("Ferries", bangor)

    def names(query: str) -> set[str]:
        page = client.get(f"/en/you-said-we-did?{query}").text
        return {name for name in ("Buses", "Trains", "Ferries") if f">{name}<" in page}

    assert names("") == {"Buses", "Trains", "Ferries"}
    assert names("body=arall") == {"Trains"}
    assert names("area=W06000002") == {"Buses", "Trains", "Ferries"}
    assert names("area=W06000015") == {"Trains"}
    assert names("answer=not_adopted") == {"Trains"}
    assert names(f"consultation={bangor.reference}") == {"Buses", "Ferries"}
    assert names("answer=nonsense&area=nowhere&body=nobody&page=99") == set()


def test_a_late_answer_is_called_late(client: Any) -> None:
    about = make.consultation(stage=Stage.ANALYSING, feedback_due_on=date(2020, 1, 31))
    themed("Buses", about)
    assert "The answer was due by 31 January 2020." in client.get("/en/you-said-we-did").text


def test_a_draft_answer_is_not_there(client: Any) -> None:
    about, shown = themed()
    decision = services.draft(shown, whole(), by=officer(about), now=NOW)
    decision.number = 77
    session.commit()
    assert client.get("/en/decisions/77").status_code == 404
    assert queries.public_records() == []


def test_words_written_while_somebody_published_stay_on_the_page(staff: Any) -> None:
    about, shown = themed()
    by = staff("tirwen", Role.POLICY_OFFICER)
    services.draft(shown, whole(), by=officer(about), now=NOW)
    opened = by.get(desk(about, "/1/edit")).text
    services.publish(queries.decision_on(shown.id), by=officer(about), now=NOW)  # type: ignore[arg-type]
    late = by.post(desk(about, "/1/edit"), data={**POSTED, "seen": opened, "why-en": "Half an hour of work"})
    assert late.status_code == 422
    assert "Half an hour of work" in late.text


def test_nobody_writes_over_a_colleague_unawares(staff: Any) -> None:
    about, shown = themed()
    mine, theirs = staff("tirwen", Role.POLICY_OFFICER), staff("tirwen", Role.TRANSLATOR)
    place = desk(about, "/1/edit")
    mark = re.search(r'name="seen"[^>]*value="(\w+)"', mine.get(place).text)[1]  # type: ignore[index]
    theirs.save(place, {**POSTED, "why-en": "Theirs"})
    late = mine.post(place, data={**POSTED, "seen": mark, "why-en": "Mine"})
    assert late.status_code == 422 and "Mine" in late.text and "Somebody else has saved" in late.text
    assert queries.decision_on(shown.id).why.en == "Theirs"  # type: ignore[union-attr]
    again = re.search(r'name="seen"[^>]*value="(\w+)"', late.text)[1]  # type: ignore[index]
    assert mine.post(place, data={**POSTED, "seen": again, "why-en": "Mine"}).status_code == 303
    assert queries.decision_on(shown.id).why.en == "Mine"  # type: ignore[union-attr]


def test_roles_and_other_bodies(staff: Any) -> None:
    about, _shown = themed()
    analyst = staff("tirwen", Role.ANALYST)
    assert analyst.get(desk(about)).status_code == 200
    assert analyst.get(desk(about, "/1/edit")).status_code == 403
    translator = staff("tirwen", Role.TRANSLATOR)
    assert translator.save(desk(about, "/1/edit"), POSTED).status_code == 303
    assert translator.post(desk(about, "/1/publish")).status_code == 403
    other = staff("arall", Role.POLICY_OFFICER)
    for rest in ("", "/1/edit", "/1/check"):
        assert other.get(desk(about, rest)).status_code == 403
        assert other.get(desk(about, rest).replace("/tirwen/", "/arall/")).status_code == 404
