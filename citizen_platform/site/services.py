"""The demo: about places and people that do not exist, put in through the doors everyone uses.

Each step is the service that a person would have used, with the instants moved back, so that the demo shows nothing
that the software could not have done. Language detection and topic runs are left to the worker.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from citizen_platform.accounts import services as accounts
from citizen_platform.accounts.models import Person, Role
from citizen_platform.assemblies import services as assemblies
from citizen_platform.consultations import services as consultations
from citizen_platform.consultations.models import TEXTS, Consultation, QuestionKind
from citizen_platform.contributions import services as contributions
from citizen_platform.contributions.models import Contribution, Door, TextLanguage
from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import session
from citizen_platform.decisions import services as decisions
from citizen_platform.decisions.models import Answer
from citizen_platform.organisations.models import Body
from citizen_platform.panels import services as panels
from citizen_platform.panels.models import PanelInvitation
from citizen_platform.proposals import services as proposals
from citizen_platform.proposals.models import Endorsement
from citizen_platform.submissions.models import Submission
from citizen_platform.submissions.services import take_in
from citizen_platform.themes import services as themes
from citizen_platform.themes.models import Theme

FOLDER = Path(__file__).parent / "demo"
PASSWORD = "dolen-demo-password"  # noqa: S105 - printed by the command; refused in production
QUOTES = 3
SIGNED_OFF = 2
"""Themes of the consultation under analysis that are public already; the rest wait for the analyst."""
SHOWN_RECEIPTS = ("demo:a:0", "demo:a:2", "demo:c:5", "demo:proposal:0")
"""Receipts whose addresses the command prints: answers and a proposal."""

Entry = dict[str, Any]
Derive = Callable[[str], str]


def both(entry: Entry | None) -> Bilingual:
    """A text of the demo files."""
    return Bilingual((entry or {}).get("cy", ""), (entry or {}).get("en", ""))


def read(name: str) -> Any:
    """One of the demo files."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def is_loaded() -> bool:
    """The demo is in this database already."""
    slugs = [entry["slug"] for entry in read("bodies")]
    return session.scalar(select(Body.id).where(Body.slug.in_(slugs)).limit(1)) is not None


