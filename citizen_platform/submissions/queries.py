"""Reads about drafts, submissions and imported files."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select

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
        select(Submission).where(
            Submission.consultation_id == consultation_id, Submission.source_key == source_key
        )
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


def imports_of(consultation_id: int) -> list[FileImport]:
    """Files taken in for a consultation, newest first; not those that nobody has said the columns of."""
    return list(
        session.scalars(
            select(FileImport)
            .where(
                FileImport.consultation_id == consultation_id,
                or_(FileImport.content.is_(None), FileImport.job_id.is_not(None)),
            )
            .order_by(FileImport.id.desc())
        )
    )


def abandoned_uploads(before: datetime) -> list[FileImport]:
    """Files that were uploaded before an instant and never taken in."""
    chosen = select(FileImport).where(
        FileImport.content.is_not(None), FileImport.job_id.is_(None), FileImport.uploaded_at < before
    )
    return list(session.scalars(chosen.order_by(FileImport.id)))


def import_in(consultation_id: int, number: int) -> FileImport | None:
    """A file taken in, by its number, only if it belongs to that consultation."""
    return session.scalar(
        select(FileImport).where(FileImport.id == number, FileImport.consultation_id == consultation_id)
    )
