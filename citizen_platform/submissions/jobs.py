"""Work on files in the worker: take in what was uploaded."""

from __future__ import annotations

from datetime import UTC, datetime

from citizen_platform.consultations.models import Consultation
from citizen_platform.core.database import session, transaction
from citizen_platform.core.jobs import Running, handles
from citizen_platform.submissions import services
from citizen_platform.submissions.models import FileImport


@handles("submissions.import")
def take_in_file(run: Running, number: int) -> None:
    """Take in the uploaded file of that number. Goes on where a worker that died left off."""
    row = session.get(FileImport, number)
    if row is None or row.finished_at is not None or row.content is None:
        return
    mapping = services.ColumnMapping(row.mapping, row.id_column, row.language_column)
    consultation = session.get_one(Consultation, row.consultation_id)
    prepared = services.prepare(consultation, services.read_table(row.content), mapping)
    session.rollback()
    services.store_all(
        number,
        prepared,
        now=datetime.now(UTC),
        in_transaction=transaction,
        on_progress=lambda done, total: run.report("rows", done, total),
    )
