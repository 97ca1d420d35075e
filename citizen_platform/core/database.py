"""The database: typed base class, UTC instants, one commit at the edge.

SQLite (WAL) is the embedded default and PostgreSQL the other; the same models, migrations and tests serve both.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from flask import session as visit
from flask.typing import ResponseReturnValue
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    DateTime,
    Enum,
    MetaData,
    Text,
    TypeDecorator,
    event,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine, ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, registry
from werkzeug.exceptions import HTTPException

Json = dict[str, Any]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite would hand back naive values; a naive value going in is a mistake and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(kind: type[enum.StrEnum]) -> Enum:
    """A column of one of a closed list of words, stored as the words, kept closed by the database."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=30,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


class Base(DeclarativeBase):
    """Base of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UtcDateTime(),
            date: Date(),
            str: Text(),
            Json: JSON().with_variant(JSONB(), "postgresql"),
        },
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
session = db.session

if TYPE_CHECKING:

    class Model(Base):
        """A table of the service."""

        __abstract__ = True

        def __init__(self, **values: Any) -> None: ...

else:
    Model = db.Model


def not_blank(*columns: str) -> str:
    """SQL that is true when every text column holds more than space."""
    return " AND ".join(f"trim({column}) <> ''" for column in columns)


def check(sql: str, name: str) -> CheckConstraint:
    """A named invariant kept by the database itself."""
    return CheckConstraint(sql, name=name)


class CommittingFlask(Flask):
    """Commits once, after a write request that succeeded and before its answer leaves.

    A page that says "thank you" is therefore always true; a commit that fails becomes an error page. What the request
    put into the visitor's session (messages, a draft that was sent) is undone with it. A request that somebody else was
    quicker than is done again: it then finds what they did, and answers as if it had come after them.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return super().dispatch_request()
        before = deepcopy(dict(visit))
        for chances in reversed(range(CHANCES)):
            try:
                response = self.make_response(super().dispatch_request())
                if response.status_code < 400:
                    session.commit()
                return response
            except BaseException as error:
                if not leads_elsewhere(error) and dict(visit) != before:
                    visit.clear()
                    visit.update(before)
                if not chances or not lost_a_race(error):
                    raise
                session.rollback()
                for file in request.files.values():
                    file.seek(0)
        raise AssertionError("the last chance answers or raises")

    def log_exception(self, exc_info: Any) -> None:
        """Log a fault under the rule of its page: an address may hold a receipt code or the secret of a letter."""
        self.logger.error("Exception on %s [%s]", request.url_rule, request.method, exc_info=exc_info)


CHANCES = 5
"""How often a request that changes something is done when others are quicker."""


def leads_elsewhere(error: BaseException) -> bool:
    """A view ended with ``abort(redirect(...))``: what it put into the session, such as a message, is for that page."""
    response = error.response if isinstance(error, HTTPException) else None
    return response is not None and response.status_code < 400


def lost_a_race(error: BaseException) -> bool:
    """What was to be unique is there already, or two transactions waited for each other and the database chose one."""
    deadlock = isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in {"40001", "40P01"}
    return deadlock or isinstance(error, IntegrityError)


def hold(row: Any) -> None:
    """Keep a row for this transaction, and read it (and what is read after it) afresh.

    Whoever comes second waits here until the first has committed, and then sees what they did: call it before looking
    whether something is still to be done. On SQLite all that write wait for each other.
    """
    session.flush()
    kind = type(row)
    changed = update(kind).where(kind.id == row.id).values(id=row.id)
    session.execute(changed, execution_options={"synchronize_session": False})
    session.expire_all()
    session.refresh(row)


@contextmanager
def transaction() -> Iterator[None]:
    """One transaction for a command or a job: committed at the end, rolled back when anything is raised."""
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def prepare_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log and foreign keys, for SQLite connections only."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def begin_before_savepoint(connection: Connection, _name: str | None) -> None:
    """Begin SQLite's transaction before a savepoint in it.

    The driver begins one before the first change only (which then waits its turn to write, where an explicit BEGIN
    followed by reading and writing would be refused as locked). A savepoint outside a transaction would be committed by
    its own end.
    """
    if connection.dialect.name != "sqlite":
        return
    driver = connection.connection.driver_connection
    if driver is not None and not driver.in_transaction:
        driver.execute("BEGIN IMMEDIATE")


def hide_details(context: ExceptionContext) -> None:
    """Keep what people wrote out of the log: PostgreSQL puts the whole row into the details of its errors."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (re.sub(r"(?s)\nDETAIL:.*", "", error.args[0]), *error.args[1:])


event.listen(Engine, "connect", prepare_sqlite)
event.listen(Engine, "handle_error", hide_details)
event.listen(Engine, "savepoint", begin_before_savepoint)


def init_app(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=migrations_folder(), render_as_batch=True)


def migrations_folder() -> str:
    """Where the migrations lie: beside the package."""
    return str(Path(__file__).resolve().parents[2] / "migrations")
