"""Runs migrations on the configured database: SQLite without foreign keys (batch moves rebuild tables), PostgreSQL as it is."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import text

from citizen_platform.core.database import UtcDateTime

migrate = current_app.extensions["migrate"]


def render_type(kind: str, value: object, autogen: object) -> str | bool:
    """Write our own column type as what the database stores, so that migrations import nothing of the service."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False


def run() -> None:
    """Migrate inside one connection."""
    engine = migrate.db.engine
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_type,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if engine.dialect.name == "sqlite":  # the connection goes back to its pool as it came
            connection.commit()
            connection.execute(text("PRAGMA foreign_keys=ON"))


run()
