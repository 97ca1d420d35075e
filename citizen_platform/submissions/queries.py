"""Reads about drafts, submissions and imported files."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from citizen_platform.contributions.models import Door
from citizen_platform.core.database import session
from citizen_platform.core.security import digest
from citizen_platform.submissions.models import Draft, FileImport, Submission


def draft_by_secret(consultation_id: int, secret: str) -> Draft | None:
    """The draft whose secret somebody's session holds, in that consultation only."""
    return session.scalar(
        select(Draft).where(Draft.secret_digest == digest(secret), Draft.consultation_id == consultation_id)
    )


def submission_from(consultation_id: int, source_key: str) -> Submission | None:
    """What was taken in from one source: a draft, a row of a file, a panel code."""
    return session.scalar(
        select(Submission).where(Submission.consultation_id == consultation_id, Submission.source_key == source_key)
    )


def known_sources(consultation_id: int, source_keys: Collection[str]) -> set[str]:
    """Those of the keys that were taken in before. Ask for at most a few hundred at a time."""
    return set(
        session.scalars(
            select(Submission.source_key).where(
                Submission.consultation_id == consultation_id, Submission.source_key.in_(source_keys)
            )
        )
    )


def submissions_by_door(consultation_id: int) -> dict[Door, tuple[int, int]]:
    """How many submissions came by each door: through the Welsh form, and through the English."""
    found: dict[Door, tuple[int, int]] = {}
    grouped = (
        select(Submission.door, Submission.form_language, func.count(Submission.id))
        .where(Submission.consultation_id == consultation_id)
        .group_by(Submission.door, Submission.form_language)
    )
    for door, language, number in session.execute(grouped):
        welsh, english = found.get(door, (0, 0))
        found[door] = (welsh + number, english) if language == "cy" else (welsh, english + number)
    return found


def imports_of(consultation_id: int) -> list[FileImport]:
    """Files taken in for a consultation, newest first."""
    return list(
        session.scalars(
            select(FileImport).where(FileImport.consultation_id == consultation_id).order_by(FileImport.id.desc())
        )
    )


def import_in(consultation_id: int, number: int) -> FileImport | None:
    """A file taken in, by its number, only if it belongs to that consultation."""
    return session.scalar(
        select(FileImport).where(FileImport.id == number, FileImport.consultation_id == consultation_id)
    )
