"""One straight line of migrations that gives exactly the tables of the models, forwards and back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import Config, downgrade, upgrade

from citizen_platform.core.database import CommittingFlask, db, migrations_folder


def test_there_is_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", migrations_folder())
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    assert all(
        len(script.dependencies or ()) == 0 and not script.is_merge_point
        for script in scripts.walk_revisions()
    )


def test_migrations_give_the_tables_of_the_models(app: CommittingFlask) -> None:
    with db.engine.connect() as connection:
        differences: list[Any] = compare_metadata(MigrationContext.configure(connection), db.metadata)
    assert [difference for difference in differences if not about_alembic(difference)] == []


def about_alembic(difference: Any) -> bool:
    """The table in which migrations note how far they are."""
    return "alembic_version" in str(difference)


def test_every_step_can_be_taken_back(app: CommittingFlask) -> None:
    downgrade(revision="base")
    with db.engine.connect() as connection:
        left = {table for table in sa.inspect(connection).get_table_names() if table != "alembic_version"}
    upgrade()
    assert left == set()


def test_migrating_leaves_foreign_keys_on(app: CommittingFlask) -> None:
    upgrade()
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(sa.text("PRAGMA foreign_keys")).scalar_one() == 1


def test_the_database_holds_the_checks_of_the_models(app: CommittingFlask) -> None:
    """Autogeneration does not compare check constraints, and the promises of the service are check constraints."""
    inspector = sa.inspect(db.engine)
    held = {
        (table.name, constraint["name"])
        for table in db.metadata.sorted_tables
        for constraint in inspector.get_check_constraints(table.name)
    }
    wanted = {
        (table.name, str(constraint.name))
        for table in db.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint)
    }
    assert len(wanted) > 20
    assert held == wanted