@dataclass
class Demo:
    """Loads the demo as of ``now``. ``derive`` gives the receipt code that belongs to a name, the same each time."""

    now: datetime
    derive: Derive
    people: dict[tuple[str, Role], Person] = field(default_factory=dict)
    made: dict[str, Consultation] = field(default_factory=dict)

    def load(self) -> None:
        """Everything, in the caller's transaction."""
        self.bodies_and_people()
        for entry in read("consultations"):
            self.consultation(entry)
        doors = read("doors")
        self.panel(doors["panel"])
        self.assembly(doors["assembly"])
        self.proposals(doors["proposals"])
        contributions.detect_soon(now=self.now)

    def ago(self, days: float) -> datetime:
        """An instant before now."""
        return self.now - timedelta(days=days)

    def someone(self, body: str, role: Role) -> Person:
        """Whoever holds the role in the body, or its policy officer when nobody does."""
        return self.people.get((body, role)) or self.people[body, Role.POLICY_OFFICER]

    def bodies_and_people(self) -> None:
        """Two bodies and their staff, each with the demo's password."""
        joined = self.ago(400)
        for entry in read("bodies"):
            session.add(
                Body(
                    slug=entry["slug"],
                    name=both(entry["name"]),
                    promise=both(entry["promise"]),
                    joined_at=joined,
                )
            )
        session.flush()
        for entry in read("people"):
            person = accounts.add_person(
                entry["email"], entry["name"], language=entry["language"], password=PASSWORD, now=joined
            )
            for membership in entry["memberships"]:
                role = Role(membership["role"])
                accounts.give_role(person, membership["body"], role, by=None, now=joined)
                self.people[membership["body"], role] = person
        session.flush()

    def consultation(self, entry: Entry) -> None:
        """A consultation with its answers, as far along the loop as the file says."""
        body, officer = entry["body"], self.someone(entry["body"], Role.POLICY_OFFICER)
        opened = self.ago(entry["opens_days_ago"])
        drafted = opened - timedelta(days=14)
        closes = (self.now + timedelta(days=entry["closes_in_days"])).replace(
            hour=17, minute=0, second=0, microsecond=0
        )
        row = consultations.draft(
            body,
            {name: both(entry[name]) for name in TEXTS},
            areas=entry["areas"],
            closes_at=closes,
            decision_on=(self.now + timedelta(days=entry["decision_in_days"])).date(),
            feedback_due_on=(self.now + timedelta(days=entry["feedback_due_in_days"])).date(),
            by=officer,
            now=drafted,
        )
        for option in entry["options"]:
            texts = {name: both(option.get(name)) for name in ("name", "description", "cost", "constraints")}
            consultations.add_option(row, texts, by=officer, now=drafted)
        for question in entry["questions"]:
            consultations.add_question(
                row,
                {"text": both(question["text"]), "hint": both(question.get("hint"))},
                kind=QuestionKind(question["kind"]),
                code=question["code"],
                required=question.get("required", False),
                about_welsh=question.get("welsh", False),
                choices=[(choice["code"], both(choice["text"])) for choice in question.get("choices", ())],
                by=officer,
                now=drafted,
            )
        session.flush()
        self.made[entry["key"]] = row
        if entry["state"] == "draft":
            return
        consultations.open_(row, by=officer, now=opened)
        session.flush()
        session.refresh(row)
        answers = self.answers(entry["key"], row, opened)
        if entry["state"] == "open":
            return
        closed = row.closes_at or opened
        consultations.close(row, by=officer, now=closed)
        self.reading(body, answers, closed)
        analyst = self.someone(body, Role.ANALYST)
        themes.ask(row, by=analyst, now=closed + timedelta(days=5))
        if entry["state"] == "answered":
            self.decided(row, body, answers, closed)
        else:
            for theme in read("themes-c")[:SIGNED_OFF]:
                self.signed_off(row, body, theme, answers, closed + timedelta(days=20))

    def answers(
        self, key: str, row: Consultation, opened: datetime
    ) -> list[tuple[Entry, list[Contribution]]]:
        """What people answered, each through the door they used."""
        taken: list[tuple[Entry, list[Contribution]]] = []
        for number, entry in enumerate(read(f"responses-{key}")):
            received = min(max(self.ago(entry["days_ago"]), opened + timedelta(minutes=number)), self.now)
            received = min(received, (row.closes_at or self.now) - timedelta(hours=1))
            submission = self.take(
                row, entry, Door(entry["door"]), f"demo:{number}", f"demo:{key}:{number}", received
            )
            if submission is not None:
                taken.append((entry, list(submission.receipt.contributions)))
        return taken

    def take(
        self, row: Consultation, entry: Entry, door: Door, source_key: str, receipt: str, received: datetime
    ) -> Submission | None:
        """One person's answers, with the receipt of that name."""
        kinds = {question.code: question.kind for question in row.questions}
        given = {code: value for code, value in entry["answers"].items() if str(value).strip()}
        submission, _code = take_in(
            row,
            source_key=source_key,
            door=door,
            language=entry["language"],
            texts={code: value for code, value in given.items() if kinds[code] == QuestionKind.TEXT},
            choices={code: value for code, value in given.items() if kinds[code] != QuestionKind.TEXT},
            place=entry.get("place"),
            received_at=received,
            now=received,
            code=self.derive(receipt),
        )
        return submission

    def reading(self, body: str, answers: list[tuple[Entry, list[Contribution]]], closed: datetime) -> None:
        """A screener read every statement in the days after closing."""
        screener = self.someone(body, Role.SCREENER)
        for number, (_entry, said) in enumerate(answers):
            contributions.mark_read(said, by=screener, now=closed + timedelta(days=1, minutes=2 * number))

    def decided(
        self, row: Consultation, body: str, answers: list[tuple[Entry, list[Contribution]]], closed: datetime
    ) -> None:
        """Every theme signed off, quotes released, each theme answered: the end of the loop so far."""
        screener = self.someone(body, Role.SCREENER)
        officer = self.someone(body, Role.POLICY_OFFICER)
        by_key: dict[str, Theme] = {}
        for entry in read("themes-a"):
            theme, said = self.signed_off(row, body, entry, answers, closed + timedelta(days=12))
            for contribution in quotable(said):
                contributions.release(contribution, by=screener, now=closed + timedelta(days=13))
            by_key[entry["key"]] = theme
        for entry in read("decisions-a"):
            self.decision(by_key[entry["theme"]], entry, officer)
        decisions.mark_answered(row, by=officer, now=self.ago(8))

    def signed_off(
        self,
        row: Consultation,
        body: str,
        entry: Entry,
        answers: list[tuple[Entry, list[Contribution]]],
        when: datetime,
    ) -> tuple[Theme, list[Contribution]]:
        """A theme an analyst made by hand, statement by statement, and signed off; and what people said under it."""
        analyst = self.someone(body, Role.ANALYST)
        theme = themes.make_theme(
            row,
            name=both(entry["name"]),
            description=both(entry["description"]),
            is_minority=entry["minority"],
            by=analyst,
            now=when - timedelta(days=4),
        )
        first = row.questions[0].id
        said = [
            next((each for each in texts if each.question_id == first), texts[0])
            for labelled, texts in answers
            if entry["key"] in labelled["themes"] and texts
        ]
        themes.add_statements(theme, [each.id for each in said], by=analyst, now=when - timedelta(days=3))
        session.flush()
        themes.sign_off(theme, by=analyst, now=when)
        session.flush()
        return theme, said

    def decision(self, theme: Theme, entry: Entry, officer: Person) -> None:
        """One published record."""
        published = self.ago(entry["published_days_ago"])

        def day(key: str) -> Any:
            return (self.now + timedelta(days=entry[key])).date() if entry.get(key) is not None else None

        decision = decisions.draft(
            theme,
            decisions.Content(
                answer=Answer(entry["answer"]),
                you_said=both(entry["you_said"]),
                why=both(entry["why"]),
                what_we_will_do=both(entry["what_we_will_do"]),
                owner=both(entry["owner"]),
                deciding_until=day("deciding_until_in_days"),
                by_when=day("by_when_in_days"),
            ),
            by=officer,
            now=published - timedelta(days=3),
        )
        session.flush()
        decisions.publish(decision, by=officer, now=published)
        session.flush()

    def panel(self, entry: Entry) -> None:
        """A standing panel asked by one-time code; some have answered. The letters with the codes are thrown away."""
        officer = self.someone(entry["body"], Role.POLICY_OFFICER)
        row = self.made[entry["consultation"]]
        asked = self.ago(6)
        panel = panels.create(entry["body"], both(entry["name"]), by=officer, now=self.ago(200))
        for number in range(1, entry["size"] + 1):
            language = "cy" if number % 3 == 0 else "en"
            name = f"Aelod {number}" if language == "cy" else f"Member {number}"
            panels.add_member(panel, name, None, language, by=officer, now=self.ago(190))
        session.flush()
        panels.invite(panel, row, origin="", by=officer, now=asked)
        session.flush()
        invitations = session.scalars(
            select(PanelInvitation).where(PanelInvitation.panel_id == panel.id).order_by(PanelInvitation.id)
        ).all()
        for number, (invitation, given) in enumerate(zip(invitations, entry["answered"], strict=False)):
            self.take(
                row,
                given,
                Door.PANEL,
                invitation.source_key,
                f"demo:panel:{number}",
                asked + timedelta(days=1 + number / 2),
            )

    def assembly(self, entry: Entry) -> None:
        """A session that is open now, with what its tables have written."""
        facilitator = self.someone(entry["body"], Role.FACILITATOR)
        meeting = assemblies.prepare(
            entry["body"],
            name=both(entry["name"]),
            question=both(entry["question"]),
            tables=len(entry["tables"]),
            receipt_code=lambda code: self.derive(f"table:{code}"),
            by=facilitator,
            now=self.ago(3),
        )
        start = self.now - timedelta(hours=1)
        assemblies.open_(meeting, by=facilitator, now=start)
        for table, written in zip(meeting.tables, entry["tables"], strict=True):
            for number, note in enumerate(written["notes"]):
                assemblies.write(
                    table,
                    note["text"],
                    language=note["language"],
                    once=f"demo:{number}",
                    now=start + timedelta(minutes=4 * number + table.number),
                )

    def proposals(self, entries: list[Entry]) -> None:
        """Proposals: released with their endorsements, or waiting for somebody to read them."""
        for number, entry in enumerate(entries):
            made = self.ago(entry["days_ago"])
            proposal = proposals.propose(
                entry["body"],
                title=entry["title"],
                who=entry["who_is_affected"],
                what=entry["what_should_be_different"],
                how=entry["how_we_would_know"],
                language=entry["language"],
                source_key=f"demo:{number}",
                code=self.derive(f"demo:proposal:{number}"),
                now=made,
            )
            if not entry["endorsements"]:
                continue  # nobody has read it yet
            screener = self.someone(entry["body"], Role.SCREENER)
            proposals.release(proposal, by=screener, now=made + timedelta(days=1))
            for endorser in range(entry["endorsements"]):
                secret = proposals.ask_to_endorse(
                    proposal,
                    f"resident{endorser}@demo.example",
                    key="demo",
                    now=made + timedelta(days=1, hours=endorser % 20),
                )
                row = session.scalars(
                    select(Endorsement)
                    .where(Endorsement.proposal_id == proposal.id)
                    .order_by(Endorsement.id.desc())
                ).first()
                if secret and row:
                    proposals.confirm(row, now=made + timedelta(days=1, hours=endorser % 20, minutes=5))


def quotable(said: list[Contribution]) -> list[Contribution]:
    """A few statements of a readable length for quoting, both forms' languages taking turns."""
    fitting = [contribution for contribution in said if 40 <= len(contribution.text) <= 260]
    welsh = [each for each in fitting if each.form_language == TextLanguage.WELSH]
    english = [each for each in fitting if each.form_language != TextLanguage.WELSH]
    turns = [each for pair in zip(welsh, english, strict=False) for each in pair]
    return (
        (turns or fitting)[:QUOTES]
        if len(turns) >= QUOTES or not fitting
        else [*turns, *(each for each in fitting if each not in turns)][:QUOTES]
    )
